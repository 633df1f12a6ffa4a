// SPDX-License-Identifier: BSD-3-Clause
// A simulated recording as a file in a folder of its own, which goes when the bench does.
#pragma once

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "engine/simulation/simulation.hpp"
#include "io/recording_writer.hpp"

namespace semg {

class TemporaryRecording {
 public:
  explicit TemporaryRecording(const Simulation& simulation) {
    std::string pattern = (std::filesystem::temp_directory_path() / "semg_bench_XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::filesystem::filesystem_error("mkdtemp", pattern, {errno, std::generic_category()});
    folder_ = pattern;

    SimulatedSource source(simulation);
    Recording head = source.recording();
    head.recording_id = "SIM01";
    head.session_start = "2000-01-01T00:00:00+00:00";
    RecordingWriter writer(file(), head);
    const std::size_t channels = head.stream.channels.size();
    std::vector<std::int16_t> counts(4096 * channels);
    while (const std::size_t rows = source.read_counts(counts)) writer.append(std::span<const std::int16_t>(counts).first(rows * channels));
    writer.finish({}, {}, {});
  }
  ~TemporaryRecording() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  TemporaryRecording(const TemporaryRecording&) = delete;
  TemporaryRecording& operator=(const TemporaryRecording&) = delete;

  std::filesystem::path file() const { return folder_ / "simulated.nwb"; }
  std::filesystem::path features() const { return folder_ / "simulated.features.h5"; }

 private:
  std::filesystem::path folder_;
};

}  // namespace semg
