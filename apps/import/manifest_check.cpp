// SPDX-License-Identifier: BSD-3-Clause
#include "apps/import/manifest_check.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "apps/import/channel_choice.hpp"
#include "apps/import/channel_map.hpp"
#include "apps/import/one_import.hpp"
#include "apps/import/recording_in_place.hpp"
#include "dsp/error.hpp"
#include "io/formats/recognise.hpp"
#include "io/recording_reader.hpp"

namespace semg {
namespace {

constexpr double kUnlikeOthers = 0.05;  // of the rate of most files

// What was said of all files is for those that can heed it.
void leave_out_unheeded(ImportSettings& settings) {
  const SourceKind kind = recognise(settings.source);
  if (kind != SourceKind::text) settings.text = {};
  if (kind != SourceKind::hdf5) settings.dataset = settings.series = "";
  if (kind == SourceKind::edf) settings.columns.clear();
}

// A map may serve several kinds of files, so that not all of its labels are in each. But a muscle that is nowhere in a file with a signal
// that the map does not know is a label spelt in another way.
void check_map_serves(const SignalFile& source, const ImportSettings& settings, const std::string& file) {
  if (settings.channel_map.empty() || !settings.channels.empty()) return;
  std::set<std::pair<std::string, Side>> served;
  std::set<std::size_t> known;
  const std::vector<MappedChannel> map = read_channel_map(settings.channel_map);
  const auto choice_of = [&](const MappedChannel& entry) {
    return find_channel(entry.source, entry.muscle, entry.side, source.channels, file);
  };
  const auto name_of = [](const MappedChannel& entry) { return entry.muscle.empty() ? entry.source : entry.muscle; };
  for (const MappedChannel& entry : map) {
    const auto choice = choice_of(entry);
    if (!choice) continue;
    served.insert({name_of(entry), entry.side});
    known.insert(choice->plus);
    if (choice->minus) known.insert(*choice->minus);
  }
  std::string strangers;
  for (std::size_t i = 0; i < source.channels.size(); ++i) {
    if (source.channels[i].signal && !known.contains(i)) strangers += (strangers.empty() ? "" : ", ") + source.channels[i].label;
  }
  if (strangers.empty()) return;
  for (const MappedChannel& entry : map) {
    if (!served.contains({name_of(entry), entry.side})) {
      throw Error(Fault::data, fmt::format("{}: channels: found {}, which {} does not know, expected {}", file, strangers,
                                           settings.channel_map.filename().string(), entry.source));
    }
  }
}

// Whose content was seen, and in which channels.
class Contents {
 public:
  struct Seen {
    const ManifestRow* row;
    std::set<std::string> channels;  // empty: not known
  };
  /// The earlier row that takes the same channels of the same content; none where this is new.
  const ManifestRow* earlier(const std::string& sha256, const std::set<std::string>& channels) const {
    const auto found = seen_.find(sha256);
    if (found == seen_.end()) return nullptr;
    for (const Seen& seen : found->second) {
      const bool apart = !channels.empty() && !seen.channels.empty() &&
                         std::none_of(channels.begin(), channels.end(), [&](const std::string& c) { return seen.channels.contains(c); });
      if (!apart) return seen.row;
    }
    return nullptr;
  }
  void add(const std::string& sha256, const ManifestRow& row, const std::set<std::string>& channels) {
    seen_[sha256].push_back({&row, channels});
  }

 private:
  std::map<std::string, std::vector<Seen>> seen_;
};

std::set<std::string> channels_of(const PreparedImport& import) {
  std::set<std::string> names;
  const auto add = [&](const Term& term) {
    const ForeignChannel& channel = import.source->channels[term.channel];
    names.insert(channel.device + "\n" + channel.label);
  };
  for (const PlannedChannel& planned : import.plan.channels) {
    add(planned.plus);
    if (planned.minus) add(*planned.minus);
  }
  return names;
}

void check_in_place(const PreparedImport& import, CheckedRow& checked) {
  std::error_code ignored;
  if (!std::filesystem::exists(std::filesystem::symlink_status(checked.settings.out, ignored))) return;
  const std::string name = checked.settings.out.filename().string();
  std::string difference;
  try {
    difference = difference_in_place(import, checked.settings);
  } catch (const Error& error) {
    throw Error(error.fault(), fmt::format("{}; a recording is never overwritten", error.what()));
  }
  if (!difference.empty()) throw Error(Fault::cannot_create, fmt::format("{}: {}; a recording is never overwritten", name, difference));
  checked.there = true;
}

CheckedRow check_row(const ManifestRow& row, Contents& contents) {
  CheckedRow checked;
  checked.row = &row;
  checked.settings = row.settings;
  checked.fault = row.fault;
  std::set<std::string> channels;
  try {
    if (row.file.empty()) return checked;
    leave_out_unheeded(checked.settings);
    const PreparedImport import = prepare_import(checked.settings);
    checked.source_sha256 = import.source_sha256;
    channels = channels_of(import);
    check_map_serves(*import.source, checked.settings, import.file);
    if (const ManifestRow* other = contents.earlier(import.source_sha256, channels)) {
      throw Error(Fault::data,
                  fmt::format("content: found the same content as line {}, {}, expected another recording", other->line, other->file));
    }
    checked.fs_hz = import.plan.fs_hz;
    checked.rows = import.plan.rows;
    checked.incomplete = import.incomplete();
    if (checked.fault.empty()) check_in_place(import, checked);
  } catch (const std::exception& error) {
    if (checked.fault.empty()) checked.fault = fault_of(error, checked);
  }
  std::error_code ignored;
  if (checked.source_sha256.empty() && std::filesystem::is_regular_file(checked.settings.source, ignored))
    checked.source_sha256 = sha256_of_file(checked.settings.source);
  if (!checked.source_sha256.empty() && contents.earlier(checked.source_sha256, channels) == nullptr)
    contents.add(checked.source_sha256, row, channels);
  return checked;
}

void warn_of_rates(std::vector<CheckedRow>& rows) {
  std::vector<double> rates;
  for (const CheckedRow& row : rows) {
    if (row.fault.empty()) rates.push_back(row.fs_hz);
  }
  if (rates.size() < 3) return;
  std::nth_element(rates.begin(), rates.begin() + static_cast<std::ptrdiff_t>(rates.size() / 2), rates.end());
  const double most = rates[rates.size() / 2];  // that of more than half is their median
  const auto unlike = [&](double fs_hz) { return std::abs(fs_hz - most) > kUnlikeOthers * most; };
  if (2 * std::count_if(rates.begin(), rates.end(), unlike) >= std::ssize(rates)) return;
  for (CheckedRow& row : rows) {
    if (row.fault.empty() && unlike(row.fs_hz))
      row.warnings.push_back(
          {"rate_unlike_others", "", fmt::format("found {:.10g} Hz, most other files have {:.10g} Hz", row.fs_hz, most)});
  }
}

void replace_start(std::string& text, const std::string& start, const std::string& by) {
  if (text.starts_with(start)) text.replace(0, start.size(), by);
}

}  // namespace

std::string fault_of(const std::exception& error, const CheckedRow& checked) {
  std::string text = error.what();
  if (dynamic_cast<const Error*>(&error) == nullptr) return "internal error: " + text;
  replace_start(text, checked.file() + ": ", "");
  if (checked.row->maps_channels) {
    replace_start(text, "--channels", "channels");
    replace_start(text, "--channel", "channels");
  }
  if (!checked.settings.unit.empty()) replace_start(text, "--unit", "unit");
  return text;
}

std::vector<CheckedRow> check_rows(const Manifest& manifest, const std::function<void()>& row_done) {
  std::vector<CheckedRow> rows;
  Contents contents;
  for (const ManifestRow& row : manifest.rows) {
    rows.push_back(check_row(row, contents));
    row_done();
  }
  warn_of_rates(rows);
  return rows;
}

}  // namespace semg
