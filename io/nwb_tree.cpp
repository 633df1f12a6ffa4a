// SPDX-License-Identifier: BSD-3-Clause
#include "io/nwb_tree.hpp"

#include <algorithm>
#include <cctype>
#include <limits>
#include <numeric>
#include <string_view>

#include <fmt/format.h>

#include "dsp/version.hpp"
#include "io/recording_reader.hpp"

namespace semg {
namespace {

constexpr const char* kGroup = "/general/extracellular_ephys/emg";
constexpr const char* kDevice = "/general/devices/recorder";

/// The text of a UUID (version 8: made by a rule of one's own) that is the same for the same content and place.
std::string object_id(const std::string& content_sha256, const std::string& path) {
  const std::string hash = sha256_of_text(content_sha256 + path);
  return fmt::format("{}-{}-8{}-a{}-{}", hash.substr(0, 8), hash.substr(8, 4), hash.substr(12, 3), hash.substr(15, 3), hash.substr(18, 12));
}

class NwbTree {
 public:
  NwbTree(Hdf5Output& output, const Recording& recording, const std::string& content_sha256)
      : output_(output), recording_(recording), content_sha256_(content_sha256) {}

  void write() {
    write_root();
    write_general();
    write_electrodes();
    write_series();
    write_intervals();
    write_private();
  }

 private:
  void typed(const std::string& path, const char* name_space, const char* type) {
    output_.attribute(path, "namespace", std::string(name_space));
    output_.attribute(path, "neurodata_type", std::string(type));
    output_.attribute(path, "object_id", object_id(content_sha256_, path));
  }

  void table(const std::string& path, const char* name_space, const char* type, const char* description, std::size_t rows,
             const std::vector<std::string>& columns) {
    output_.group(path);
    typed(path, name_space, type);
    output_.attribute(path, "description", std::string(description));
    output_.attribute(path, "colnames", columns);
    std::vector<std::int32_t> ids(rows);
    std::iota(ids.begin(), ids.end(), 0);
    output_.column(path + "/id", ids);
    typed(path + "/id", "hdmf-common", "ElementIdentifiers");
  }

  template <class T>
  void column(const std::string& path, const std::vector<T>& values, const char* description) {
    output_.column(path, values);
    describe_column(path, description);
  }

  void describe_column(const std::string& path, const char* description) {
    typed(path, "hdmf-common", "VectorData");
    output_.attribute(path, "description", std::string(description));
  }

  void write_root() {
    const std::string start = recording_.session_start.empty() ? kUnknownStart : recording_.session_start;
    typed("/", "core", "NWBFile");
    output_.attribute("/", "nwb_version", std::string("2.7.0"));
    output_.scalar("/identifier", content_sha256_);
    output_.scalar("/session_description", std::string(recording_.simulated ? "SIMULATED surface EMG" : "surface EMG"));
    output_.scalar("/session_start_time", start);
    output_.scalar("/timestamps_reference_time", start);
    output_.column("/file_create_date", std::vector<std::string>{start});
    for (const char* group : {"/analysis", "/processing", "/stimulus", "/stimulus/presentation", "/stimulus/templates"})
      output_.group(group);
  }

  void write_general() {
    output_.group("/general");
    if (!recording_.visit_id.empty()) output_.scalar("/general/session_id", recording_.visit_id);
    if (!recording_.participant_id.empty()) {
      output_.group("/general/subject");
      typed("/general/subject", "core", "Subject");
      output_.scalar("/general/subject/subject_id", recording_.participant_id);
      output_.scalar("/general/subject/species", std::string("Homo sapiens"));
      output_.scalar("/general/subject/sex", std::string("U"));
    }
    output_.group("/general/devices");
    output_.group(kDevice);
    typed(kDevice, "core", "Device");
    if (!recording_.device.empty()) output_.attribute(kDevice, "description", recording_.device);
  }

  void write_electrodes() {
    output_.group("/general/extracellular_ephys");
    output_.group(kGroup);
    typed(kGroup, "core", "ElectrodeGroup");
    output_.attribute(kGroup, "description", std::string("surface electrodes, one row of the table for each channel"));
    output_.attribute(kGroup, "location", std::string("see the column location"));
    output_.soft_link(std::string(kGroup) + "/device", kDevice);

    const auto& channels = recording_.stream.channels;
    const std::string path = kElectrodes;
    const bool referenced = std::any_of(channels.begin(), channels.end(), [](const Channel& c) { return !c.reference.empty(); });
    std::vector<std::string> names = {"label", "location", "group", "group_name", "side", "ied_mm", "lsb", "rail_low", "rail_high", "kind"};
    if (referenced) names.emplace_back("reference");
    table(path, "hdmf-common", "DynamicTable", "the channels", channels.size(), names);
    std::vector<std::string> labels, muscles, sides, kinds, references;
    std::vector<double> ied, lsb, low, high;
    constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
    for (const Channel& channel : channels) {
      labels.push_back(channel.label);
      muscles.push_back(channel.muscle);
      sides.emplace_back(to_string(channel.side));
      kinds.emplace_back(to_string(channel.kind));
      references.push_back(channel.reference);
      ied.push_back(channel.ied_mm.value_or(kUnknown));
      lsb.push_back(channel.lsb.value_or(kUnknown));
      low.push_back(channel.rail_low.value_or(kUnknown));
      high.push_back(channel.rail_high.value_or(kUnknown));
    }
    column(path + "/label", labels, "as the device names the channel");
    column(path + "/location", muscles, "muscle, as the study names it");
    output_.references(path + "/group", std::vector<std::string>(channels.size(), kGroup));
    describe_column(path + "/group", "electrode group");
    column(path + "/group_name", std::vector<std::string>(channels.size(), "emg"), "name of the electrode group");
    column(path + "/side", sides, "left, right or none");
    column(path + "/ied_mm", ied, "distance between the electrodes in millimetres; NaN: unknown");
    column(path + "/lsb", lsb, "one step of the converter, in microvolts (a.u. where the samples are); NaN: unknown");
    column(path + "/rail_low", low, "lowest value of the converter, in microvolts (a.u. where the samples are); NaN: unknown");
    column(path + "/rail_high", high, "highest value of the converter, in microvolts (a.u. where the samples are); NaN: unknown");
    column(path + "/kind", kinds, "emg, envelope or other");
    if (referenced) column(path + "/reference", references, "place of the reference electrode; empty: unknown");
  }

  void write_series() {
    const std::string path = kSeries;
    const std::size_t channels = recording_.stream.channels.size();
    const bool volts = recording_.stream.channels.front().unit == Unit::microvolt;
    typed(path, "core", volts ? "ElectricalSeries" : "TimeSeries");
    output_.attribute(path, "description", std::string("surface EMG as recorded, one column for each row of the electrodes table"));
    output_.attribute(path, "comments", std::string("lost rows are filled and listed in /intervals/invalid_times"));
    const std::string data = path + "/data";
    output_.attribute(data, "unit", std::string(volts ? "volts" : to_string(Unit::arbitrary)));
    output_.attribute(data, "conversion", recording_.conversion);
    output_.attribute(data, "offset", 0.0);
    output_.attribute(data, "resolution", -1.0);
    output_.attribute(data, "continuity", std::string("continuous"));
    output_.scalar(path + "/starting_time", 0.0);
    output_.attribute(path + "/starting_time", "rate", recording_.stream.fs_hz);
    output_.attribute(path + "/starting_time", "unit", std::string("seconds"));
    if (!volts) return;  // a plain TimeSeries has no electrodes; its columns are the rows of the table all the same
    std::vector<std::int32_t> region(channels);
    std::iota(region.begin(), region.end(), 0);
    output_.column(path + "/electrodes", region);
    typed(path + "/electrodes", "hdmf-common", "DynamicTableRegion");
    output_.attribute(path + "/electrodes", "description", std::string("all channels"));
    output_.reference(path + "/electrodes", "table", kElectrodes);
  }

  void intervals(const std::string& path, const char* description, std::vector<std::string> columns, const std::vector<double>& start_s,
                 const std::vector<double>& stop_s) {
    columns.insert(columns.begin(), {"start_time", "stop_time"});
    table(path, "core", "TimeIntervals", description, start_s.size(), columns);
    column(path + "/start_time", start_s, "start, in seconds from the first row");
    column(path + "/stop_time", stop_s, "end, in seconds from the first row");
  }

  void exact_rows(const std::string& path, const std::vector<std::int64_t>& first, const std::vector<std::int64_t>& rows) {
    column(path + "/first_row", first, "first row of the samples");
    column(path + "/rows", rows, "how many rows");
  }

  void write_intervals() {
    if (recording_.periods.empty() && recording_.events.empty() && recording_.gaps.empty()) return;
    const double fs_hz = recording_.stream.fs_hz;
    const auto seconds = [&](std::int64_t row) { return static_cast<double>(row) / fs_hz; };
    output_.group("/intervals");
    if (!recording_.periods.empty()) {
      std::vector<double> start, stop;
      std::vector<std::string> tasks;
      std::vector<std::int32_t> repetitions;
      std::vector<std::int64_t> first, rows;
      for (const Period& period : recording_.periods) {
        start.push_back(seconds(period.first_row));
        stop.push_back(seconds(period.first_row + period.rows));
        tasks.push_back(period.task);
        repetitions.push_back(period.repetition);
        first.push_back(period.first_row);
        rows.push_back(period.rows);
      }
      intervals("/intervals/trials", "periods, in each of which one task was done", {"task", "repetition", "first_row", "rows"}, start,
                stop);
      column("/intervals/trials/task", tasks, "what was done; rest marks the noise floor");
      column("/intervals/trials/repetition", repetitions, "1, 2, ...; 0: done once and not numbered");
      exact_rows("/intervals/trials", first, rows);
    }
    if (!recording_.events.empty()) {
      std::vector<double> start, stop, duration;
      std::vector<std::string> texts;
      for (const Event& event : recording_.events) {
        start.push_back(event.t_s);
        stop.push_back(event.t_s + event.duration_s);
        duration.push_back(event.duration_s);
        texts.push_back(event.text);
      }
      intervals("/intervals/events", "markers set by a person or a device", {"text", "duration_s"}, start, stop);
      column("/intervals/events/text", texts, "as set");
      column("/intervals/events/duration_s", duration, "in seconds; 0: an instant");
    }
    if (!recording_.gaps.empty()) {
      std::vector<double> start, stop;
      std::vector<std::int64_t> first, rows;
      for (const Gap& gap : recording_.gaps) {
        start.push_back(seconds(gap.first_row));
        stop.push_back(seconds(gap.first_row + gap.rows));
        first.push_back(gap.first_row);
        rows.push_back(gap.rows);
      }
      intervals("/intervals/invalid_times", "rows that were lost; they count in time, their samples mean nothing", {"first_row", "rows"},
                start, stop);
      exact_rows("/intervals/invalid_times", first, rows);
    }
  }

  void write_private() {
    output_.group("/semg");
    output_.attribute("/semg", "schema", kRecordingSchema);
    output_.attribute("/semg", "engine_version", std::string(kVersion));
    output_.attribute("/semg", "recording_id", recording_.recording_id);
    output_.attribute("/semg", "simulated", recording_.simulated ? 1 : 0);
    output_.attribute("/semg", "session_start_known", recording_.session_start.empty() ? 0 : 1);
    output_.attribute("/semg", "source_format", recording_.source_format);
    output_.attribute("/semg", "source_sha256", recording_.source_sha256);
  }

  Hdf5Output& output_;
  const Recording& recording_;
  const std::string& content_sha256_;
};

}  // namespace

void write_series_group(Hdf5Output& output) {
  output.group("/acquisition");
  output.group(kSeries);
}

void write_nwb_tree(Hdf5Output& output, const Recording& recording, const std::string& content_sha256) {
  NwbTree(output, recording, content_sha256).write();
}

bool is_session_start(const std::string& text) noexcept {
  // d: a digit; any other character: itself.
  const auto fits = [&](std::string_view pattern, std::size_t from) {
    if (from + pattern.size() > text.size()) return false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      const auto found = static_cast<unsigned char>(text[from + i]);
      if (pattern[i] == 'd' ? !std::isdigit(found) : found != static_cast<unsigned char>(pattern[i])) return false;
    }
    return true;
  };
  const auto number = [&](std::size_t from) { return (text[from] - '0') * 10 + (text[from + 1] - '0'); };
  if (!fits("dddd-dd-ddTdd:dd:dd", 0)) return false;
  if (number(5) < 1 || number(5) > 12 || number(8) < 1 || number(8) > 31 || number(11) > 23 || number(14) > 59 || number(17) > 59)
    return false;
  std::size_t at = 19;
  if (fits(".d", at)) {
    for (++at; fits("d", at);) ++at;
  }
  const bool offset = fits("+dd:dd", at) || fits("-dd:dd", at);
  return offset ? at + 6 == text.size() && number(at + 1) < 24 && number(at + 4) < 60 : fits("Z", at) && at + 1 == text.size();
}

}  // namespace semg
