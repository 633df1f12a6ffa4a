// SPDX-License-Identifier: BSD-3-Clause
// `semg extract` as a user runs it: where files go, what is replaced, what is refused and with which words.
#include <chrono>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <signal.h>
#include <unistd.h>

#include "tests/apps/extract_command.hpp"

using namespace semg;

namespace {

void simulate(const CommandFolder& folder, const std::string& name = "sim.nwb", const std::string& options = "--repetitions 2") {
  REQUIRE(folder.run("simulate recording -o " + name + " --fs 1000 --channels 2 " + options).code == 0);
}

bool is_there(const CommandFolder& folder, const std::string& name) {
  return std::filesystem::exists(folder.path(name));
}

}  // namespace

TEST_CASE("features go beside the recording, and nothing is said in a pipe") {
  const CommandFolder folder;
  std::filesystem::create_directories(folder.path("visit"));
  simulate(folder, "visit/grip.nwb");
  const Outcome outcome = folder.run("extract visit/grip.nwb");
  CHECK(outcome.code == 0);
  CHECK(outcome.words.empty());
  CHECK(outcome.results.empty());
  CHECK(is_there(folder, "visit/grip.features.h5"));
}

TEST_CASE("an extraction that contradicts itself is one sentence and 64, and writes nothing") {
  const CommandFolder folder;
  simulate(folder);
  simulate(folder, "two.nwb");
  folder.write("typo.toml", "[spectrum]\nwindow_sec = 2\n");
  folder.write("band.toml", "[filter]\nlow_pass_hz = 600\n");
  folder.write("type.toml", "[filter]\norder = 2.5\n");
  folder.write("broken.toml", "[filter\n");
  const std::size_t files = folder.files();
  const auto sentence = [&](const std::string& options) {
    const Outcome outcome = folder.run("extract " + options);
    CHECK(outcome.code == 64);
    CHECK(folder.files() == files);
    return outcome.words;
  };
  CHECK(sentence("sim.nwb -o a.h5 --out-dir there") == "semg: command line: found both -o and --out-dir, expected one of them\n");
  CHECK(sentence("sim.nwb two.nwb -o a.h5") == "semg: command line: found -o with several recordings, expected --out-dir DIR\n");
  CHECK(sentence("sim.nwb two.nwb --report a.html") ==
        "semg: command line: found --report with several recordings, expected one recording to a page\n");
  CHECK(sentence("sim.nwb ./sim.nwb") == "semg: sim.features.h5: two recordings would be written there; expected different names\n");
  CHECK(sentence("sim.nwb --jobs 0") == "semg: --jobs: found 0, expected 1 to 1024\n");
  CHECK(sentence("sim.nwb --progress yes") == "semg: --progress: found 'yes', expected auto, json or none\n");
  CHECK(sentence("sim.nwb --analysis typo.toml") ==
        "semg: typo.toml: spectrum.window_sec: found an unknown key, did you mean spectrum.window_s?\n");
  CHECK(sentence("sim.nwb --analysis band.toml") ==
        "semg: low-pass 600 Hz does not fit below the Nyquist frequency 500 Hz (fs = 1000 Hz)\n");
  CHECK(sentence("sim.nwb --analysis type.toml") == "semg: type.toml: filter.order: found something else, expected a whole number\n");
  CHECK(sentence("sim.nwb --analysis broken.toml").starts_with("semg: broken.toml: line "));
  CHECK(sentence("").starts_with("semg: command line: REC"));
  CHECK(sentence("sim.nwb --bogus").starts_with("semg: command line: "));
}

TEST_CASE("what is not there is named, with 66") {
  const CommandFolder folder;
  simulate(folder);
  CHECK(folder.run("extract nothing.nwb").words == "semg: nothing.nwb: no such file\n");
  for (const char* options :
       {"nothing.nwb", "sim.nwb --analysis nothing.toml", "sim.nwb --rest nothing.nwb", "sim.nwb --events nothing.csv", "."}) {
    CAPTURE(options);
    const Outcome outcome = folder.run(std::string("extract ") + options);
    CHECK(outcome.code == 66);
    CHECK(outcome.words.starts_with("semg: "));
    CHECK_FALSE(is_there(folder, "sim.features.h5"));
  }
}

TEST_CASE("a file that is not a features file is never replaced, an earlier features file is") {
  const CommandFolder folder;
  simulate(folder);
  folder.write("sim.features.h5", "mine");
  const Outcome refused = folder.run("extract sim.nwb");
  CHECK(refused.code == 73);
  CHECK(refused.words == "semg: sim.features.h5: found another file of this name, expected none or a features file of semg\n");
  CHECK(folder.bytes("sim.features.h5") == "mine");
  const std::string recording = folder.bytes("sim.nwb");
  CHECK(folder.run("extract sim.nwb -o sim.nwb").code == 73);
  CHECK(folder.bytes("sim.nwb") == recording);
  std::filesystem::remove(folder.path("sim.features.h5"));
  CHECK(folder.run("extract sim.nwb").code == 0);
  folder.write("own.toml", "[amplitude]\nwindow_s = 0.5\n");
  const std::string before = folder.bytes("sim.features.h5");
  CHECK(folder.run("extract sim.nwb --analysis own.toml").code == 0);
  CHECK(folder.bytes("sim.features.h5") != before);
}

TEST_CASE("a place that is no folder is told with 73") {
  const CommandFolder folder;
  simulate(folder);
  folder.write("file", "not a folder");
  for (const char* options :
       {"-o file/a.h5", "--out-dir file", "--out-dir file/deeper", "--csv file", "--report file/page.html", "-o nowhere/a.h5"}) {
    CAPTURE(options);
    const Outcome outcome = folder.run(std::string("extract sim.nwb ") + options);
    CHECK(outcome.code == 73);
    CHECK(outcome.words.starts_with("semg: "));
    CHECK(outcome.words.find('\n') == outcome.words.size() - 1);
  }
  CHECK(folder.bytes("file") == "not a folder");
}

TEST_CASE("of several recordings one is broken: the others are measured, it is named, and the exit code is 3") {
  const CommandFolder folder;
  simulate(folder, "a.nwb");
  simulate(folder, "c.nwb");
  folder.write("b.nwb", "no recording");
  const Outcome outcome = folder.run("extract a.nwb b.nwb c.nwb --csv tables");
  CHECK(outcome.code == 3);
  CHECK(outcome.words.starts_with("semg: b.nwb: "));
  CHECK(outcome.words.ends_with("semg: 1 of 3 recordings were left out\n"));
  CHECK(is_there(folder, "a.features.h5"));
  CHECK_FALSE(is_there(folder, "b.features.h5"));
  CHECK(is_there(folder, "c.features.h5"));
  CHECK(table_of(folder, "tables/summary.csv").rows.size() == 2 * 2 * 14);
  const Outcome alone = folder.run("extract b.nwb");
  CHECK(alone.code == 65);
}

TEST_CASE("--if-stale measures again when recording, settings, rest or edges changed, and only then") {
  const CommandFolder folder;
  simulate(folder);
  simulate(folder, "rest.nwb", "--repetitions 1 --rest 4 --seed 3");
  folder.write("own.toml", "[amplitude]\nwindow_s = 0.5\n");
  folder.write("same.toml", "[amplitude]\nwindow_s = 0.25\n");  // what is default anyway
  folder.write("edges.csv", "channel,onset_s,offset_s\nCH1,5,6\n");
  const auto place = folder.path("sim.features.h5");
  const auto measures = [&](const std::string& options) {
    const auto long_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
    std::filesystem::last_write_time(place, long_ago);
    REQUIRE(folder.run("extract sim.nwb --if-stale " + options).code == 0);
    return std::filesystem::last_write_time(place) > long_ago;
  };
  REQUIRE(folder.run("extract sim.nwb --if-stale").code == 0);
  CHECK_FALSE(measures(""));
  CHECK_FALSE(measures("--analysis same.toml"));
  CHECK(measures("--analysis own.toml"));
  CHECK_FALSE(measures("--analysis own.toml"));
  CHECK(measures(""));
  CHECK(measures("--rest rest.nwb"));
  CHECK_FALSE(measures("--rest rest.nwb"));
  CHECK(measures(""));
  CHECK(measures("--events edges.csv"));
  CHECK(measures(""));
  CHECK_FALSE(measures(""));
  change_sample(folder.path("sim.nwb"), 100, 0, 1);
  CHECK(measures(""));
  const Outcome tables = folder.run("extract sim.nwb --if-stale --csv tables");  // tables are made of what stands
  CHECK(tables.code == 0);
  CHECK(table_of(folder, "tables/summary.csv").rows.size() == 2 * 14);
}

TEST_CASE("progress as JSON is one object a line, and the last one has done all there was to do") {
  const CommandFolder folder;
  simulate(folder);
  const Outcome outcome = folder.run("extract sim.nwb --progress json");
  CHECK(outcome.code == 0);
  std::istringstream lines(outcome.words);
  std::string line;
  nlohmann::json last;
  std::size_t count = 0;
  for (; std::getline(lines, line); ++count) {
    last = nlohmann::json::parse(line);
    CHECK(last.at("done") <= last.at("total"));
  }
  REQUIRE(count > 0);
  CHECK(last.at("finished") == true);
  CHECK(last.at("done") == last.at("total"));
  CHECK(last.at("what") == "extract");
}

TEST_CASE("a full disk is told with 74, and no half file is left") {
  const CommandFolder folder;
  simulate(folder, "sim.nwb", "--repetitions 20");
  // A file may grow up to the limit: what comes then is refused as on a disk that is full.
  folder.write("full.sh", "trap '' XFSZ\nulimit -f $1\nshift\nexec '" SEMG_BINARY "' \"$@\" 2>.words\n");
  const auto run_on_full_disk = [&](const std::string& arguments) {
    const int status = std::system(("cd '" + folder.path("").string() + "' && bash full.sh " + arguments).c_str());
    const std::string words = folder.bytes(".words");
    std::filesystem::remove(folder.path(".words"));
    return std::pair(WEXITSTATUS(status), words);
  };
  const std::size_t files = folder.files();
  for (const char* limit : {"4 ", "8 ", "32 "}) {
    CAPTURE(limit);
    for (const char* verb : {"extract sim.nwb", "import sim.nwb -o out.nwb", "simulate recording -o out.nwb --fs 1000 --repetitions 20"}) {
      CAPTURE(verb);
      const auto [code, words] = run_on_full_disk(std::string(limit) + verb);
      CHECK(code == 74);
      CHECK(words.starts_with("semg: "));
      CHECK(words.ends_with(": could not be written whole: File too large\n"));
      CHECK(folder.files() == files);
    }
  }
  const auto [code, words] = run_on_full_disk("400 extract sim.nwb --csv tables");  // room for the features, not for the table of windows
  CHECK(code == 74);
  CHECK(words == "semg: windows.csv: could not be written whole\n");
  CHECK(folder.run("verify sim.features.h5").code == 0);
  CHECK(std::filesystem::is_empty(folder.path("tables")));
}

TEST_CASE("killed at any moment, extract leaves no half file in place, and the next run succeeds") {
  const CommandFolder folder;
  simulate(folder, "sim.nwb", "--repetitions 40");
  REQUIRE(folder.run("extract sim.nwb --csv whole --report whole.html").code == 0);
  const std::string whole = folder.bytes("sim.features.h5");
  const std::string page = folder.bytes("whole.html");
  std::filesystem::remove(folder.path("sim.features.h5"));
  std::uint32_t random = 1;
  for (int attempt = 0; attempt < 24; ++attempt) {
    random = random * 1664525U + 1013904223U;
    const int after_ms = static_cast<int>(random >> 25U);  // 0 to 127
    CAPTURE(after_ms);
    const pid_t child = ::fork();
    if (child == 0) {
      if (::chdir(folder.path("").c_str()) != 0) ::_exit(1);
      ::execl(SEMG_BINARY, "semg", "extract", "sim.nwb", "--csv", "tables", "--report", "page.html", static_cast<char*>(nullptr));
      ::_exit(1);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(after_ms));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (is_there(folder, "sim.features.h5")) CHECK(folder.bytes("sim.features.h5") == whole);
    if (is_there(folder, "page.html")) CHECK(folder.bytes("page.html") == page);
    for (const char* table : {"windows.csv", "activations.csv", "summary.csv", "fatigue.csv", "quality.csv", "codebook.csv"}) {
      if (is_there(folder, std::string("tables/") + table))
        CHECK(folder.bytes(std::string("tables/") + table) == folder.bytes(std::string("whole/") + table));
    }
    for (const char* made : {"sim.features.h5", "page.html", "tables"}) std::filesystem::remove_all(folder.path(made));
  }
  CHECK(folder.run("extract sim.nwb").code == 0);
  CHECK(folder.bytes("sim.features.h5") == whole);
}

TEST_CASE("interrupted or told to end, extract ends by that signal and leaves no file at all") {
  const CommandFolder folder;
  simulate(folder, "sim.nwb", "--repetitions 150");
  const std::size_t before = folder.files();
  for (const int signal : {SIGINT, SIGTERM}) {
    CAPTURE(signal);
    const pid_t child = ::fork();
    if (child == 0) {
      if (::chdir(folder.path("").c_str()) != 0) ::_exit(1);
      ::execl(SEMG_BINARY, "semg", "extract", "sim.nwb", static_cast<char*>(nullptr));
      ::_exit(1);
    }
    while (folder.files() == before && ::waitpid(child, nullptr, WNOHANG) == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    ::kill(child, signal);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == signal);
    CHECK(folder.files() == before);
  }
}

TEST_CASE("extract --help shows every option, an example and the next verb") {
  const CommandFolder folder;
  const Outcome outcome = folder.run("extract --help");
  CHECK(outcome.code == 0);
  for (const char* word : {"-o ", "--out-dir ", "--csv ", "--analysis ", "--rest ", "--events ", "--report ", "--jobs ", "--if-stale",
                           "--progress ", "Example:\n", "semg extract ", "Next: ", "semg verify "}) {
    CHECK_MESSAGE(outcome.results.find(word) != std::string::npos, word);
  }
}
