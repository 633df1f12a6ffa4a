// SPDX-License-Identifier: BSD-3-Clause
#include "apps/import/one_import.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "apps/import/channel_map.hpp"
#include "apps/import/feed.hpp"
#include "apps/import/findings.hpp"
#include "apps/import/periods.hpp"
#include "apps/import/source.hpp"
#include "apps/import/survey.hpp"
#include "dsp/error.hpp"
#include "io/nwb_tree.hpp"
#include "io/recording_reader.hpp"
#include "io/recording_writer.hpp"

namespace semg {
namespace {

// Sentences are one line of plain text, and begin with the name of a file.
void check_name(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  if (std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; })) {
    throw Error(Fault::usage, "source: found a file name with control characters, expected none; rename the file");
  }
}

// Of the file's own warnings those about the whole of it and about channels that are imported, unless the user has settled them. Those
// about other channels follow only where they are why the file counts as incomplete.
std::vector<ForeignWarning> warnings_that_matter(const PreparedImport& import, const ImportSettings& settings) {
  const SignalFile& source = *import.source;
  const ImportPlan& plan = import.plan;
  const bool start_settled = settings.session_start || (!settings.session_date.empty() && import.session_start != source.session_start);
  std::set<std::string> imported = {""};
  for (const PlannedChannel& planned : plan.channels) {
    imported.insert(source.channels[planned.plus.channel].label);
    if (planned.minus) imported.insert(source.channels[planned.minus->channel].label);
  }
  std::vector<ForeignWarning> result, others;
  for (const ForeignWarning& warning : source.warnings) {
    const bool start = warning.code == "no_time_zone" || warning.code == "no_start";
    if (start && start_settled) continue;
    (imported.contains(warning.channel) ? result : others).push_back(warning);
  }
  if (source.incomplete) result.insert(result.end(), others.begin(), others.end());
  return result;
}

// Anonymised files say that they are from 1985, or from before: no date to hold against anybody.
std::string settle_start(const SignalFile& source, const ImportSettings& settings, std::vector<ForeignWarning>& warnings) {
  constexpr int kAnonymous = 1985;
  const std::string& own = source.session_start;
  if (settings.session_start) return *settings.session_start;
  if (settings.session_date.empty() || own.starts_with(settings.session_date)) return own;
  int year = 0;
  std::from_chars(own.data(), own.data() + own.size(), year);
  if (year > kAnonymous) {
    warnings.push_back(
        {"date_contradicts", "", fmt::format("found {} in the file, taken as {} as stated", own.substr(0, 10), settings.session_date)});
  }
  return settings.session_date + "T00:00:00+00:00";
}

template <class T>
void append_counts(RecordingWriter& writer, const ImportFeed& feed, std::size_t channels, std::vector<T>& rows) {
  rows.assign(feed.rows() * channels, T{0});  // 0 where a row is missing: the gap table says so
  std::vector<double> column(feed.rows());
  for (std::size_t c = 0; c < channels; ++c) {
    feed.stored(c, column);
    for (std::size_t r = 0; r < feed.rows(); ++r) {
      if (!std::isnan(column[r])) rows[r * channels + c] = static_cast<T>(column[r]);
    }
  }
  writer.append(rows);
}

void write_samples(RecordingWriter& writer, SignalFile& source, const ImportPlan& plan, SampleType type,
                   const std::function<void(std::int64_t)>& rows_done) {
  ImportFeed feed(source, plan);
  const std::size_t channels = plan.channels.size();
  std::vector<std::int16_t> shorts;
  std::vector<std::int32_t> longs;
  Block values(channels, ImportFeed::kMaxRows);
  while (feed.next()) {
    switch (type) {
      case SampleType::int16: append_counts(writer, feed, channels, shorts); break;
      case SampleType::int32: append_counts(writer, feed, channels, longs); break;
      case SampleType::float32:
        feed.values(values);
        writer.append(values.samples());
        break;
    }
    rows_done(static_cast<std::int64_t>(feed.rows()));
  }
}

Recording head_of(const PreparedImport& import, const ImportSettings& settings, SampleType type) {
  const SignalFile& source = *import.source;
  const ImportPlan& plan = import.plan;
  Recording head;
  head.recording_id = settings.recording_id;
  head.participant_id = settings.participant_id;
  head.visit_id = settings.visit_id;
  head.session_start = import.session_start;
  head.device = source.device;
  head.source_format = source.format;
  head.simulated = source.simulated;
  head.source_sha256 = import.source_sha256;
  head.sample_type = type;
  head.conversion = type == SampleType::float32 ? (plan.unit == Unit::microvolt ? 1e-6 : 1.0) : plan.conversion;
  head.stream.fs_hz = plan.fs_hz;
  for (const PlannedChannel& planned : plan.channels) head.stream.channels.push_back(planned.channel);
  return head;
}

}  // namespace

void check_session_start(const std::string& field, const std::string& text) {
  if (!is_session_start(text))
    throw Error(Fault::usage, fmt::format("{}: found {}, expected a time such as 2026-07-27T10:00:00+08:00", field, text));
}

void check_settings(const ImportSettings& settings) {
  if (settings.text.skip_rows < 0)
    throw Error(Fault::usage, fmt::format("--skip-rows: found {}, expected 0 or more", settings.text.skip_rows));
  if (settings.ied_mm) check_ied_mm("--ied-mm", *settings.ied_mm);
  check_reference("--reference", settings.reference);
}

PreparedImport prepare_import(const ImportSettings& settings) {
  check_name(settings.source);
  PreparedImport import;
  import.file = settings.source.filename().string();
  import.source = open_source(settings);
  const SignalFile& source = *import.source;
  import.plan = plan_import(source, settings, import.file);
  import.periods = periods_for(*import.source, settings, {import.plan.fs_hz, import.plan.rows}, import.file);
  std::vector<ForeignWarning> about_start;
  import.session_start = settle_start(source, settings, about_start);
  import.warnings = warnings_that_matter(import, settings);
  for (const auto* more : {&about_start, &import.plan.warnings}) import.warnings.insert(import.warnings.end(), more->begin(), more->end());
  import.source_sha256 = sha256_of_file(settings.source);
  return import;
}

std::vector<ForeignWarning> write_import(PreparedImport& import, const ImportSettings& settings,
                                         const std::function<void(std::int64_t)>& rows_done) {
  const ImportSurvey survey = survey_samples(*import.source, import.plan, rows_done);
  std::vector<ForeignWarning> findings = judge(survey, import.plan, import.file);
  complete_channels(survey, import.plan);
  const SampleType type = sample_type_for(survey, import.plan);
  RecordingWriter writer(settings.out, head_of(import, settings, type));
  write_samples(writer, *import.source, import.plan, type, rows_done);
  writer.finish(survey.gaps, import.periods, import.source->events);
  return findings;
}

}  // namespace semg
