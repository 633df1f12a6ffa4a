// SPDX-License-Identifier: BSD-3-Clause
#include <chrono>
#include <cmath>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include "tests/apps/import/command.hpp"

using namespace semg;

namespace {

constexpr const char* kTable =
    "t_s,EXG1_uV,EXG2_uV,EXG-3_uV\n0,10,1,100\n0.001,-20,2,-200\n0.002,30,3,300\n0.003,-40,5,-400\n0.004,50,8,500\n0.005,-60,13,-600\n";

// Six rows at 1000 Hz: what a sentence of refusal is tried on.
Outcome import_table(const ImportFolder& folder, const std::string& options, std::string_view table = kTable) {
  folder.write("in.csv", table);
  return folder.run("import in.csv -o out.nwb " + options);
}

std::string noise(std::size_t rows, const std::string& line_end = "\n") {
  std::string text = "t_s,a_uV" + line_end;
  std::uint32_t state = 1;
  for (std::size_t i = 0; i < rows; ++i) {
    state = state * 1664525U + 1013904223U;
    text += std::to_string(static_cast<double>(i) / 1000) + "," +
            std::to_string((static_cast<double>(state >> 8U) / 16777216.0 - 0.5) * 100) + line_end;
  }
  return text;
}

}  // namespace

TEST_CASE("a text table becomes a recording of whole counts, and nothing is said on stdout") {
  const ImportFolder folder;
  const Outcome outcome = import_table(folder, "--participant P01 --visit V0 --session-start 2026-07-27T10:00:00+08:00 --task rest");
  CHECK(outcome.code == 0);
  CHECK(outcome.words.empty());
  CHECK(outcome.results.empty());
  const RecordingReader reader(folder.path("out.nwb"));
  const Recording& recording = reader.recording();
  CHECK(recording.recording_id == "out");
  CHECK(recording.participant_id == "P01");
  CHECK(recording.visit_id == "V0");
  CHECK(recording.session_start == "2026-07-27T10:00:00+08:00");
  CHECK(recording.source_sha256 == sha256_of_file(folder.path("in.csv")));
  CHECK(recording.sample_type == SampleType::int16);
  CHECK(recording.stream.fs_hz == 1000);
  CHECK(recording.rows == 6);
  REQUIRE(recording.stream.channels.size() == 3);
  CHECK(recording.stream.channels[0].muscle == "EXG1_uV");
  CHECK(recording.periods == std::vector<Period>{{0, 6, "rest", 0}});
  CHECK(samples_of(folder.path("out.nwb"), 2) == std::vector<float>{100, -200, 300, -400, 500, -600});
}

TEST_CASE("a derivation is the difference of its channels, under muscle and side") {
  const ImportFolder folder;
  CHECK(import_table(folder, "--channel EXG1_uV-EXG2_uV=biceps:left --channel '#3-EXG-3_uV=a:b:right' --channel EXG-3_uV=c").code == 0);
  const RecordingReader reader(folder.path("out.nwb"));
  const auto& channels = reader.info().channels;
  REQUIRE(channels.size() == 3);
  CHECK(channels[0].label == "EXG1_uV-EXG2_uV");
  CHECK(channels[0].muscle == "biceps");
  CHECK(channels[0].side == Side::left);
  CHECK(channels[1].label == "EXG2_uV-EXG-3_uV");
  CHECK(channels[1].muscle == "a:b");
  CHECK(channels[1].side == Side::right);
  CHECK(channels[2].label == "EXG-3_uV");  // a label with a dash is a label
  CHECK(samples_of(folder.path("out.nwb"), 0) == std::vector<float>{9, -22, 27, -45, 42, -73});
  CHECK(samples_of(folder.path("out.nwb"), 1) == std::vector<float>{-99, 202, -297, 405, -492, 613});
}

TEST_CASE("what is wrong with the command line is one sentence and 64") {
  const ImportFolder folder;
  const auto sentence = [&](const std::string& options) {
    const Outcome outcome = import_table(folder, options);
    CHECK(outcome.code == 64);
    CHECK(folder.files() == 1);  // the source: nothing is left in place
    return outcome.words;
  };
  CHECK(sentence("--channel EXG9_uV") == "semg: in.csv: --channel: found EXG9_uV, expected one of EXG1_uV, t_s, EXG2_uV, EXG-3_uV\n");
  CHECK(sentence("--channel EXG1_uV=biceps:lft") ==
        "semg: in.csv: --channel EXG1_uV=biceps:lft: side: found lft, expected left, right or none\n");
  CHECK(sentence("--channel EXG1_uV-EXG1_uV=x") == "semg: in.csv: --channel: found EXG1_uV-EXG1_uV, expected two different channels\n");
  CHECK(sentence("--channel EXG1_uV --channel EXG1_uV=x") == "semg: in.csv: --channel: found EXG1_uV twice, expected each once\n");
  CHECK(sentence("--fs 0") == "semg: --fs: found 0, expected a rate above 0 and up to 1e+06 Hz\n");
  CHECK(sentence("--fs nan").find("semg: --fs: found nan") == 0);
  CHECK(sentence("--unit MV") == "semg: --unit: found MV, expected V, mV, uV, nV, a.u. or a number of microvolts per count\n");
  CHECK(sentence("--unit -1").find("--unit: found -1") != std::string::npos);
  CHECK(sentence("--column 9") == "semg: in.csv: --column: found 9, expected 1 to 4 or a column's name\n");
  CHECK(sentence("--participant 7") == "semg: --participant: found 7, expected a letter, then letters, digits, _ - or .\n");
  CHECK(sentence("--session-start yesterday") ==
        "semg: --session-start: found yesterday, expected a time such as 2026-07-27T10:00:00+08:00\n");
  CHECK(sentence("--task a --period-trigger b").find("found more than one, expected one way to cut the recording") != std::string::npos);
  CHECK(sentence("--dataset /a") == "semg: in.csv: --dataset and --series are for HDF5, which this is not\n");
  CHECK(sentence("--device x") == "semg: in.csv: --device: found x, expected one of one without a name\n");
  CHECK(sentence("--bogus").find("semg: command line:") == 0);
}

TEST_CASE("what a file does not say is refused until it is stated") {
  const ImportFolder folder;
  const Outcome rate = import_table(folder, "--unit uV", "a,b\n1,2\n-3,4\n5,-6\n");
  CHECK(rate.code == 65);
  CHECK(rate.words == "semg: in.csv: sampling rate: found none, expected --fs HZ\n");
  const Outcome unit = import_table(folder, "--fs 1000", "a,b\n1,2\n-3,4\n5,-6\n");
  CHECK(unit.code == 65);
  CHECK(unit.words == "semg: in.csv: unit of a: found none, expected --unit V, mV, uV, nV, a.u. or a number of microvolts per count\n");
  CHECK(import_table(folder, "--fs 1000 --unit 2.5", "a,b\n1,2\n-3,4\n5,-6\n").code == 0);
  const RecordingReader reader(folder.path("out.nwb"));
  CHECK(reader.recording().sample_type == SampleType::int16);
  CHECK(reader.info().channels[0].lsb == 2.5);
  CHECK(samples_of(folder.path("out.nwb"), 0) == std::vector<float>{2.5F, -7.5F, 12.5F});
}

TEST_CASE("volts, millivolts and nanovolts are stored as microvolts") {
  for (const auto& [unit, microvolts] : {std::pair("V", 1e6), std::pair("mV", 1e3), std::pair("uV", 1.0), std::pair("nV", 1e-3)}) {
    const ImportFolder folder;
    CHECK(import_table(folder, std::string("--fs 1000 --unit ") + unit, "a\n1.5\n-0.25\n0.125\n").code == 0);
    const auto samples = samples_of(folder.path("out.nwb"), 0);
    CHECK(samples[0] == static_cast<float>(1.5 * microvolts));
    CHECK(samples[1] == static_cast<float>(-0.25 * microvolts));
  }
}

TEST_CASE("columns are chosen and named by number or name") {
  const ImportFolder folder;
  CHECK(import_table(folder, "--fs 1000 --unit mV --column 3=TA --column a", "a,b,c\n1,2,3\n-3,4,-5\n5,-6,7\n").code == 0);
  const RecordingReader reader(folder.path("out.nwb"));
  REQUIRE(reader.info().channels.size() == 2);
  CHECK(reader.info().channels[0].label == "a");
  CHECK(reader.info().channels[1].label == "TA");
}

TEST_CASE("a channel map names the channels of many files, and says which are not in this one") {
  const ImportFolder folder;
  folder.write("map.toml",
               "[[channel]]\nsource = \"EXG1_uV\"\nmuscle = \"tibialis anterior\"\nside = \"left\"\n[[channel]]\nsource = "
               "\"OTHER\"\nmuscle = \"x\"\n");
  const Outcome outcome = import_table(folder, "--channels map.toml");
  CHECK(outcome.code == 0);
  CHECK(outcome.words == "semg: in.csv: channel_map: not in this file: OTHER\n");
  const RecordingReader reader(folder.path("out.nwb"));
  REQUIRE(reader.info().channels.size() == 1);
  CHECK(reader.info().channels[0].muscle == "tibialis anterior");
  folder.write("map.toml", "[[channel]]\nsource = \"EXG1_uV\"\nmuscel = \"x\"\n");
  const Outcome typo = folder.run("import in.csv -o b.nwb --channels map.toml");
  CHECK(typo.code == 64);
  CHECK(typo.words ==
        "semg: map.toml: line 3: found muscel, expected source, muscle, side or reference, each a text, or ied_mm, a number\n");
}

TEST_CASE("an infinite sample is stored as missing and told") {
  const ImportFolder folder;
  const Outcome outcome = import_table(folder, "", "t_s,a_uV,b_uV\n0,1,7\n0.001,inf,-7\n0.002,1e999,7\n0.003,nan,-7\n0.004,-5,7\n");
  CHECK(outcome.code == 0);
  CHECK(outcome.words.find("semg: in.csv: not_finite: 2 infinite samples are stored as missing\n") != std::string::npos);
  const auto samples = samples_of(folder.path("out.nwb"), 0);
  CHECK(samples[0] == 1);
  for (int i = 1; i < 4; ++i) CHECK(std::isnan(samples[static_cast<std::size_t>(i)]));
  CHECK(samples[4] == -5);
}

TEST_CASE("rows without any value become gaps") {
  const ImportFolder folder;
  CHECK(import_table(folder, "", "t_s,a_uV,b_uV\n0,1,7\n0.001,,\n0.002,,\n0.003,3,-7\n0.004,-5,7\n").code == 0);
  const RecordingReader reader(folder.path("out.nwb"));
  CHECK(reader.recording().gaps == std::vector<Gap>{{1, 2}});
  CHECK(reader.recording().rows == 5);
}

TEST_CASE("a rate that contradicts the file's times by more than 0.5 % wins only because it was stated, and both are told") {
  const ImportFolder folder;
  const Outcome outcome = import_table(folder, "--fs 2000");
  CHECK(outcome.code == 0);
  CHECK(outcome.words == "semg: in.csv: rate_contradicts: found 1000 Hz by column t_s, taken as 2000 Hz as stated\n");
  CHECK(RecordingReader(folder.path("out.nwb")).info().fs_hz == 2000);
  const Outcome header = folder.run("import in.csv -o c.nwb --fs 1001");  // within 0.5 %
  CHECK(header.words.empty());
}

TEST_CASE("a header's rate of zero or a million and more is refused") {
  const ImportFolder folder;
  for (const char* rate : {"-5", "2e6"}) {
    const Outcome outcome = import_table(
        folder, "--unit uV",
        std::string("# Simple Text Format\n# Sampling Rate (Hz):= ") + rate + "\n# Resolution:= 12\n# Labels:= EMG\n1\n2\n3\n");
    CHECK(outcome.code == 65);
    CHECK(outcome.words.find("semg: in.csv: sampling rate: found ") == 0);
  }
}

TEST_CASE("times that run backwards or twice are refused without a rate and told with one") {
  const ImportFolder folder;
  const std::string table = "t_s,a_uV\n0,1\n0.001,2\n0.001,-3\n0.0005,4\n0.003,-5\n";
  CHECK(import_table(folder, "", table).code == 65);
  const Outcome outcome = import_table(folder, "--fs 1000", table);
  CHECK(outcome.code == 0);
  CHECK(outcome.words.find("semg: in.csv: irregular_time: ") == 0);
}

TEST_CASE("a file with columns and no rows, and one with no columns of numbers, are refused") {
  const ImportFolder folder;
  CHECK(import_table(folder, "", "t_s,a_uV\n").words == "semg: in.csv: found no row of numbers, expected a table of samples\n");
  CHECK(import_table(folder, "", "").words == "semg: in.csv: found 0 bytes, expected a recording\n");
  const Outcome none = import_table(folder, "", "time_s,class\n0,1\n0.001,2\n0.002,2\n");
  CHECK(none.code == 65);
  CHECK(none.words == "semg: in.csv: channels: found no muscle signal, expected --channel with one of time_s, class\n");
}

TEST_CASE("a truncated export gives its rows, says so, and ends with 3") {
  const ImportFolder folder;
  const Outcome outcome = import_table(
      folder, "--fs 1000", "File Name: x.log\nChannel 1: 'RF', 900 values, engineering units: mV, no filters.\n\n0.1\n-0.2\n0.3\n");
  CHECK(outcome.code == 3);
  CHECK(outcome.words.find("semg: in.csv: truncated: RF: ends after 3 of 900 values\n") == 0);
  CHECK(RecordingReader(folder.path("out.nwb")).recording().rows == 3);
}

TEST_CASE("columns that end at different rows end the recording at the shortest, which is told and ends with 3") {
  const ImportFolder folder;
  const Outcome outcome = import_table(folder, "", "t_s,a_uV,b_uV\n0,1,2\n0.001,-2,3\n0.002,3,\n0.003,-5,\n");
  CHECK(outcome.code == 3);
  CHECK(outcome.words.find("semg: in.csv: unequal_ends: channels end at different rows: the last 2 of 4 rows are left out\n") == 0);
  CHECK(RecordingReader(folder.path("out.nwb")).recording().rows == 2);
}

TEST_CASE("channels of two rates are refused by name") {
  const ImportFolder folder;
  const std::string table =
      "Label: EMG Sampling frequency: 1.925926e+003 Number of points: 4 start: 0 Unit: V Domain Unit: s\n"
      "Label: FSR Sampling frequency: 1.481481e+002 Number of points: 2 start: 0 Unit: V Domain Unit: s\n"
      "\nX[s],\"EMG\",X[s],\"FSR\"\n0.0,1e-5,0.0,0.1\n0.00051923,-2e-5,0.00675,0.2\n0.00103846,3e-5,,\n0.00155769,-1e-5,,\n";
  const Outcome outcome = import_table(folder, "", table);
  CHECK(outcome.code == 65);
  CHECK(outcome.words ==
        "semg: in.csv: sampling rate: found 148.1481481 Hz (FSR) and 1925.925926 Hz (EMG), expected one; leave channels out with "
        "--channel\n");
  CHECK(import_table(folder, "--channel EMG", table).code == 0);
}

TEST_CASE("values that are never negative, near zero and skewed are refused as an envelope unless they are arbitrary units") {
  std::string table = "t_s,a_uV\n";
  for (int i = 0; i < 2000; ++i) table += std::to_string(i / 1000.0) + "," + std::to_string(100 * std::pow(std::sin(i / 200.0), 8)) + "\n";
  const ImportFolder folder;
  const Outcome refused = import_table(folder, "", table);
  CHECK(refused.code == 65);
  CHECK(refused.words ==
        "semg: in.csv: samples of a_uV: found only values >= 0 skewed towards zero, expected raw EMG; if it is an envelope, import it with "
        "--unit a.u.\n");
  CHECK(folder.files() == 1);
  CHECK(import_table(folder, "--unit a.u.", table).code == 0);
  const RecordingReader reader(folder.path("out.nwb"));
  CHECK(reader.info().channels[0].unit == Unit::arbitrary);
  CHECK(reader.info().channels[0].kind == Kind::envelope);
}

TEST_CASE("converter counts and an electrode's offset are positive and no envelope") {
  const ImportFolder folder;
  std::string table = "t_s,a_uV\n";
  for (int i = 0; i < 2000; ++i)
    table += std::to_string(i / 1000.0) + "," + std::to_string(2048 + std::lround(900 * std::sin(i * 0.37))) + "\n";
  CHECK(import_table(folder, "", table).code == 0);
}

TEST_CASE("samples that were copied up to a higher rate are named with the rate they had") {
  const ImportFolder folder;
  std::string table = "t_s,a_uV\n";
  for (int i = 0; i < 3000; ++i) table += std::to_string(i / 1000.0) + "," + std::to_string(100 * std::sin(i / 5 * 1.3)) + "\n";
  const Outcome outcome = import_table(folder, "", table);
  CHECK(outcome.code == 0);
  CHECK(outcome.words ==
        "semg: in.csv: held_samples: channel values repeat, as if 200 Hz data had been copied up to 1000 Hz (80.0 % of rows repeat)\n");
}

TEST_CASE("a quiet channel of a coarse converter repeats its values and is not held") {
  const ImportFolder folder;
  std::string table = "t_s,a_uV\n";
  std::uint32_t state = 3;
  for (int i = 0; i < 3000; ++i) {
    state = state * 1664525U + 1013904223U;
    table += std::to_string(i / 1000.0) + "," + (state >> 30U == 0 ? "1" : state >> 30U == 1 ? "-1" : "0") + "\n";
  }
  CHECK(import_table(folder, "", table).words.find("held_samples") == std::string::npos);
}

TEST_CASE("a converter's rails are inferred only where samples stand at the extreme again and again") {
  const ImportFolder folder;
  std::string clipped = "t_s,a_uV\n", free = clipped;
  for (int i = 0; i < 3000; ++i) {
    const double value = 1000 * std::sin(i * 0.05) + 3 * std::sin(i * 2.0);
    clipped += std::to_string(i / 1000.0) + "," + std::to_string(std::min(value, 800.0)) + "\n";
    free += std::to_string(i / 1000.0) + "," + std::to_string(value) + "\n";
  }
  const Outcome outcome = import_table(folder, "", clipped);
  CHECK(outcome.words ==
        "semg: in.csv: inferred_rails: a_uV: samples stand still at 800 uV again and again: taken as the converter's rail\n");
  const RecordingReader reader(folder.path("out.nwb"));
  CHECK(reader.info().channels[0].rail_high == 800.0);
  CHECK_FALSE(reader.info().channels[0].rail_low.has_value());
  std::filesystem::remove(folder.path("out.nwb"));
  CHECK(import_table(folder, "", free).words.empty());
}

TEST_CASE("a derivation says in how many rows an electrode stood at its rail, and has no rails of its own") {
  const ImportFolder folder;
  std::string table = "# Simple Text Format\n# Sampling Rate (Hz):= 1000.00\n# Resolution:= 12\n# Labels:= A,B\n";
  for (int i = 0; i < 100; ++i)
    table += (i < 25 ? "4095" : std::to_string(2000 + i * 7 % 90)) + "," + std::to_string(2000 + i * 13 % 97) + "\n";
  const Outcome outcome = import_table(folder, "--unit 1 --channel A-B=m", table);
  CHECK(outcome.code == 0);
  CHECK(outcome.words ==
        "semg: in.csv: clipped_electrode: A-B: in 25 % of rows one of its two electrodes stands at the converter's rail; a difference "
        "cannot show it\n");
  const RecordingReader reader(folder.path("out.nwb"));
  CHECK_FALSE(reader.info().channels[0].rail_high.has_value());
  CHECK(reader.info().channels[0].lsb == 1.0);
}

TEST_CASE("a dead channel, a doubled one and an unlikely unit are told") {
  const ImportFolder folder;
  const Outcome outcome = import_table(folder, "--fs 1000 --unit V", "a,b,c\n1,1,0\n-1,-1,0\n2,2,0\n-3,-3,0\n");
  CHECK(outcome.code == 0);
  CHECK(outcome.words.find("semg: in.csv: duplicate_channel: b: the same samples as a\n") != std::string::npos);
  CHECK(outcome.words.find("semg: in.csv: constant: c: every sample is 0\n") != std::string::npos);
  CHECK(outcome.words.find("semg: in.csv: unit_unlikely: a: standard deviation ") != std::string::npos);
}

TEST_CASE("places that cannot be written are told before anything is read") {
  const ImportFolder folder;
  folder.write("in.csv", kTable);
  CHECK(folder.run("import in.csv -o nowhere/out.nwb").code == 73);
  folder.write("out.nwb", "mine");
  CHECK(folder.run("import in.csv -o out.nwb").code == 73);
  CHECK(folder.bytes("out.nwb") == "mine");
  CHECK(folder.run("import nothing.csv -o a.nwb").words == "semg: nothing.csv: no such file\n");
  CHECK(folder.run("import nothing.csv -o a.nwb").code == 66);
  CHECK(folder.run("import . -o a.nwb").code == 66);
  folder.write("two\nlines.csv", kTable);
  const Outcome name = folder.run("import 'two\nlines.csv' -o a.nwb");
  CHECK(name.code == 64);
  CHECK(name.words == "semg: source: found a file name with control characters, expected none; rename the file\n");
}

TEST_CASE("the same file imported twice gives the same bytes, and CRLF changes no sample") {
  const ImportFolder folder;
  folder.write("a.csv", noise(20000));
  folder.write("b.csv", noise(20000, "\r\n"));
  CHECK(folder.run("import a.csv -o one.nwb --recording-id R").code == 0);
  CHECK(folder.run("import a.csv -o two.nwb --recording-id R").code == 0);
  CHECK(folder.run("import b.csv -o three.nwb --recording-id R").code == 0);
  CHECK(folder.bytes("one.nwb") == folder.bytes("two.nwb"));
  CHECK(samples_of(folder.path("one.nwb"), 0) == samples_of(folder.path("three.nwb"), 0));
}

TEST_CASE("a name in the header and in the source's file name is in no output and no word but the file's own name") {
  const ImportFolder folder;
  folder.write("Mueller_Hans.txt",
               "File Name: Mueller_Hans_1951.log\nChannel 1: 'RF', 9 values, engineering units: mV, no filters.\n\n0.1\n-0.2\n0.3\n");
  const Outcome outcome = folder.run("import Mueller_Hans.txt -o out.nwb --fs 1000");
  CHECK(outcome.code == 3);
  CHECK(folder.bytes("out.nwb").find("Mueller") == std::string::npos);
  CHECK(outcome.words.find("1951") == std::string::npos);
}

TEST_CASE("a killed import leaves nothing in place") {
  const ImportFolder folder;
  folder.write("in.csv", noise(400000));
  for (const int after_ms : {1, 20, 60, 120}) {
    const pid_t child = ::fork();
    if (child == 0) {
      if (::chdir(folder.path("").c_str()) != 0) ::_exit(1);
      ::execl(SEMG_BINARY, "semg", "import", "in.csv", "-o", "out.nwb", static_cast<char*>(nullptr));
      ::_exit(1);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(after_ms));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) CHECK_FALSE(std::filesystem::exists(folder.path("out.nwb")));
    std::filesystem::remove(folder.path("out.nwb"));
  }
}

TEST_CASE("the help shows every option, an example and the next verb") {
  const ImportFolder folder;
  const Outcome outcome = folder.run("import --help");
  CHECK(outcome.code == 0);
  for (const char* word : {"--channel ",
                           "--channels ",
                           "--column ",
                           "--device ",
                           "--dataset ",
                           "--series ",
                           "--fs ",
                           "--unit ",
                           "--delimiter ",
                           "--decimal ",
                           "--encoding ",
                           "--skip-rows ",
                           "--recording-id ",
                           "--participant ",
                           "--visit ",
                           "--session-start ",
                           "--task ",
                           "--periods ",
                           "--period-events ",
                           "--period-trigger ",
                           "--progress ",
                           "semg import session1.bdf",
                           "Next: semg info"}) {
    CAPTURE(word);
    CHECK(outcome.results.find(word) != std::string::npos);
  }
}
