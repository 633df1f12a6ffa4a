// SPDX-License-Identifier: BSD-3-Clause
#include "io/nwb_head.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "io/formats/voltage_unit.hpp"
#include "io/nwb_tree.hpp"

namespace semg {
namespace {

constexpr const char* kTrials = "/intervals/trials";
constexpr const char* kEvents = "/intervals/events";
constexpr const char* kInvalid = "/intervals/invalid_times";

bool is_ours(const Hdf5Input& input) {
  return input.is_group("/semg");
}

std::optional<double> known(double value) {
  return std::isnan(value) ? std::nullopt : std::optional(value);
}

/// Of the stored unit: how many microvolts (or a.u.) one is. Ours, and all that is volts in any spelling.
struct SeriesUnit {
  Unit unit = Unit::microvolt;
  double per_unit = 1e6;
};

SeriesUnit unit_of(const Hdf5Input& input, const std::string& series) {
  const std::string data = series + "/data";
  const auto word = input.text_attribute(data, "unit");
  if (!word && input.text_attribute(series, "neurodata_type") == "ElectricalSeries") return {};  // volts, by its definition
  const std::string unit = word.value_or("");
  if (unit == to_string(Unit::arbitrary)) return {Unit::arbitrary, 1.0};
  const auto microvolts = microvolts_per(unit);
  if (!microvolts) input.refuse(data + "@unit", "'" + unit + "'", "volts or a.u.; state the unit with: semg import --unit");
  return {Unit::microvolt, *microvolts};
}

double positive_attribute(const Hdf5Input& input, const std::string& path, const std::string& attribute, double otherwise) {
  const double value = input.number_attribute(path, attribute).value_or(otherwise);
  if (!(std::isfinite(value) && value > 0)) input.refuse(path + "@" + attribute, fmt::format("{}", value), "a finite number above 0");
  return value;
}

/// volts = count * conversion * channel_conversion + offset; the stream's unit is microvolts.
CountScale scale_of(const Hdf5Input& input, const std::string& series, const Recording& recording, double per_unit) {
  CountScale scale{.factor = {recording.unit_per_count()}, .offset = {}};
  const std::size_t channels = recording.stream.channels.size();
  const std::string each = series + "/channel_conversion";
  if (input.has(each)) {
    scale.factor.assign(channels, recording.unit_per_count());
    const auto values = input.number_column(each, static_cast<std::int64_t>(channels));
    for (std::size_t i = 0; i < channels; ++i) {
      if (!(std::isfinite(values[i]) && values[i] > 0)) input.refuse(each, fmt::format("{}", values[i]), "finite numbers above 0");
      scale.factor[i] *= values[i];
    }
  }
  const double offset = input.number_attribute(series + "/data", "offset").value_or(0);
  if (!std::isfinite(offset)) input.refuse(series + "/data@offset", fmt::format("{}", offset), "a finite number");
  if (offset != 0) scale.offset.assign(channels, offset * per_unit);
  return scale;
}

SampleType sample_type_for(StoredType type) {
  switch (type) {
    case StoredType::int8:
    case StoredType::uint8:
    case StoredType::int16: return SampleType::int16;
    case StoredType::uint16:
    case StoredType::int32: return SampleType::int32;
    case StoredType::float32:
    case StoredType::float64: break;
  }
  return SampleType::float32;
}

std::vector<Channel> numbered_channels(std::size_t count, Unit unit) {
  std::vector<Channel> channels(count);
  for (std::size_t i = 0; i < count; ++i) {
    channels[i].label = channels[i].muscle = fmt::format("ch{}", i + 1);
    channels[i].unit = unit;
  }
  return channels;
}

/// Of a foreign file: label and muscle, where its electrodes table has them.
void name_channels(const Hdf5Input& input, const std::string& series, std::vector<Channel>& channels) {
  const std::string region = series + "/electrodes", table = kElectrodes;
  if (!input.has(region) || !input.has(table + "/id")) return;
  const std::int64_t rows = input.column_rows(table + "/id");
  const auto electrodes = input.integer_column(region, std::ssize(channels));
  const auto column = [&](const char* name) {
    const std::string path = table + "/" + name;
    return input.has(path) ? input.text_column(path, rows) : std::vector<std::string>();
  };
  const auto label_column = [&] {
    for (const char* name : {"label", "channel_name", "electrode_name"}) {
      if (auto labels = column(name); !labels.empty()) return labels;
    }
    return std::vector<std::string>();
  };
  const auto labels = label_column(), locations = column("location"), references = column("reference");
  for (std::size_t i = 0; i < channels.size(); ++i) {
    if (electrodes[i] < 0 || electrodes[i] >= rows)
      input.refuse(region, fmt::format("row {}", electrodes[i]), fmt::format("a row of {}", rows));
    const auto row = static_cast<std::size_t>(electrodes[i]);
    if (!labels.empty() && !labels[row].empty()) channels[i].label = channels[i].muscle = labels[row];
    if (!locations.empty() && !locations[row].empty() && locations[row] != "unknown") channels[i].muscle = locations[row];
    if (!references.empty() && references[row] != "unknown") channels[i].reference = references[row];
  }
}

void read_our_channels(const Hdf5Input& input, std::vector<Channel>& channels) {
  const std::string table = std::string(kElectrodes) + "/";
  const auto count = std::ssize(channels);
  const auto labels = input.text_column(table + "label", count), muscles = input.text_column(table + "location", count);
  const auto sides = input.text_column(table + "side", count), kinds = input.text_column(table + "kind", count);
  const auto lsb = input.number_column(table + "lsb", count), ied = input.number_column(table + "ied_mm", count);
  const auto references =
      input.has(table + "reference") ? input.text_column(table + "reference", count) : std::vector<std::string>(channels.size());
  const auto low = input.number_column(table + "rail_low", count), high = input.number_column(table + "rail_high", count);
  for (std::size_t i = 0; i < channels.size(); ++i) {
    Channel& channel = channels[i];
    channel.label = labels[i];
    channel.muscle = muscles[i];
    if (sides[i] != "left" && sides[i] != "right" && sides[i] != "none")
      input.refuse(table + "side", "'" + sides[i] + "'", "left, right or none");
    channel.side = side_from(sides[i]);
    if (kinds[i] != "emg" && kinds[i] != "envelope" && kinds[i] != "other")
      input.refuse(table + "kind", "'" + kinds[i] + "'", "emg, envelope or other");
    channel.kind = kinds[i] == "emg" ? Kind::emg : kinds[i] == "envelope" ? Kind::envelope : Kind::other;
    channel.lsb = known(lsb[i]);
    channel.rail_low = known(low[i]);
    channel.rail_high = known(high[i]);
    channel.ied_mm = known(ied[i]);
    channel.reference = references[i];
  }
}

/// Rows of a table of intervals: exact where we wrote them, rounded from seconds elsewhere. Cut to the recording; empty ones stay empty.
template <class Part>
std::vector<Part> read_rows(const Hdf5Input& input, const std::string& table, const NwbClock& clock) {
  const std::int64_t count = input.column_rows(table + "/start_time");
  std::vector<Part> parts(static_cast<std::size_t>(count));
  if (input.has(table + "/first_row")) {
    const auto first = input.integer_column(table + "/first_row", count), rows = input.integer_column(table + "/rows", count);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (first[i] < 0 || rows[i] <= 0 || first[i] > clock.rows || rows[i] > clock.rows - first[i]) {
        input.refuse(table, fmt::format("{} rows from row {}", rows[i], first[i]), fmt::format("some within {} rows", clock.rows));
      }
      parts[i].first_row = first[i];
      parts[i].rows = rows[i];
    }
    return parts;
  }
  const auto start = input.number_column(table + "/start_time", count), stop = input.number_column(table + "/stop_time", count);
  const auto row_at = [&](double t_s) {
    if (std::isnan(t_s)) input.refuse(table, "a time that is no number", "seconds");
    return static_cast<std::int64_t>(std::clamp(std::nearbyint((t_s - clock.start_s) * clock.fs_hz), 0.0, static_cast<double>(clock.rows)));
  };
  for (std::size_t i = 0; i < parts.size(); ++i) {
    parts[i].first_row = row_at(start[i]);
    parts[i].rows = std::max(row_at(stop[i]) - parts[i].first_row, std::int64_t{0});
  }
  return parts;
}

/// In order, apart, none empty.
std::vector<Gap> merged(std::vector<Gap> gaps) {
  std::erase_if(gaps, [](const Gap& gap) { return gap.rows == 0; });
  std::sort(gaps.begin(), gaps.end(), [](const Gap& a, const Gap& b) { return a.first_row < b.first_row; });
  std::vector<Gap> apart;
  for (const Gap& gap : gaps) {
    if (!apart.empty() && gap.first_row <= apart.back().first_row + apart.back().rows) {
      apart.back().rows = std::max(apart.back().rows, gap.first_row + gap.rows - apart.back().first_row);
    } else {
      apart.push_back(gap);
    }
  }
  return apart;
}

/// Trials are periods where they name a task.
std::vector<Period> read_periods(const Hdf5Input& input, const NwbClock& clock) {
  const std::string table = kTrials;
  if (!input.has(table + "/task")) return {};
  auto periods = read_rows<Period>(input, table, clock);
  const auto tasks = input.text_column(table + "/task", std::ssize(periods));
  const bool numbered = input.has(table + "/repetition");
  const auto repetitions =
      numbered ? input.integer_column(table + "/repetition", std::ssize(periods)) : std::vector<std::int64_t>(periods.size());
  std::int64_t end = 0;
  for (std::size_t i = 0; i < periods.size(); ++i) {
    if (repetitions[i] < 0 || repetitions[i] > 1'000'000)
      input.refuse(table + "/repetition", std::to_string(repetitions[i]), "0 to 1000000");
    periods[i].task = tasks[i];
    periods[i].repetition = static_cast<int>(repetitions[i]);
    if (periods[i].first_row < end)
      input.refuse(table, fmt::format("a period from row {} on before the end of another", periods[i].first_row), "periods in order");
    end = periods[i].first_row + periods[i].rows;
  }
  return periods;
}

std::vector<Event> read_events(const Hdf5Input& input, const NwbClock& clock) {
  const std::string table = kEvents;
  if (!input.has(table + "/text")) return {};
  const std::int64_t count = input.column_rows(table + "/start_time");
  const auto start = input.number_column(table + "/start_time", count), stop = input.number_column(table + "/stop_time", count);
  const auto texts = input.text_column(table + "/text", count);
  const bool exact = input.has(table + "/duration_s");
  const auto duration = exact ? input.number_column(table + "/duration_s", count) : std::vector<double>();
  std::vector<Event> events;
  for (std::size_t i = 0; i < texts.size(); ++i)
    events.push_back({start[i] - clock.start_s, exact ? duration[i] : stop[i] - start[i], texts[i]});
  return events;
}

void read_our_words(const Hdf5Input& input, Recording& recording) {
  const auto word = [&](const char* attribute) { return input.text_attribute("/semg", attribute).value_or(""); };
  const double schema = input.number_attribute("/semg", "schema").value_or(0);
  if (schema != kRecordingSchema) {
    input.refuse("/semg@schema", fmt::format("{}", schema), fmt::format("{}; a newer file needs a newer semg", kRecordingSchema));
  }
  recording.recording_id = word("recording_id");
  recording.source_format = word("source_format");
  recording.source_sha256 = word("source_sha256");
  recording.simulated = input.number_attribute("/semg", "simulated").value_or(0) != 0;
  if (input.number_attribute("/semg", "session_start_known").value_or(1) == 0) recording.session_start.clear();
  recording.device = input.text_attribute("/general/devices/recorder", "description").value_or("");
}

}  // namespace

NwbHead read_nwb_head(const Hdf5Input& input, const std::string& series, const SampleDataset& samples) {
  NwbHead head;
  Recording& recording = head.recording;
  const bool ours = is_ours(input);
  const SeriesUnit unit = unit_of(input, series);
  const NwbClock clock = read_nwb_clock(input, series, samples.rows());

  recording.participant_id = input.text("/general/subject/subject_id").value_or("");
  recording.visit_id = input.text("/general/session_id").value_or("");
  recording.session_start = input.text("/session_start_time").value_or("");
  recording.recording_id = input.name().substr(0, input.name().rfind('.'));
  recording.source_format = "NWB";
  if (ours) read_our_words(input, recording);

  recording.sample_type = sample_type_for(samples.type());
  const double conversion = positive_attribute(input, series + "/data", "conversion", 1.0);
  recording.conversion = unit.unit == Unit::microvolt ? conversion * (unit.per_unit / 1e6) : conversion;
  recording.stream.fs_hz = clock.fs_hz;
  recording.stream.channels = numbered_channels(samples.channels(), unit.unit);
  if (ours) {
    read_our_channels(input, recording.stream.channels);
  } else {
    name_channels(input, series, recording.stream.channels);
  }
  head.scale = scale_of(input, series, recording, unit.per_unit);
  const bool whole_counts = samples.type() != StoredType::float32 && samples.type() != StoredType::float64;
  for (std::size_t i = 0; !ours && whole_counts && i < samples.channels(); ++i) {
    recording.stream.channels[i].lsb = head.scale.factor[head.scale.factor.size() == 1 ? 0 : i];
  }

  recording.rows = clock.rows;
  recording.gaps = gaps_between(clock.stretches, clock.rows);
  if (input.has(kInvalid)) {
    const auto invalid = read_rows<Gap>(input, kInvalid, clock);
    recording.gaps.insert(recording.gaps.end(), invalid.begin(), invalid.end());
  }
  if (!ours) recording.gaps = merged(recording.gaps);
  head.stretches = without_gaps(clock.stretches, merged(recording.gaps));
  recording.periods = read_periods(input, clock);
  recording.events = read_events(input, clock);
  return head;
}

std::string find_nwb_series(const Hdf5Input& input, const std::string& chosen) {
  if (chosen.empty() && is_ours(input)) return kSeries;

  struct Found {
    std::string path, type;
  };
  std::vector<Found> found;
  int groups = 0;
  const auto search = [&](const auto& self, const std::string& path, int depth) -> void {
    if (++groups > 10'000 || depth > 16) input.refuse(path.empty() ? "/" : path, "too many groups", "10000 at most, 16 deep");
    for (const std::string& name : input.members(path.empty() ? "/" : path)) {
      const std::string below = path + "/" + name;
      if (!input.is_group(below)) continue;
      const std::string type = input.text_attribute(below, "neurodata_type").value_or("");
      const bool series = (type == "ElectricalSeries" || type == "TimeSeries") && input.has(below + "/data");
      if (series) found.push_back({below, type});
      if (!series) self(self, below, depth + 1);
    }
  };
  search(search, "", 0);
  const auto only = [&](const auto& fits) -> const Found* {
    const auto first = std::find_if(found.begin(), found.end(), fits);
    return first != found.end() && std::find_if(first + 1, found.end(), fits) == found.end() ? &*first : nullptr;
  };
  const Found* series = nullptr;
  if (!chosen.empty()) {
    series = only([&](const Found& one) { return one.path == chosen; });
    if (!series) series = only([&](const Found& one) { return one.path.ends_with("/" + chosen); });
  } else {
    series = only([](const Found& one) { return one.type == "ElectricalSeries"; });
    const bool electrical = std::any_of(found.begin(), found.end(), [](const Found& one) { return one.type == "ElectricalSeries"; });
    if (!series && !electrical) {
      series =
          only([&](const Found& one) { return microvolts_per(input.text_attribute(one.path + "/data", "unit").value_or("")).has_value(); });
    }
    if (!series && !electrical) series = only([](const Found&) { return true; });
  }
  if (series) return series->path;
  if (found.empty())
    input.refuse("format", "HDF5 without an NWB series of samples", "a recording; make one with: semg import " + input.name());
  std::string list;
  for (const Found& one : found) list += (list.empty() ? "" : ", ") + one.path;
  input.refuse("series", chosen.empty() ? fmt::format("{}", found.size()) : "no '" + chosen + "'",
               (chosen.empty() ? "one to be chosen of " : "one of ") + list);
}

}  // namespace semg
