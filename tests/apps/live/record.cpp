// SPDX-License-Identifier: BSD-3-Clause
// `semg record` as a user runs it: how it ends, what it refuses, and that killing it costs nothing that was acknowledged.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "io/recording_reader.hpp"
#include "tests/apps/extract_command.hpp"
#include "tests/apps/live/running.hpp"

namespace semg {
namespace {

using std::chrono::milliseconds;

/// Waits until so many rows are acknowledged.
bool wait_for_rows(const CommandFolder& folder, std::int64_t rows) {
  for (int k = 0; k < 1000; ++k) {
    if (acknowledged(folder.bytes("words.txt")) >= rows) return true;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return false;
}

std::vector<std::string> record_words(const std::string& from, const std::string& out) {
  return {"record", "--from", from, "-o", out, "--progress", "json"};
}

/// RMS and ARV of every window, as text, by channel and start.
std::map<std::string, std::string> amplitudes(const CommandFolder& folder, const std::string& table) {
  std::map<std::string, std::string> values;
  for (const TableRow& row : table_of(folder, table).rows) {
    if (row.at("feature") == "rms" || row.at("feature") == "arv")
      values[row.at("channel") + row.at("feature") + row.at("t_start_s")] = row.at("value");
  }
  return values;
}

}  // namespace

TEST_CASE("killed at any moment, record has lost nothing that it acknowledged, and what is recovered measures the same") {
  const char* word = std::getenv("SEMG_KILLS");
  const int kills = word ? std::atoi(word) : 6;
  CommandFolder whole;
  REQUIRE(whole.run("record --from 'synthetic:?channels=3&seed=7&speed=max' --duration 60 -o whole.nwb --progress none").code == 0);
  REQUIRE(whole.run("extract whole.nwb --csv tables --progress none").code == 0);
  const auto expected = amplitudes(whole, "tables/windows.csv");
  const auto samples = samples_of(whole.path("whole.nwb"), 1);
  std::mt19937 random(20);
  std::int64_t compared = 0;
  for (int k = 0; k < kills; ++k) {
    const bool paced = k % 2 == 0;  // at full speed nearly every kill falls into a write
    CommandFolder folder;
    Running running(folder, record_words(paced ? "synthetic:?channels=3&seed=7" : "synthetic:?channels=3&seed=7&speed=max", "x.nwb"));
    // Some die while they start, the others some moment after so many rows: a slow machine is killed as late in its work as a fast one.
    if (k % 6 != 5) REQUIRE(wait_for_rows(folder, static_cast<std::int64_t>(paced ? 3000 + random() % 3000 : random() % 60000)));
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 200000));
    running.wait_after(SIGKILL);
    const std::int64_t rows = acknowledged(folder.bytes("words.txt"));
    if (!std::filesystem::exists(folder.path("x.nwb.journal"))) {
      CHECK(rows == 0);
      continue;
    }
    const Outcome recovered = folder.run("recover x.nwb.journal --progress none");
    if (recovered.code == 65) {  // it was killed before its first row
      CHECK(rows == 0);
      continue;
    }
    CHECK(recovered.code == 0);
    const auto got = samples_of(folder.path("x.nwb"), 1);
    CHECK(static_cast<std::int64_t>(got.size()) >= rows);
    const std::size_t common = std::min(got.size(), samples.size());
    CHECK(std::equal(got.begin(), got.begin() + static_cast<std::ptrdiff_t>(common), samples.begin()));
    if (got.size() < 3000 || got.size() > samples.size()) continue;
    CHECK(folder.run("extract x.nwb --csv tables --progress none").code == 0);
    for (const auto& [window, value] : amplitudes(folder, "tables/windows.csv")) {
      CHECK(expected.at(window) == value);
      ++compared;
    }
  }
  CHECK(compared > 0);
}

TEST_CASE("Ctrl-C and SIGTERM end a recording well") {
  for (const auto& [signal, code] : {std::pair{SIGINT, 130}, {SIGTERM, 143}}) {
    CommandFolder folder;
    Running running(folder, record_words("synthetic:?channels=2", "x.nwb"));
    REQUIRE(wait_for_rows(folder, 500));
    CHECK(running.wait_after(signal) == code);
    CHECK(RecordingReader(folder.path("x.nwb")).recording().rows >= acknowledged(folder.bytes("words.txt")));
    CHECK_FALSE(std::filesystem::exists(folder.path("x.nwb.journal")));
    CHECK(folder.bytes("results.txt") == "x.nwb\n");
  }
}

TEST_CASE("stopped for three seconds, record goes on, and what the device could not keep is a gap") {
  CommandFolder folder;
  Running running(folder, record_words("synthetic:?channels=2&seed=7", "x.nwb"));
  REQUIRE(wait_for_rows(folder, 1000));
  running.signal(SIGSTOP);
  std::this_thread::sleep_for(std::chrono::seconds(3));
  running.signal(SIGCONT);
  const std::int64_t before = acknowledged(folder.bytes("words.txt"));
  REQUIRE(wait_for_rows(folder, before + 2000));
  CHECK(running.wait_after(SIGTERM) == 143);
  RecordingReader reader(folder.path("x.nwb"));
  const auto& gaps = reader.recording().gaps;
  REQUIRE(gaps.size() == 1);
  CHECK(gaps[0].rows > 2000);  // of the 6000 rows it kept those of its last second
  CHECK(gaps[0].rows < 6000);
  CHECK(reader.recording().rows - gaps[0].rows >= before);
  // What came after the gap stands at its place.
  CommandFolder whole;
  REQUIRE(whole.run("record --from 'synthetic:?channels=2&seed=7&speed=max' --duration 20 -o whole.nwb --progress none").code == 0);
  const auto expected = samples_of(whole.path("whole.nwb"), 0), got = samples_of(folder.path("x.nwb"), 0);
  bool same = true;
  for (std::size_t k = 0; k < got.size(); ++k) same = same && (std::isnan(got[k]) || got[k] == expected[k]);
  CHECK(same);
}

TEST_CASE("a full disk ends nothing: what was acknowledged stays, the words say what to do, and the exit code is not 0") {
  CommandFolder folder;
  Running running(folder, record_words("synthetic:?channels=8&speed=max", "x.nwb"), 3 << 20);
  std::int64_t at_limit = 0;
  for (int k = 0; k < 1000 && at_limit == 0; ++k) {
    std::this_thread::sleep_for(milliseconds(10));
    if (folder.bytes("words.txt").find("NOT RECORDING") != std::string::npos) at_limit = acknowledged(folder.bytes("words.txt"));
  }
  REQUIRE(at_limit > 0);
  running.signal(SIGTERM);
  const int code = running.wait();
  CHECK(code != 0);
  CHECK(code != -1);
  CHECK(std::filesystem::exists(folder.path("x.nwb.journal")));
  std::filesystem::remove(folder.path("x.nwb"));
  const Outcome recovered = folder.run("recover x.nwb.journal --progress none");
  CHECK((recovered.code == 0 || recovered.code == 3));
  RecordingReader reader(folder.path("x.nwb"));
  std::int64_t lost = 0;
  for (const Gap& gap : reader.recording().gaps) lost += gap.rows;
  CHECK(reader.recording().rows - lost >= at_limit);
}

TEST_CASE("record and monitor refuse what cannot be, in one sentence, before anything is made") {
  CommandFolder folder;
  const auto sentence = [&](const std::string& arguments, int code) {
    const Outcome outcome = folder.run(arguments);
    CHECK(outcome.code == code);
    CHECK(std::count(outcome.words.begin(), outcome.words.end(), '\n') == 1);
    CHECK(folder.files() <= 2);
    return outcome.words;
  };
  CHECK(sentence("record --from synthetik: -o x.nwb", 64).find("found 'synthetik', expected one of") != std::string::npos);
  CHECK(sentence("record --from 'synthetic:?chanels=2' -o x.nwb", 64) ==
        "semg: synthetic:?chanels=2: key: found 'chanels', expected channels, fs, seed, loss, speed\n");
  CHECK(sentence("record --from synthetic: -o x.h5", 64) == "semg: -o: found x.h5, expected NAME.nwb\n");
  CHECK(sentence("record --from replay:none.nwb -o x.nwb", 66).find("none.nwb") != std::string::npos);
  CHECK(sentence("monitor --from synthetic: --serve 0.0.0.0:0 --duration 1", 64).find("expected --token-file with it") !=
        std::string::npos);
  CHECK(sentence("monitor --from synthetic: --mqtt http://x/y/z --duration 1", 64) ==
        "semg: --mqtt: found 'http://x/y/z', expected mqtt://[USER@]HOST[:PORT]/SITE/DEVICE\n");
  CHECK(sentence("record --from synthetic: -o x.nwb --participant 'John Doe'", 64).find("--participant: found John Doe") !=
        std::string::npos);
  folder.write("x.nwb", "somebody's");
  CHECK(sentence("record --from synthetic: -o x.nwb", 73).find("a recording is never overwritten") != std::string::npos);
  std::filesystem::create_directory(folder.path("y.nwb.journal"));
  CHECK(sentence("record --from synthetic: -o y.nwb", 73).find("first: semg recover y.nwb.journal") != std::string::npos);
  CHECK(folder.bytes("x.nwb") == "somebody's");
}

TEST_CASE("a recording that is replayed and recorded holds the same samples and gaps, and measures the same") {
  CommandFolder folder;
  REQUIRE(folder.run("simulate recording -o a.nwb --duration 20 --repetitions 2 --gap 12,0.1 --recording-id SIMa --progress none").code ==
          0);
  REQUIRE(folder.run("record --from 'replay:a.nwb?speed=max' -o b.nwb --recording-id SIMa --progress none").code == 0);
  const RecordingReader a(folder.path("a.nwb")), b(folder.path("b.nwb"));
  CHECK(a.recording().gaps == b.recording().gaps);
  for (std::size_t c = 0; c < a.info().channels.size(); ++c) {
    const auto x = samples_of(folder.path("a.nwb"), c), y = samples_of(folder.path("b.nwb"), c);
    REQUIRE(x.size() == y.size());
    CHECK(std::memcmp(x.data(), y.data(), x.size() * sizeof(float)) == 0);
  }
  REQUIRE(folder.run("extract a.nwb -o a.features.h5 --progress none").code == 0);
  REQUIRE(folder.run("extract b.nwb -o b.features.h5 --progress none").code == 0);
  const auto first = datasets_of(folder.path("a.features.h5")), second = datasets_of(folder.path("b.features.h5"));
  for (const auto& [name, bytes] : first) {
    if (name.starts_with("/windows") || name.starts_with("/activations")) CHECK(second.at(name) == bytes);
  }
}

}  // namespace semg
