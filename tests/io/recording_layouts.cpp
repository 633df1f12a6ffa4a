// SPDX-License-Identifier: BSD-3-Clause
// However a recording's samples are stored, they read the same, in bounded memory.
#include <cstdlib>

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/io/recording_sample.hpp"

using namespace semg;

namespace {

bool has_h5repack() {
  return std::system("h5repack --version >/dev/null 2>&1") == 0;
}

void repack(const std::filesystem::path& from, const std::filesystem::path& to, const std::string& options) {
  REQUIRE(std::system(("h5repack " + options + " '" + from.string() + "' '" + to.string() + "' >/dev/null 2>&1").c_str()) == 0);
}

/// Writes `rows` of 32 channels.
void write_long(const std::filesystem::path& path, std::int64_t rows) {
  Recording head = sample_head(SampleType::int16);
  head.stream.fs_hz = 2048;
  head.stream.channels.assign(32, {.label = "a", .muscle = "a", .lsb = {}, .rail_low = {}, .rail_high = {}});
  RecordingWriter writer(path, head);
  const auto counts = sample_counts<std::int16_t>(2048, 32);
  for (std::int64_t row = 0; row < rows; row += 2048)
    writer.append(std::span(counts).first(static_cast<std::size_t>(std::min<std::int64_t>(2048, rows - row)) * 32));
  writer.finish({}, {}, {});
}

/// Peak memory in KiB of a process that reads the recording once.
long peak_of_reading(const std::filesystem::path& path) {
  const pid_t child = ::fork();
  if (child == 0) {
    RecordingReader reader(path);
    Block block(32, 4096);
    while (reader.read(block)) {
    }
    ::_exit(0);
  }
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  return status == 0 ? usage.ru_maxrss : -1;
}

}  // namespace

TEST_CASE("recording: any storage layout reads the same, bit for bit") {
  if (!has_h5repack()) {
    MESSAGE("[semg-skip] h5repack (hdf5-tools) is not installed");
    return;
  }
  const TemporaryFolder folder;
  write_sample(folder / "a.nwb", sample_head(SampleType::int16), sample_counts<std::int16_t>());
  write_long(folder / "b.nwb", 70'000);
  for (const char* name : {"a.nwb", "b.nwb"}) {
    const auto expected = read_grid(folder / name);
    const std::string width = std::string(name) == "a.nwb" ? "3" : "32";
    for (const std::string& layout : {"CHUNK=100x" + width, "CHUNK=2048x" + width, "CHUNK=65536x" + width, std::string("CHUNK=65536x1"),
                                      std::string("CHUNK=1000x2"), std::string("CHUNK=1x1"), std::string("CONTI")}) {
      if (layout == "CHUNK=1x1" && width == "32") continue;  // two million chunks: slow to make
      CAPTURE(layout);
      const bool plain = layout == "CONTI";
      repack(folder / name, folder / "repacked.nwb",
             "-l /acquisition/emg/data:" + layout + (plain ? " -f /acquisition/emg/data:NONE" : ""));
      CHECK(same_bits(read_grid(folder / "repacked.nwb"), expected));
      CHECK(RecordingReader(folder / "repacked.nwb").recording().events == RecordingReader(folder / name).recording().events);
    }
    repack(folder / name, folder / "repacked.nwb", "-f /acquisition/emg/data:FLET -f /acquisition/emg/data:GZIP=9");
    CHECK(same_bits(read_grid(folder / "repacked.nwb"), expected));
  }
}

TEST_CASE("recording: reading takes no more memory for a recording ten times as long, nor for large chunks") {
#if defined(__SANITIZE_ADDRESS__)
  MESSAGE("[semg-skip] a sanitizer keeps freed memory");
#else
  const TemporaryFolder folder;
  write_long(folder / "short.nwb", 60 * 2048);
  write_long(folder / "long.nwb", 600 * 2048);
  const long brief = peak_of_reading(folder / "short.nwb"), lengthy = peak_of_reading(folder / "long.nwb");
  REQUIRE(brief > 0);
  CHECK(lengthy < brief * 11 / 10);
  if (!has_h5repack()) return;
  repack(folder / "long.nwb", folder / "wide.nwb", "-l /acquisition/emg/data:CHUNK=65536x32");
  CHECK(peak_of_reading(folder / "wide.nwb") < brief + 64 * 1024);
#endif
}
