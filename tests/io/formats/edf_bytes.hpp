// SPDX-License-Identifier: BSD-3-Clause
// EDF and BDF files made byte by byte, so that each byte can be made wrong.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/io/formats/text_file.hpp"

namespace semg {

/// A text field, filled with blanks.
inline std::string field(std::string text, std::size_t width) {
  text.resize(width, ' ');
  return text;
}

/// `count` little-endian numbers of `bytes` bytes, from f(index).
inline std::string counts(std::int64_t count, int bytes, const std::function<std::int64_t(std::int64_t)>& f) {
  std::string out;
  for (std::int64_t i = 0; i < count; ++i) {
    for (int b = 0; b < bytes; ++b) out += static_cast<char>((f(i) >> (8 * b)) & 0xFF);
  }
  return out;
}

struct EdfBytesSignal {
  std::string label = "EMG";
  std::string unit = "uV";
  std::string physical_min = "-3276.8";
  std::string physical_max = "3276.7";
  std::string digital_min = "-32768";
  std::string digital_max = "32767";
  std::string samples = "100";
};

/// What stands in the file, as text. Data records are appended as they are.
struct EdfBytes {
  std::string version = "0";
  std::string patient = "X X X X";
  std::string recording = "Startdate X X X X";
  std::string date = "26.02.18";
  std::string time = "08.24.27";
  std::string kind;  // "EDF+C", "EDF+D", ...
  std::string records = "1";
  std::string duration = "1";
  std::string header_bytes;  // empty: the right number
  std::string signal_count;  // empty: the right number
  std::vector<EdfBytesSignal> signals = {{}};
  std::string data;

  std::string bytes() const {
    const std::string size = header_bytes.empty() ? std::to_string(256 * (signals.size() + 1)) : header_bytes;
    const std::string count = signal_count.empty() ? std::to_string(signals.size()) : signal_count;
    std::string out = field(version, 8) + field(patient, 80) + field(recording, 80) + field(date, 8) + field(time, 8) + field(size, 8) +
                      field(kind, 44) + field(records, 8) + field(duration, 8) + field(count, 4);
    const auto each = [&](std::size_t width, const std::function<std::string(const EdfBytesSignal&)>& text) {
      for (const EdfBytesSignal& signal : signals) out += field(text(signal), width);
    };
    each(16, [](const auto& s) { return s.label; });
    each(80, [](const auto&) { return std::string(); });  // transducer
    each(8, [](const auto& s) { return s.unit; });
    each(8, [](const auto& s) { return s.physical_min; });
    each(8, [](const auto& s) { return s.physical_max; });
    each(8, [](const auto& s) { return s.digital_min; });
    each(8, [](const auto& s) { return s.digital_max; });
    each(80, [](const auto&) { return std::string(); });  // filters
    each(8, [](const auto& s) { return s.samples; });
    each(32, [](const auto&) { return std::string(); });
    return out + data;
  }
};

/// A file of these bytes that is there as long as this is.
class EdfOnDisk : public TextFile {
 public:
  explicit EdfOnDisk(const std::string& bytes) : TextFile(bytes, "scan.edf") {}
};

}  // namespace semg
