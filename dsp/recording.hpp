// SPDX-License-Identifier: BSD-3-Clause
// What is known of one recording beside its samples. Time is an integer row index throughout.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dsp/channel.hpp"

namespace semg {

/// Rows that were lost: they count in the row index, but hold nothing.
struct Gap {
  std::int64_t first_row = 0;
  std::int64_t rows = 0;
  bool operator==(const Gap&) const = default;
};

/// A stretch in which one task was done. Periods are in order and do not overlap.
struct Period {
  std::int64_t first_row = 0;
  std::int64_t rows = 0;
  std::string task;    ///< "rest" marks the noise floor
  int repetition = 0;  ///< 1, 2, ...; 0 where the task was done once and not numbered
  bool operator==(const Period&) const = default;
};

/// A marker set by a person or a device.
struct Event {
  double t_s = 0;         ///< from the first row
  double duration_s = 0;  ///< 0 for an instant
  std::string text;
  bool operator==(const Event&) const = default;
};

enum class SampleType { int16, int32, float32 };

struct Recording {
  std::string recording_id;
  std::string participant_id;  ///< pseudonym; empty where unknown
  std::string visit_id;        ///< empty where unknown
  std::string session_start;   ///< ISO 8601 with offset; empty where the source does not say
  std::string device;          ///< kind of device, never a person or place
  std::string source_format;   ///< "EDF+", "OpenSignals HDF5", ...
  std::string source_sha256;   ///< of the file it was imported from; empty where recorded or simulated
  bool simulated = false;
  SampleType sample_type = SampleType::float32;
  double conversion = 1e-6;  ///< stored count -> volt (or a.u. for arbitrary units); a sample is float(count * (conversion * 1e6)), or
                             ///< float(count * conversion) for a.u.
  StreamInfo stream;
  std::int64_t rows = 0;  ///< on the gap-free grid, lost rows counted
  std::vector<Gap> gaps;
  std::vector<Period> periods;
  std::vector<Event> events;

  double duration_s() const noexcept { return static_cast<double>(rows) / stream.fs_hz; }
  /// What one stored count is worth in the stream's unit (microvolts or a.u.), rounded once.
  double unit_per_count() const noexcept {
    const bool volts = stream.channels.empty() || stream.channels.front().unit == Unit::microvolt;
    return volts ? conversion * 1e6 : conversion;
  }
};

}  // namespace semg
