// SPDX-License-Identifier: BSD-3-Clause
// A study imported from one table, as a user does it: run, mend, run again.
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/apps/import/study_files.hpp"

using namespace semg;

namespace {

namespace fs = std::filesystem;

const std::string kRun = "import --manifest sessions.csv --out-dir out";

std::vector<std::string> recordings(const ImportFolder& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder.path("out"))) {
    if (entry.path().extension() == ".nwb") names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

struct Stamp {
  std::string bytes;
  fs::file_time_type time;
  bool operator==(const Stamp&) const = default;
};
std::map<std::string, Stamp> stamps(const ImportFolder& folder) {
  std::map<std::string, Stamp> result;
  for (const std::string& name : recordings(folder)) {
    result[name] = {folder.bytes("out/" + name), fs::last_write_time(folder.path("out/" + name))};
  }
  return result;
}

Recording recording(const ImportFolder& folder, const std::string& name) {
  return RecordingReader(folder.path("out/" + name)).recording();
}

/// Sixty files: ten participants, two visits, three tasks, four formats in turn. Three of them are wrong.
void write_study(const ImportFolder& folder) {
  folder.write("map.toml", kStudyMap);
  std::string manifest = "file,participant_id,visit_id,recorded_on,task,channels,note\n";
  for (int i = 0; i < 60; ++i) {
    StudyFile file;
    file.seed = i + 1;
    const std::string stem = fmt::format("f{:02}", i);
    const char* const ends[] = {".edf", ".bdf", ".csv", ".nwb"};
    const std::string name = stem + ends[i % 4];
    if (i == 8) file.fs_hz = 1000;          // f08.edf
    if (i == 21) file.right = "EMG rigth";  // f21.bdf
    if (i == 42) file.seed = 35;            // f42.csv is f34.csv
    if (i % 4 == 0) folder.write(name, file.edf());
    if (i % 4 == 1) folder.write(name, file.bdf());
    if (i % 4 == 2) folder.write(name, file.text());
    if (i % 4 == 3) file.write_nwb(folder.path(name));
    const char* const tasks[] = {"rest", "grip", "mvc"};
    manifest += fmt::format("{},S{:02},V{},2018-02-26,{},,\n", name, i / 6 + 1, i / 3 % 2, tasks[i % 3]);
  }
  folder.write("sessions.csv", manifest);
}

/// What a manifest of these lines after `file,participant_id,visit_id,...` gives.
Outcome run_lines(const ImportFolder& folder, const std::string& header, const std::string& lines, const std::string& options = "") {
  folder.write("sessions.csv", "file,participant_id,visit_id" + header + "\n" + lines);
  return folder.run(kRun + " " + options);
}

}  // namespace

TEST_CASE("60 files of four formats with a wrong rate, an unknown label and a duplicate: 57 imported, the 3 named, mended alone") {
  const ImportFolder folder;
  write_study(folder);
  const std::string run = kRun + " --channels map.toml --fs 2000 --unit mV";
  const Outcome first = folder.run(run);
  CHECK(first.code == 3);
  CHECK(has(first.words, "semg: sessions.csv: 57 of 60 imported, 3 left out\n"));
  CHECK(first.results ==
        " line  file     field          fault\n"
        "   10  f08.edf  sampling rate  found 1000 Hz, expected 2000 Hz as --fs says\n"
        "   23  f21.bdf  channels       found EMG rigth, which map.toml does not know, expected EMG right\n"
        "   44  f42.csv  content        found the same content as line 36, f34.csv, expected another recording\n");
  CHECK(folder.bytes("out/import_failures.csv") ==
        "line,file,field,fault\n"
        "10,f08.edf,sampling rate,\"found 1000 Hz, expected 2000 Hz as --fs says\"\n"
        "23,f21.bdf,channels,\"found EMG rigth, which map.toml does not know, expected EMG right\"\n"
        "44,f42.csv,content,\"found the same content as line 36, f34.csv, expected another recording\"\n");
  const auto before = stamps(folder);
  REQUIRE(before.size() == 57);
  for (const auto& [name, stamp] : before) {
    const Recording one = recording(folder, name);
    CHECK(one.stream.fs_hz == 2000);
    CHECK(one.rows == StudyFile::kRows);
    CHECK(one.recording_id + ".nwb" == name);
    CHECK(one.stream.channels[1].muscle == "biceps");
    CHECK(one.stream.channels[1].side == Side::right);
    CHECK(one.stream.channels[1].ied_mm == 20.0);
    CHECK(one.stream.channels[1].reference == "elbow");
    REQUIRE(one.periods.size() == 1);
    CHECK(name == one.participant_id + "_" + one.visit_id + "_" + one.periods[0].task + ".nwb");
  }
  // One amplitude in all formats: their units were heeded.
  for (const char* name : {"S01_V0_rest.nwb", "S01_V0_grip.nwb", "S01_V0_mvc.nwb", "S01_V1_rest.nwb"}) {
    double squares = 0;
    for (const float x : samples_of(folder.path(std::string("out/") + name), 0)) squares += static_cast<double>(x) * static_cast<double>(x);
    CHECK(std::sqrt(squares / StudyFile::kRows) == doctest::Approx(115.5).epsilon(0.05));
  }

  const Outcome again = folder.run(run);
  CHECK(again.code == 3);
  CHECK(again.results == first.results);
  CHECK(has(again.words, "0 of 60 imported, 57 already there, 3 left out\n"));
  CHECK(stamps(folder) == before);

  StudyFile mended;
  mended.seed = 9;
  folder.write("f08.edf", mended.edf());
  mended.seed = 22;
  folder.write("f21.bdf", mended.bdf());
  mended.seed = 43;
  folder.write("f42.csv", mended.text());
  const Outcome last = folder.run(run);
  CHECK(last.code == 0);
  CHECK(last.results.empty());
  CHECK(has(last.words, "semg: sessions.csv: 3 of 60 imported, 57 already there\n"));
  CHECK_FALSE(fs::exists(folder.path("out/import_failures.csv")));
  const auto after = stamps(folder);
  CHECK(after.size() == 60);
  for (const auto& [name, stamp] : before) CHECK(after.at(name) == stamp);
  CHECK(folder.run(run).code == 0);
  CHECK(stamps(folder) == after);
}

TEST_CASE("a manifest killed at any moment leaves no half recording, and goes on where it was") {
  const ImportFolder folder;
  write_study(folder);
  const std::string run = kRun + " --channels map.toml --fs 2000 --unit mV";
  const std::string killed =
      "cd '" + folder.path("").string() + "' && { timeout -s KILL 0.4 '" SEMG_BINARY "' " + run + " >.out 2>.err; } 2>.err";
  CHECK(std::system(killed.c_str()) != 0);
  std::size_t whole = 0;
  if (fs::exists(folder.path("out"))) {
    whole = recordings(folder).size();
    for (const auto& [name, stamp] : stamps(folder)) {
      if (!name.starts_with(".")) CHECK(recording(folder, name).rows == StudyFile::kRows);
    }
  }
  const Outcome outcome = folder.run(run);
  CHECK(outcome.code == 3);
  CHECK(has(outcome.words, "3 left out"));
  std::size_t in_place = 0;
  for (const std::string& name : recordings(folder)) in_place += name.starts_with(".") ? 0 : 1;
  CHECK(in_place == 57);
  CHECK(whole <= 58);
}

TEST_CASE("rows of one participant, visit and task are repetitions in their order, and names say so") {
  const ImportFolder folder;
  std::string lines;
  for (int i = 0; i < 8; ++i) {
    StudyFile file;
    file.seed = i + 1;
    folder.write(fmt::format("{}.edf", i), file.edf());
  }
  CHECK(run_lines(folder, ",task,repetition",
                  "0.edf,S01,V0,grip,\n1.edf,S01,V0,rest,\n2.edf,S01,V0,grip,1\n3.edf,S01,V0,grip,\n4.edf,S01,V1,grip,\n"
                  "5.edf,S01,V0,,\n6.edf,S01,V0,,\n7.edf,S01,V0,用力 1,\n")
            .code == 0);
  CHECK(recordings(folder) == std::vector<std::string>{"S01_V0.nwb", "S01_V0_2.nwb", "S01_V0__1.nwb", "S01_V0_grip_1.nwb",
                                                       "S01_V0_grip_2.nwb", "S01_V0_grip_3.nwb", "S01_V0_rest.nwb", "S01_V1_grip.nwb"});
  CHECK(recording(folder, "S01_V0_grip_1.nwb").periods[0].repetition == 1);
  CHECK(recording(folder, "S01_V0_grip_2.nwb").periods[0].repetition == 2);
  CHECK(recording(folder, "S01_V0_rest.nwb").periods[0].repetition == 0);
  CHECK(recording(folder, "S01_V0__1.nwb").periods[0].task == "用力 1");
  CHECK(recording(folder, "S01_V0.nwb").periods.empty());
  CHECK(samples_of(folder.path("out/S01_V0_grip_1.nwb"), 0) != samples_of(folder.path("out/S01_V0_grip_2.nwb"), 0));
  StudyFile second;
  second.seed = 3;  // 2.edf, which said that it is the first
  CHECK(samples_of(folder.path("out/S01_V0_grip_1.nwb"), 0)[0] == doctest::Approx(static_cast<double>(second.count(0, 0)) / 10));

  const Outcome twice = run_lines(folder, ",task,repetition", "0.edf,S01,V2,grip,2\n1.edf,S01,V2,grip,2\n");
  CHECK(twice.code == 3);
  CHECK(has(twice.results, "repetition  found 2 of grip, expected another: line 2 has it\n"));
}

TEST_CASE("recorded_on is a date that the file may contradict, a time, or a day that keeps no date") {
  const ImportFolder folder;
  StudyFile file;
  folder.write("a.edf", file.edf());
  file.seed = 2;
  folder.write("b.edf", file.edf());
  file.seed = 3;
  file.date = "01.01.85";
  folder.write("c.edf", file.edf());
  for (int i = 4; i < 7; ++i) {
    file.seed = i;
    file.date = "26.02.18";
    folder.write(std::string(1, static_cast<char>('a' + i - 1)) + ".edf", file.edf());
  }
  const Outcome outcome = run_lines(folder, ",recorded_on",
                                    "a.edf,S01,V1,2018-02-26\nb.edf,S01,V2,2026-07-27\nc.edf,S01,V3,2026-07-27\n"
                                    "d.edf,S01,V4,2026-07-27T10:00:00+08:00\ne.edf,S01,V5,-3\nf.edf,S01,V6,\n");
  CHECK(outcome.code == 0);
  CHECK(recording(folder, "S01_V1.nwb").session_start == "2018-02-26T08:24:27+00:00");
  CHECK(recording(folder, "S01_V2.nwb").session_start == "2026-07-27T00:00:00+00:00");
  CHECK(recording(folder, "S01_V3.nwb").session_start == "2026-07-27T00:00:00+00:00");
  CHECK(recording(folder, "S01_V4.nwb").session_start == "2026-07-27T10:00:00+08:00");
  CHECK(recording(folder, "S01_V5.nwb").session_start == "");
  CHECK(recording(folder, "S01_V6.nwb").session_start == "2018-02-26T08:24:27+00:00");
  CHECK_FALSE(has(folder.bytes("out/S01_V5.nwb"), "2018-02-26"));
  CHECK(has(outcome.words, "semg: b.edf: date_contradicts: found 2018-02-26 in the file, taken as 2026-07-27 as stated\n"));
  CHECK_FALSE(has(outcome.words, "c.edf"));
  CHECK_FALSE(has(outcome.words, "e.edf"));

  const Outcome wrong = run_lines(folder, ",recorded_on", "a.edf,S02,V1,27.07.2026\nb.edf,S02,V2,2026-02-30\nc.edf,S02,V3,20260727\n");
  CHECK(wrong.code == 3);
  for (const char* date : {"27.07.2026", "2026-02-30", "20260727"}) {
    CHECK(has(wrong.results, fmt::format("recorded_on  found {}, expected a date such as 2026-07-27, a time such as "
                                         "2026-07-27T10:00:00+08:00, or a day of the study\n",
                                         date)));
  }
}

TEST_CASE("channels come from a row's own cell, its own map, or those of the command line") {
  const ImportFolder folder;
  folder.write("map.toml", kStudyMap);
  folder.write("own.toml", "[[channel]]\nsource = \"#2\"\nmuscle = \"soleus\"\nied_mm = 8\n");
  for (int i = 0; i < 4; ++i) {
    StudyFile file;
    file.seed = i + 1;
    folder.write(fmt::format("{}.edf", i), file.edf());
  }
  const Outcome outcome = run_lines(folder, ",channels",
                                    "0.edf,S01,V0,\n1.edf,S01,V1,EMG left=triceps:left; EMG left-EMG right=deltoid\n2.edf,S01,V2,own.toml\n"
                                    "3.edf,S01,V3,EMG lefd=triceps\n",
                                    "--channels map.toml --ied-mm 10 --reference wrist");
  CHECK(outcome.code == 3);
  CHECK(has(outcome.results, "    5  3.edf  channels  found EMG lefd, expected one of EMG left, EMG right\n"));
  CHECK(recording(folder, "S01_V0.nwb").stream.channels[0].ied_mm == 20.0);
  CHECK(recording(folder, "S01_V0.nwb").stream.channels[0].reference == "elbow");
  const auto own = recording(folder, "S01_V1.nwb").stream.channels;
  REQUIRE(own.size() == 2);
  CHECK(own[0].muscle == "triceps");
  CHECK(own[0].side == Side::left);
  CHECK(own[1].label == "EMG left-EMG right");
  CHECK(own[1].ied_mm == 10.0);
  CHECK(own[1].reference == "wrist");
  const auto map = recording(folder, "S01_V2.nwb").stream.channels;
  REQUIRE(map.size() == 1);
  CHECK(map[0].muscle == "soleus");
  CHECK(map[0].ied_mm == 8.0);
}

TEST_CASE("electrodes that were described stay so when a recording is imported again") {
  const ImportFolder folder;
  folder.write("a.edf", StudyFile().edf());
  CHECK(folder.run("import a.edf -o a.nwb --ied-mm 20 --reference patella").code == 0);
  CHECK(folder.run("import a.nwb -o b.nwb").code == 0);
  CHECK(RecordingReader(folder.path("b.nwb")).info().channels[1].ied_mm == 20.0);
  CHECK(RecordingReader(folder.path("b.nwb")).info().channels[1].reference == "patella");
  CHECK(folder.run("import a.edf -o c.nwb --ied-mm 0").words == "semg: --ied-mm: found 0, expected millimetres, above 0 and up to 1000\n");
}

TEST_CASE("two rows may share a file where they take different channels of it, as one repetition") {
  const ImportFolder folder;
  folder.write("a.edf", StudyFile().edf());
  const Outcome apart =
      run_lines(folder, ",task,channels", "a.edf,S01,V0,grip,EMG left=biceps:left\na.edf,S01,V0,grip,EMG right=biceps:right\n");
  CHECK(apart.code == 0);
  CHECK(recordings(folder) == std::vector<std::string>{"S01_V0_grip.nwb", "S01_V0_grip_2.nwb"});
  CHECK(recording(folder, "S01_V0_grip_2.nwb").periods[0].repetition == 0);
  const Outcome both = run_lines(folder, ",task,channels", "a.edf,S02,V0,grip,EMG left=biceps:left\na.edf,S02,V1,grip,\n");
  CHECK(both.code == 3);
  CHECK(has(both.results, "    3  a.edf  content  found the same content as line 2, a.edf, expected another recording\n"));
}

TEST_CASE("every way in which a rate is wrong is named, and no row of it is imported") {
  const ImportFolder folder;
  StudyFile file;
  file.fs_hz = 1000;
  folder.write("rate.edf", file.edf());
  EdfBytes no_duration;
  no_duration.duration = "0";
  no_duration.data = std::string(200, 'x');
  folder.write("duration.edf", no_duration.bytes());
  file.write_nwb(folder.path("rate.nwb"));
  const auto timed = [](const std::string& name, double step, double jitter) {
    std::string text = name + ",EMG left,EMG right\n";
    for (int i = 0; i < 400; ++i) {
      text += fmt::format("{:.6f},{},{}\n", i * step + (i % 3 == 1 ? 3 : i % 3 / 2) * jitter,
                          static_cast<double>(StudyFile().count(i, 0)) / 1e4, static_cast<double>(StudyFile().count(i, 1)) / 1e4);
    }
    return text;
  };
  folder.write("seconds.csv", timed("time [s]", 0.001, 0));
  folder.write("plain.csv", timed("time", 0.001, 0));
  folder.write("ms.csv", timed("time", 2, 0));
  folder.write("jitter.csv", timed("time [s]", 0.001, 0.0002));
  folder.write("none.csv", StudyFile().text());
  std::string lines;
  for (const char* name : {"rate.edf", "duration.edf", "rate.nwb", "seconds.csv", "plain.csv", "ms.csv", "jitter.csv"}) {
    lines += fmt::format("{},S01,V{},2000\n", name, lines.size());
  }
  const Outcome outcome = run_lines(folder, ",fs_hz", lines + "none.csv,S01,VA,fast\nnone.csv,S01,VB,\n", "--unit mV");
  INFO(outcome.results);
  INFO(outcome.words);
  CHECK(outcome.code == 3);
  CHECK(has(outcome.words, "0 of 9 imported, 9 left out\n"));
  CHECK(has(outcome.results, "found 1000 Hz, expected 2000 Hz as fs_hz says\n"));
  CHECK(has(outcome.results, "found 500 Hz, expected 2000 Hz as fs_hz says\n"));
  CHECK(has(outcome.results, "fs_hz                                 found fast, expected a rate in Hz, above 0 and up to 1e+06\n"));
  CHECK(has(outcome.results, "found 1000 Hz on average by column time [s], expected 2000 Hz as fs_hz says\n"));
  CHECK(has(outcome.results, "found none, expected --fs HZ\n"));
  CHECK(recordings(folder).empty());
}

TEST_CASE("a rate unlike that of most files is told, not refused") {
  const ImportFolder folder;
  std::string lines;
  for (int i = 0; i < 4; ++i) {
    StudyFile file;
    file.seed = i + 1;
    if (i == 2) file.fs_hz = 1000;
    folder.write(fmt::format("{}.edf", i), file.edf());
    lines += fmt::format("{}.edf,S01,V{},1\n", i, i);
  }
  const Outcome outcome = run_lines(folder, ",recorded_on", lines);
  CHECK(outcome.code == 0);
  CHECK(outcome.words ==
        "semg: 2.edf: rate_unlike_others: found 1000 Hz, most other files have 2000 Hz\nsemg: sessions.csv: 4 of 4 imported\n");
}

TEST_CASE("a row that is wrong in itself stops no other, and is named by its column") {
  const ImportFolder folder;
  folder.write("a.edf", StudyFile().edf());
  folder.write("b.edf", "0       not an EDF");
  const Outcome outcome = run_lines(
      folder, ",unit", "a.edf,S01,V0,\nmissing.edf,S01,V1,\nb.edf,S01,V2,\na.edf,1S,V0,\na.edf,S01,,\n,S01,V4,\na.edf,S02,V0,kV\n");
  CHECK(outcome.code == 3);
  CHECK(has(outcome.words, "1 of 7 imported, 6 left out\n"));
  CHECK(has(outcome.results, "    3  missing.edf  file            no such file\n"));
  CHECK(has(outcome.results, "participant_id  found 1S, expected a letter, then letters, digits, _ - or .\n"));
  CHECK(has(outcome.results, "visit_id        found none, expected a letter, then letters, digits, _ - or .\n"));
  CHECK(has(outcome.results, "    7               file            found none, expected a file, from the folder of the manifest\n"));
  CHECK(has(outcome.results, "unit            found kV, expected V, mV, uV, nV, a.u. or a number of microvolts per count\n"));
  CHECK(recordings(folder) == std::vector<std::string>{"S01_V0.nwb"});
}

TEST_CASE("a recording that is there and was made in another way is never overwritten, and what differs is said") {
  const ImportFolder folder;
  folder.write("a.csv", StudyFile().text());
  const std::string options = "--fs 2000";
  CHECK(run_lines(folder, ",recorded_on,task,unit,channels", "a.csv,S01,V0,1,grip,mV,\n", options).code == 0);
  const auto before = stamps(folder);
  struct Case {
    std::string line, found;
    std::string options = "--fs 2000";
  };
  for (const Case& c : {
           Case{"a.csv,S01,V0,1,grip,V,\n", "samples  found other values, expected those that the stated unit and columns give"},
           Case{"a.csv,S01,V0,1,grip,a.u.,\n", "EMG left=EMG left; EMG right=EMG right, expected EMG left=EMG left in a.u."},
           Case{"a.csv,S01,V0,1,grip,mV,EMG left=biceps\n", "found EMG left=EMG left; EMG right=EMG right, expected EMG left=biceps"},
           Case{"a.csv,S01,V0,2026-07-27,grip,mV,\n", "session start  found none, expected 2026-07-27T00:00:00+00:00"},
           Case{"a.csv,S01,V0,1,grip,mV,\n", "sampling rate  found 2000 Hz, expected 1000 Hz", "--fs 1000"},
           Case{"b.csv,S01,V0,1,grip,mV,\n", "source  found the recording of another content, expected of this file's"},
       }) {
    CAPTURE(c.line);
    StudyFile other;
    other.seed = 2;
    folder.write("b.csv", other.text());
    const Outcome outcome = run_lines(folder, ",recorded_on,task,unit,channels", c.line, c.options);
    CHECK(outcome.code == 3);
    CHECK(has(outcome.results, "S01_V0_grip.nwb: "));
    CHECK(has(outcome.results, c.found));
    CHECK(has(outcome.results, "; a recording is never overwritten\n"));
    CHECK(stamps(folder) == before);
  }
  folder.write("out/S01_V1.nwb", "not a recording");
  const Outcome broken = run_lines(folder, ",unit", "a.csv,S01,V1,mV\n", options);
  CHECK(broken.code == 3);
  CHECK(has(broken.results, "S01_V1.nwb"));
  CHECK(folder.bytes("out/S01_V1.nwb") == "not a recording");
}

TEST_CASE("a recording that an earlier manifest numbered in another way is told") {
  const ImportFolder folder;
  for (int i = 0; i < 2; ++i) {
    StudyFile file;
    file.seed = i + 1;
    folder.write(fmt::format("{}.edf", i), file.edf());
  }
  CHECK(run_lines(folder, ",task", "0.edf,S01,V0,grip\n").code == 0);
  const Outcome outcome = run_lines(folder, ",task", "0.edf,S01,V0,grip\n1.edf,S01,V0,grip\n");
  CHECK(outcome.code == 0);
  CHECK(has(outcome.words,
            "semg: S01_V0_grip.nwb: not_in_manifest: no line of sessions.csv makes it now; with it samples may count twice\n"));
  CHECK(recordings(folder).size() == 3);
}

TEST_CASE("a command line or a manifest that cannot be meant is refused in one sentence, before anything is made") {
  const ImportFolder folder;
  folder.write("a.edf", StudyFile().edf());
  folder.write("sessions.csv", "file,participant_id,visit_id\na.edf,S01,V0\n");
  folder.write("names.csv", "file,participant,visit_id\na.edf,S01,V0\n");
  folder.write("empty.csv", "file,participant_id,visit_id\n");
  struct Case {
    const char* arguments;
    int code;
    const char* words;
  };
  for (const Case& c : {
           Case{"import", 64, "command line: found no SRC, expected SRC -o OUT.nwb, or --manifest sessions.csv --out-dir DIR"},
           Case{"import a.edf", 64, "command line: found no -o, expected SRC -o OUT.nwb"},
           Case{"import a.edf --manifest sessions.csv --out-dir out", 64,
                "command line: found SRC beside --manifest, expected one of them"},
           Case{"import -o a.nwb --manifest sessions.csv --out-dir out", 64,
                "command line: found -o beside --manifest, expected --out-dir DIR"},
           Case{"import --manifest sessions.csv", 64, "command line: found --manifest without --out-dir, expected --out-dir DIR"},
           Case{"import a.edf -o a.nwb --out-dir out", 64,
                "command line: found --out-dir without --manifest, expected SRC -o OUT.nwb, or --manifest sessions.csv --out-dir DIR"},
           Case{"import --manifest sessions.csv --out-dir out --visit V0", 64,
                "command line: found --visit beside --manifest, expected it in the manifest's column visit_id"},
           Case{"import --manifest sessions.csv --out-dir out --fs -1", 64, "--fs: found -1, expected a rate above 0 and up to 1e+06 Hz"},
           Case{"import --manifest sessions.csv --out-dir out --channels map.toml", 66, "map.toml: no such file"},
           Case{"import --manifest other.csv --out-dir out", 66, "other.csv: no such file"},
           Case{"import --manifest empty.csv --out-dir out", 65, "empty.csv: found no row, expected one for each recording"},
           Case{"import --manifest names.csv --out-dir out", 65,
                "names.csv: line 1: found the column 'participant', expected "
                "file,participant_id,visit_id,recorded_on,task,channels,note,operator,repetition,fs_hz,unit,device"},
           Case{"import --manifest sessions.csv --out-dir a.edf", 73, "a.edf: found no folder that can be made, expected one to write in"},
       }) {
    CAPTURE(c.arguments);
    const Outcome outcome = folder.run(c.arguments);
    CHECK(outcome.code == c.code);
    CHECK(outcome.words == std::string("semg: ") + c.words + "\n");
    CHECK_FALSE(fs::exists(folder.path("out")));
  }
}

TEST_CASE("notes and operators are in no recording, and progress of a manifest comes as JSON lines") {
  const ImportFolder folder;
  folder.write("a.edf", StudyFile().edf());
  const Outcome outcome = run_lines(folder, ",recorded_on,note,operator", "a.edf,S01,V0,1,arm of Hannelore,Mueller\n", "--progress json");
  CHECK(outcome.code == 0);
  CHECK(has(outcome.words, R"({"what":"check","done":1,"total":1,"finished":true})"));
  CHECK(has(outcome.words, R"({"what":"import","done":4000,"total":4000,"finished":true})"));
  const std::string bytes = folder.bytes("out/S01_V0.nwb");
  for (const char* word : {"Hannelore", "Mueller", "a.edf"}) CHECK_FALSE(has(bytes, word));
}
