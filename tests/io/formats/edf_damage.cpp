// SPDX-License-Identifier: BSD-3-Clause
// Damaged EDF+ files, thousands of them, from one seed.
#include <random>

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "dsp/error.hpp"
#include "io/formats/edf.hpp"
#include "tests/io/formats/edf_bytes.hpp"

namespace {

using semg::counts;
using semg::EdfBytes;
using semg::EdfOnDisk;

std::string small_edf_plus() {
  EdfBytes edf;
  edf.kind = "EDF+D";
  edf.records = "5";
  edf.signals = {{}, {}, {}};
  edf.signals[1].samples = "10";
  edf.signals[1].label = "Status";
  edf.signals[1].unit = "Boolean";
  edf.signals[2].label = "EDF Annotations";
  edf.signals[2].samples = "20";
  for (int r = 0; r < 5; ++r) {
    edf.data += counts(110, 2, [&](std::int64_t i) { return i * r; });
    std::string list = "+" + std::to_string(r + (r > 2 ? 4 : 0)) + "\x14\x14" + std::string(1, '\0') + "+1.5\x15" + "1\x14go\x14";
    list.resize(40, '\0');
    edf.data += list;
  }
  return edf.bytes();
}

/// Opens it and reads the ends of all channels. What is not opened is refused with a sentence.
void use(const std::string& bytes) {
  const EdfOnDisk file(bytes);
  try {
    const auto scan = semg::open_edf(file.path());
    std::vector<double> part(1000);
    for (std::size_t c = 0; c < scan->channels.size(); ++c) {
      const semg::ForeignChannel& channel = scan->channels[c];
      CHECK(channel.rows > 0);
      CHECK(channel.fs_hz > 0);
      try {
        scan->read(c, 0, part);
        scan->read(c, std::max<std::int64_t>(channel.rows - 500, 0), part);
      } catch (const semg::Error& error) {
        CHECK(error.fault() == semg::Fault::data);
      }
    }
  } catch (const semg::Error& error) {
    CHECK(error.fault() == semg::Fault::data);
    CHECK(std::string(error.what()).starts_with("scan.edf: "));
    CHECK(std::string(error.what()).find(": found ") != std::string::npos);
  }
}

}  // namespace

TEST_CASE("EDF: no damage to a file crashes its reader or makes it take 64 MB") {
  const std::string sound = small_edf_plus();
  use(sound);
  std::mt19937 random(20260727);
  const auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  rusage before{};
  getrusage(RUSAGE_SELF, &before);
  for (int trial = 0; trial < 4000; ++trial) {
    std::string bytes = sound;
    const std::string digits = "0123456789-+.eE \x14\x15";
    for (std::size_t n = 1 + below(4); n > 0; --n) {
      const std::size_t place = trial % 2 == 0 ? below(1024) : below(bytes.size());  // half of them in the header
      bytes[place] = trial % 4 < 2 ? digits[below(digits.size())] : static_cast<char>(below(256));
    }
    if (trial % 5 == 0) bytes.resize(below(bytes.size()));
    use(bytes);
  }
  rusage after{};
  getrusage(RUSAGE_SELF, &after);
#ifndef __SANITIZE_ADDRESS__  // which keeps what was freed
  CHECK(after.ru_maxrss - before.ru_maxrss < 64 * 1024);
#endif
}
