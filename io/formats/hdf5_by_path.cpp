// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/hdf5_by_path.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "io/formats/hdf5_attributes.hpp"
#include "io/formats/hdf5_columns.hpp"
#include "io/formats/unique_labels.hpp"
#include "io/hdf5_input.hpp"

namespace semg {
namespace {

constexpr std::size_t kMaxObjects = 10'000;
constexpr int kMaxDepth = 16;
constexpr std::size_t kListed = 20;

/// Something that may hold samples, by the name it is asked for.
struct Candidate {
  std::string path;
  std::string field;
  std::string description;  // "/b:emg (float32 5000x16)"
};

void add_candidates(const Hdf5Input& input, const std::string& path, std::vector<Candidate>& out) {
  const std::optional<Hdf5Shape> shape = shape_of(input, path);
  if (!shape || shape->size.empty() || shape->size.size() > 2 || std::count(shape->size.begin(), shape->size.end(), 0) > 0) return;
  for (const Hdf5Field& field : shape->fields) {
    std::string size;
    for (const std::int64_t side : shape->size) size += (size.empty() ? "" : "x") + std::to_string(side);
    if (field.width > 1) size += "x" + std::to_string(field.width);
    const std::string name = field.name.empty() ? path : path + ":" + field.name;
    out.push_back({path, field.name, fmt::format("{} ({} {})", name, field.type, size)});
  }
}

void search(const Hdf5Input& input, const std::string& group, int depth, std::size_t& seen, std::vector<Candidate>& out) {
  for (const std::string& name : input.members(group)) {
    if (++seen > kMaxObjects) return;
    const std::string path = (group == "/" ? "" : group) + "/" + name;
    if (!input.is_group(path)) {
      add_candidates(input, path, out);
    } else if (depth < kMaxDepth) {
      search(input, path, depth + 1, seen, out);
    }
  }
}

[[noreturn]] void refuse(const Hdf5Input& input, const std::string& found, const std::vector<Candidate>& candidates) {
  std::string list;
  for (std::size_t i = 0; i < std::min(candidates.size(), kListed); ++i) list += (i == 0 ? "" : ", ") + candidates[i].description;
  if (candidates.size() > kListed) list += fmt::format(" and {} more", candidates.size() - kListed);
  input.refuse("--dataset", found, candidates.empty() ? "a file with a dataset of numbers" : "one of " + list);
}

Candidate choose(const Hdf5Input& input, const std::string& asked) {
  std::vector<Candidate> all;
  if (asked.empty()) {
    std::size_t seen = 0;
    search(input, "/", 1, seen, all);
    if (all.size() != 1) refuse(input, all.empty() ? "none" : "nothing that chooses a dataset", all);
    return all.front();
  }
  const std::string full = asked.starts_with('/') ? asked : "/" + asked;
  // A name may hold a colon itself, as /00:07:80:3B:46:61/raw does: what is there as a whole wins.
  const bool whole = input.has(full);
  const std::size_t colon = whole ? std::string::npos : full.rfind(':');
  const std::string path = full.substr(0, colon);
  const std::string field = colon == std::string::npos ? "" : full.substr(colon + 1);
  add_candidates(input, path, all);
  for (const Candidate& candidate : all) {
    if (candidate.field == field) return candidate;
  }
  if (field.empty() && all.size() == 1) return all.front();
  if (!all.empty()) refuse(input, field.empty() ? "several fields in '" + asked + "'" : "no field '" + field + "'", all);
  std::size_t seen = 0;
  search(input, "/", 1, seen, all);
  refuse(input, (whole ? "no samples in '" : "no dataset '") + asked + "'", all);
}

/// Calls f with the dataset and every group above it.
template <class F>
void upwards(std::string path, const F& f) {
  while (f(path) && path != "/") path = path.rfind('/') == 0 ? "/" : path.substr(0, path.rfind('/'));
}

class Hdf5ByPath : public SignalFile {
 public:
  Hdf5ByPath(const std::filesystem::path& path, const Hdf5ByPathOptions& options)
      : input_(path), chosen_(choose(input_, options.dataset)), samples_(input_, chosen_.path, chosen_.field, TimeSide::longer) {
    format = "HDF5";
    const double fs_hz = rate(options.fs_hz);
    const std::string unit = unit_of(chosen_.path);
    const bool integer = samples_.fits_int32();
    const std::string name = chosen_.field.empty() ? chosen_.path.substr(chosen_.path.rfind('/') + 1) : chosen_.field;
    for (std::int64_t c = 0; c < samples_.columns(); ++c) {
      ForeignChannel channel;
      channel.label = samples_.columns() == 1 ? name : fmt::format("{} {}", name, c + 1);
      channel.fs_hz = fs_hz;
      channel.unit = unit;
      channel.integer = integer;
      channel.rows = samples_.rows();
      channels.push_back(std::move(channel));
    }
    make_labels_unique(channels);
  }

  void read(std::size_t channel, std::int64_t first, std::span<double> out) override {
    samples_.read(static_cast<std::int64_t>(channel), first, out);
  }

 private:
  double rate(std::optional<double> stated_hz);
  std::string unit_of(const std::string& path) const;

  Hdf5Input input_;
  Candidate chosen_;
  Hdf5Columns samples_;
};

double Hdf5ByPath::rate(std::optional<double> stated_hz) {
  constexpr std::array kNames = {"fs",          "fs_hz",         "rate",       "sampling_rate",
                                 "sample_rate", "sampling rate", "SampleRate", "sampling_frequency"};
  std::string where;
  double found_hz = 0;
  upwards(chosen_.path, [&](const std::string& path) {
    for (const char* name : kNames) {
      const std::vector<double> numbers = numbers_of(input_, path, name);
      if (numbers.size() != 1) continue;
      where = path + "@" + name;
      found_hz = numbers.front();
      return false;
    }
    return true;
  });
  if (where.empty()) return stated_hz.value_or(0);
  const bool sound = found_hz > 0 && found_hz <= 1e6;
  if (stated_hz) {
    if (!sound || std::abs(found_hz - *stated_hz) > 0.005 * *stated_hz) {
      warnings.push_back({"rate_contradicts", "", fmt::format("{}: found {}, used {} Hz as stated", where, found_hz, *stated_hz)});
    }
    return *stated_hz;
  }
  if (!sound) input_.refuse(where, fmt::format("{}", found_hz), "a rate above 0 and up to 1000000 Hz");
  warnings.push_back({"rate_from_attribute", "", fmt::format("{}: found {}, used as the rate in Hz", where, found_hz)});
  return found_hz;
}

std::string Hdf5ByPath::unit_of(const std::string& path) const {
  for (const char* name : {"unit", "units"}) {
    if (const auto unit = input_.text_attribute(path, name)) return *unit;
  }
  return {};
}

}  // namespace

std::unique_ptr<SignalFile> open_hdf5_by_path(const std::filesystem::path& path, const Hdf5ByPathOptions& options) {
  return std::make_unique<Hdf5ByPath>(path, options);
}

}  // namespace semg
