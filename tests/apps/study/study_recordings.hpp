// SPDX-License-Identifier: BSD-3-Clause
// A folder of small recordings of a study: what the tests of study files share.
#pragma once

#include <string>
#include <vector>

#include "tests/apps/import/command.hpp"
#include "tests/io/recording_sample.hpp"

namespace semg {

/// What a test wants of one recording; the rest is left and right TA at 1000 Hz, 20 s of noise.
struct SmallRecording {
  std::string participant, visit, start = "";
  std::vector<Period> periods = {{0, 4000, "rest", 0}, {4000, 8000, "lift", 1}, {12000, 8000, "lift", 2}};
  std::vector<Channel> channels = {{.label = "EMG 1", .muscle = "TA", .side = Side::left, .lsb = {}, .rail_low = {}, .rail_high = {}},
                                   {.label = "EMG 2", .muscle = "TA", .side = Side::right, .lsb = {}, .rail_low = {}, .rail_high = {}}};
  double fs_hz = 1000;
  std::int64_t rows = 20'000;
};

inline void write_small(const ImportFolder& folder, const std::string& name, const SmallRecording& small) {
  std::filesystem::create_directories(folder.path(name).parent_path());
  Recording head;
  head.recording_id = "R_" + std::filesystem::path(name).stem().string();
  head.participant_id = small.participant;
  head.visit_id = small.visit;
  head.session_start = small.start;
  head.source_sha256 = std::string(64, 'a');
  head.sample_type = SampleType::int16;
  head.conversion = small.channels.front().unit == Unit::microvolt ? 1e-6 : 1.0;
  head.stream = {.fs_hz = small.fs_hz, .channels = small.channels};
  RecordingWriter writer(folder.path(name), head);
  writer.append(std::span<const std::int16_t>(sample_counts<std::int16_t>(small.rows, small.channels.size())));
  writer.finish({}, small.periods, {});
}

inline std::string start_of(const std::string& date) {
  return date + "T10:00:00+08:00";
}

}  // namespace semg
