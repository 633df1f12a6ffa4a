// SPDX-License-Identifier: BSD-3-Clause
// A simulated study in a folder, its recordings changed by hand, and `semg compare` run on it.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "io/recording_reader.hpp"
#include "io/recording_writer.hpp"
#include "tests/apps/extract_command.hpp"

namespace semg {

/// [rows x channels] counts of a recording.
using Counts = std::vector<std::int16_t>;

/// A recording read, its head and counts changed, and written in its place.
inline void rewrite(const std::filesystem::path& path, const std::function<void(Recording&, Counts&)>& change) {
  Recording head;
  Counts counts;
  {
    RecordingReader reader(path);
    head = reader.recording();
    const double step = head.unit_per_count();
    Block block(head.stream.channels.size(), 4096);
    while (reader.read(block)) {
      for (const float x : block.samples()) counts.push_back(static_cast<std::int16_t>(std::lround(static_cast<double>(x) / step)));
    }
  }
  change(head, counts);
  std::filesystem::remove(path);
  RecordingWriter writer(path, head);
  writer.append(std::span<const std::int16_t>(counts));
  writer.finish(head.gaps, head.periods, head.events);
}

/// Four participants without faults, simulated, measured and compared once for all tests of the process.
class ComparedStudy {
 public:
  static const CommandFolder& shared() {
    static const ComparedStudy study;
    return study.folder_;
  }

 private:
  ComparedStudy() {
    REQUIRE(folder_.run("simulate study -o study --participants 4 --faults off --seed 11").code == 0);
    REQUIRE(folder_.run("compare study/study.toml -o results").code == 0);
  }
  CommandFolder folder_;
};

/// A copy of it, features and all, to plant something in.
class PlantedStudy : public CommandFolder {
 public:
  PlantedStudy() { std::filesystem::copy(ComparedStudy::shared().path("study"), path("study"), std::filesystem::copy_options::recursive); }
  std::filesystem::path recording(const std::string& name) const { return path("study/recordings/" + name); }
  Outcome compare(const std::string& more = "") const { return run("compare study/study.toml -o results " + more); }
  std::vector<TableRow> changes(const TableRow& wanted) const { return rows_where(table_of(*this, "results/changes.csv"), wanted); }
  bool report_says(const std::string& words) const { return bytes("results/report.html").find(words) != std::string::npos; }
};

}  // namespace semg
