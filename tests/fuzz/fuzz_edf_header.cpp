// SPDX-License-Identifier: BSD-3-Clause
// Headers of EDF and BDF files: refused with a sentence, or sound.
#include <sstream>

#include "dsp/error.hpp"
#include "io/formats/edf_header.hpp"
#include "tests/fuzz/fuzz_input.hpp"

namespace semg::test {
namespace {

std::string padded(std::string text, std::size_t width) {
  text.resize(width, ' ');
  return text;
}

/// A sound header of some signals, of which the fuzzer overwrites fields.
std::string header_as_wanted(FuzzInput& input) {
  const std::size_t signals = 1 + input.below(4);
  const bool bdf = input.below(2) == 1;
  std::string text = bdf ? "\xFF"
                           "BIOSEMI"
                         : padded("0", 8);
  text += padded("X X X X", 80) + padded("Startdate 02-JAN-2025 X X X", 80) + "02.01.2512.00.00";
  text += padded(std::to_string(256 * (signals + 1)), 8) + padded(bdf ? "BDF+C" : "EDF+D", 44) + padded("10", 8) + padded("1", 8);
  text += padded(std::to_string(signals), 4);
  const std::pair<const char*, std::size_t> fields[] = {{"EMG", 16},  {"", 80},    {"uV", 8}, {"-100", 8}, {"100", 8},
                                                        {"-2048", 8}, {"2047", 8}, {"", 80},  {"100", 8},  {"", 32}};
  for (const auto& [value, width] : fields)
    for (std::size_t k = 0; k < signals; ++k) text += padded(value, width);
  while (!input.is_over()) {
    const std::size_t at = 8 * (input.number() % (text.size() / 8)) + input.below(8), width = 1 + input.below(16);
    text.replace(at, width, padded(input.text(width), width).substr(0, std::min(width, text.size() - at)));
  }
  return text;
}

}  // namespace
}  // namespace semg::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace semg::test;
  FuzzInput input(data, size);
  std::istringstream file(input.below(4) == 0 ? input.text(size) : header_as_wanted(input));
  try {
    const semg::EdfHeader header = semg::read_edf_header(file, "a.edf");
    must(header.bytes == static_cast<std::int64_t>(256 * (header.signals.size() + 1)), "a header is as long as its signals make it");
    must(header.record_s > 0 && header.records >= -1, "data records last");
    std::int64_t bytes = 0;
    for (const auto& signal : header.signals) {
      must(signal.samples > 0 && signal.offset == bytes, "signals lie behind each other");
      bytes += signal.samples * header.sample_bytes;
      if (signal.annotations || !signal.fault.empty()) continue;
      must(signal.digital_max > signal.digital_min && signal.physical_max > signal.physical_min, "a signal without a fault has a scale");
    }
    must(bytes == header.record_bytes, "a data record is all its signals");
  } catch (const semg::Error& error) {
    must(error.fault() == semg::Fault::data, "a header is refused as data");
    must(std::string_view(error.what()).starts_with("a.edf: "), "a refusal begins with the file");
  }
  return 0;
}
