// SPDX-License-Identifier: BSD-3-Clause
// What every importer gives: the channels of a foreign file and its samples as they are stored, before units and names are settled.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dsp/recording.hpp"

namespace semg {

/// One column of a foreign file. physical value = count * scale + offset in `unit`.
struct ForeignChannel {
  std::string label;                 ///< as stored, trimmed, UTF-8; unique within the file (": 2" and so on is added where it is not)
  double fs_hz = 0;                  ///< 0: the file does not say
  std::string unit;                  ///< "V", "mV", "uV", "nV", "g", "deg", ... ; empty: the file does not say
  double scale = 1;                  ///< physical per count
  double offset = 0;                 ///< physical at count 0
  bool integer = false;              ///< counts are whole numbers that fit int32
  std::optional<double> count_low;   ///< the converter's lowest count
  std::optional<double> count_high;  ///< the converter's highest count
  std::string device;                ///< where a file holds several
  std::string muscle;                ///< where the file names it
  Side side = Side::none;            ///< where the file names it
  std::optional<double> ied_mm;      ///< distance between the electrodes, where the file says it
  std::string reference;             ///< place of the reference electrode, where the file says it
  std::int64_t rows = 0;             ///< how many samples it has; shorter columns end earlier
  bool signal = true;                ///< false: a time column, a trigger, a status word, an accelerometer: not imported unless named
};

struct ForeignWarning {
  std::string code;     ///< "truncated", "rate_contradicts", ...
  std::string channel;  ///< empty: the whole file
  std::string text;
};

/// An opened foreign file. Samples are read column by column in slices, in constant memory.
class SignalFile {
 public:
  virtual ~SignalFile() = default;

  std::string format;         ///< "EDF+", "OpenSignals HDF5", "Biometrics DataLog text", ...
  std::string device;         ///< kind of device where known; never identity
  std::string session_start;  ///< ISO 8601; empty where the file does not say
  std::vector<ForeignChannel> channels;
  std::vector<Gap> gaps;      ///< in rows of the fastest channel
  std::vector<Event> events;  ///< annotations, triggers
  std::vector<ForeignWarning> warnings;
  bool simulated = false;   ///< nobody was measured, and whatever is made of it says so
  bool incomplete = false;  ///< truncated, unfinished or oversized: the complete part is given, exit code 3

  /// Counts [first, first + out.size()) of one channel; exact for whole numbers up to 2^53. NaN: no value there (also inside gaps).
  /// Throws Error(data).
  virtual void read(std::size_t channel, std::int64_t first, std::span<double> out) = 0;
};

}  // namespace semg
