// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/text_table.hpp"

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "io/formats/text_cells.hpp"
#include "tests/io/formats/text_file.hpp"

using namespace semg;

namespace {

std::vector<double> column(TextTable& table, std::size_t channel) {
  std::vector<double> values(static_cast<std::size_t>(table.channels[channel].rows));
  table.read(channel, 0, values);
  return values;
}

std::string refusal(std::string_view content, const TextOptions& options = {}) {
  const TextFile file(content);
  try {
    TextTable table(file.path(), options);
  } catch (const Error& e) {
    CHECK(e.fault() == Fault::data);
    return e.what();
  }
  return "";
}

std::string utf16(std::string_view ascii, bool little) {
  std::string out = little ? "\xFF\xFE" : "\xFE\xFF";
  for (const char c : ascii) {
    if (little) out += c;
    out += '\0';
    if (!little) out += c;
  }
  return out;
}

}  // namespace

TEST_CASE("tab, comma, semicolon and blanks are told apart, and a decimal comma beside a semicolon") {
  for (const char* content : {"a\tb\n1.5\t2\n-3\t4e1\n", "a,b\n1.5,2\n-3,4e1\n", "a;b\n1.5;2\n-3;4e1\n", "a b\n1.5   2\n -3 4e1\n",
                              "a;b\n1,5;2\n-3;4e1\n", "a\tb\n1,5\t2\n-3\t4e1\n", "a b\n1,5 2\n-3 4e1\n", "a,b\r\n1.5,2\r\n-3,4e1\r\n",
                              "a, b\n1.5, 2\n-3, 4e1", "# made by hand\n# a b\n1.5 2\n-3 4e1\n", "\"a\",\"b\"\n\"1.5\",2\n-3,4e1\n"}) {
    CAPTURE(content);
    const TextFile file(content);
    TextTable table(file.path(), {});
    REQUIRE(table.channels.size() == 2);
    CHECK(table.channels[0].label == "a");
    CHECK(table.channels[1].label == "b");
    CHECK(column(table, 0) == std::vector<double>{1.5, -3});
    CHECK(column(table, 1) == std::vector<double>{2, 40});
  }
}

TEST_CASE("a byte order mark is no part of the first name, and UTF-16 and Latin-1 give the same columns as UTF-8") {
  const std::string plain = "Wadenm\xC3\xBCskel,b\n1,2\n3,4\n5,6\n";
  const std::string latin = "Wadenm\xFCskel,b\n1,2\n3,4\n5,6\n";
  for (const std::string& content : {plain, "\xEF\xBB\xBF" + plain, latin}) {
    const TextFile file(content);
    TextTable table(file.path(), {});
    CHECK(table.channels[0].label == "Wadenm\xC3\xBCskel");
    CHECK(column(table, 1) == std::vector<double>{2, 4, 6});
  }
  for (const bool little : {true, false}) {
    const TextFile file(utf16("a,b\r\n1.5,2\r\n3,4\r\n", little));
    TextTable table(file.path(), {});
    CHECK(table.channels[0].label == "a");
    CHECK(column(table, 0) == std::vector<double>{1.5, 3});
  }
}

TEST_CASE("a column ends at its last value, and an empty cell before it is missing, never 0") {
  const TextFile file("a,b,c\n1,2,3\n4,,6\n7,8,\n9,,\n");
  TextTable table(file.path(), {});
  CHECK(column(table, 0) == std::vector<double>{1, 4, 7, 9});
  CHECK(table.channels[1].rows == 3);
  CHECK(std::isnan(column(table, 1)[1]));
  CHECK(column(table, 2) == std::vector<double>{3, 6});
}

TEST_CASE("NaN, NA and null are missing, and a cell with two decimal signs is no number") {
  double value = 0;
  for (const char* word : {"", "NaN", "nan", "NA", "N/A", "null", "-nan"}) CHECK(read_cell(word, '.', value) == CellKind::missing);
  for (const char* word : {"1.2.3", "1,5", "abc", "1e", "--1", "+-1", "12:30"}) CHECK(read_cell(word, '.', value) == CellKind::text);
  CHECK(read_cell("1.234,5", ',', value) == CellKind::text);
  CHECK(read_cell("+1,5e-3", ',', value) == CellKind::number);
  CHECK(value == 1.5e-3);
  CHECK(read_cell("1e999", '.', value) == CellKind::number);
  CHECK(std::isinf(value));
}

TEST_CASE("one comma in every row of a file without names is refused until the user says what it is") {
  CHECK(refusal("1,5\n2,5\n3,7\n") ==
        "file.txt: delimiter: found one comma in every row, which may separate or be the decimal sign, expected --delimiter comma or "
        "--decimal comma");
  const TextFile file("1,5\n2,5\n3,7\n");
  TextOptions options;
  options.decimal = ',';
  TextTable one(file.path(), options);
  CHECK(column(one, 0) == std::vector<double>{1.5, 2.5, 3.7});
  options = {};
  options.delimiter = ',';
  TextTable two(file.path(), options);
  CHECK(column(two, 1) == std::vector<double>{5, 5, 7});
}

TEST_CASE("numbers above the table are refused, not taken as names, until they are skipped") {
  CHECK(refusal("1000\n1 2\n3 4\n") ==
        "file.txt: line 1: found 1 numbers above a table of 2 columns, expected --skip-rows 1 to leave them out");
  const TextFile file("1000\n1 2\n3 4\n");
  TextOptions options;
  options.skip_rows = 1;
  TextTable table(file.path(), options);
  CHECK(column(table, 0) == std::vector<double>{1, 3});
}

TEST_CASE("names with units, and a row of units, give the columns their units") {
  const TextFile named("time (ms),EMG 1 (uV),EMG 2 [mV],emg_V,EMG (left),knee (deg)\n0,1,2,3,4,5\n0.5,1,2,3,4,5\n1,1,2,3,4,5\n");
  const TextTable table(named.path(), {});
  const std::vector<std::string> units = {"", "uV", "mV", "V", "", "deg"};
  for (std::size_t i = 0; i < units.size(); ++i) CHECK(table.channels[i].unit == units[i]);
  CHECK_FALSE(table.channels[0].signal);
  CHECK(table.channels[1].signal);
  CHECK_FALSE(table.channels[5].signal);
  CHECK(table.channels[1].fs_hz == 2000);

  const TextFile row("a,b\nmV,uV\n1,2\n3,4\n");
  const TextTable units_row(row.path(), {});
  CHECK(units_row.channels[0].label == "a");
  CHECK(units_row.channels[0].unit == "mV");
  CHECK(units_row.channels[1].unit == "uV");
}

TEST_CASE("a column named time gives the rate, also where its print is rounded") {
  for (const double fs : {990.0, 1259.259259, 2048.0, 10240.0}) {
    std::string content = "time,a\n";
    for (int i = 0; i < 3000; ++i) content += std::to_string(i / fs) + ",1." + std::to_string(i % 7) + "\n";  // six digits
    const TextFile file(content);
    const TextTable table(file.path(), {});
    CHECK(std::abs(table.channels[1].fs_hz - fs) < 2e-6 * fs);
    CHECK(table.warnings.empty());
  }
}

TEST_CASE("a first column without a name that steps evenly is one of times, and steps of one are a counter that states no rate") {
  const TextFile times("0.001,0.5\n0.002,-0.5\n0.003,0.25\n");
  const TextTable timed(times.path(), {});
  CHECK(timed.channels[0].label == "time");
  CHECK_FALSE(timed.channels[0].signal);
  CHECK(timed.channels[1].fs_hz == 1000);
  const TextFile counts("0,0.5\n1,-0.5\n2,0.25\n");
  const TextTable counted(counts.path(), {});
  CHECK_FALSE(counted.channels[0].signal);
  CHECK(counted.channels[1].fs_hz == 0);
}

TEST_CASE("times that jump state no rate, and with a stated rate the jump is told") {
  const std::string content = "time_s,a\n0,1\n0.001,2\n0.002,3\n0.009,4\n0.010,5\n";
  CHECK(refusal(content) ==
        "file.txt: sampling rate: found a time column time_s that steps from 0.001 to 0.007, 0.0025 on average, expected even steps or "
        "--fs HZ");
  const TextFile file(content);
  TextOptions options;
  options.fs_hz = 1000;
  const TextTable table(file.path(), options);
  REQUIRE(table.warnings.size() == 1);
  CHECK(table.warnings[0].code == "irregular_time");
  CHECK(refusal("time_s,a\n0,1\n0.001,2\n0.001,3\n0.0005,4\n0.003,5\n").find("that steps from -0.0005 to") != std::string::npos);
}

TEST_CASE("a header and a time column that differ by more than 0.5 % are refused, and --fs settles it with a warning") {
  const std::string content =
      "# Simple Text Format\n# Sampling Rate (Hz):= 1000.00\n# Resolution:= 12\n# Labels:= t,EMG\n0,1\n0.0005,2\n0.001,3\n";
  CHECK(refusal(content) ==
        "file.txt: sampling rate: found 2000 Hz by column t, expected 1000 Hz as its header says; state one with --fs HZ");
  const TextFile file(content);
  TextOptions options;
  options.fs_hz = 2000;
  CHECK(TextTable(file.path(), options).warnings.empty());
  options.fs_hz = 1000;
  const TextTable table(file.path(), options);
  REQUIRE(table.warnings.size() == 1);
  CHECK(table.warnings[0].code == "rate_contradicts");
  CHECK(table.warnings[0].text == "found 2000 Hz by column t, taken as 1000 Hz as stated");
}

TEST_CASE("a BioSPPy header states rate, labels and a converter of whole counts") {
  const TextFile file("# Simple Text Format\n# Sampling Rate (Hz):= 1000.00\n# Resolution:= 12\n# Labels:= EMG\n2055.0\n2056.0\n0\n");
  TextTable table(file.path(), {});
  REQUIRE(table.channels.size() == 1);
  CHECK(table.format == "BioSPPy text");
  CHECK(table.channels[0].label == "EMG");
  CHECK(table.channels[0].fs_hz == 1000);
  CHECK(table.channels[0].unit.empty());
  CHECK(table.channels[0].integer);
  CHECK(table.channels[0].count_low == 0.0);
  CHECK(table.channels[0].count_high == 4095.0);
  CHECK(column(table, 0) == std::vector<double>{2055, 2056, 0});
}

TEST_CASE("an OpenSignals text header states rate, resolution and which columns are signals") {
  const TextFile file(
      "# OpenSignals Text File Format\n# {\"00:07:80:00:00:00\": {\"device\": \"biosignalsplux\", \"sampling rate\": 1000, \"resolution\": "
      "[16, 12], "
      "\"column\": [\"nSeq\", \"DI\", \"CH1\", \"CH2\"], \"sensor\": [\"EMG\", \"EMG\"]}}\n# "
      "EndOfHeader\n0\t0\t32768\t2048\n1\t0\t32770\t2047\n");
  TextTable table(file.path(), {});
  REQUIRE(table.channels.size() == 4);
  CHECK(table.device == "biosignalsplux");
  CHECK_FALSE(table.channels[0].signal);
  CHECK_FALSE(table.channels[1].signal);
  CHECK(table.channels[2].signal);
  CHECK(table.channels[2].count_high == 65535.0);
  CHECK(table.channels[3].count_high == 4095.0);
  CHECK(table.channels[3].fs_hz == 1000);
}

TEST_CASE("a DataLog header states where each column ends, and the rate only where a channel was extrapolated") {
  const std::string head = "File Name: Mueller.log\nChannel 1: 'RF', 4 values, engineering units: mV, no filters.\nChannel 5: 'FX', ";
  const std::string rows = "\n\n0.1\t60\n0.2\t60\n0.3\t61\n0.4\t61\n\t62\n\t62\n\t\n";
  const TextFile slow(head + "3 values, engineering units: deg, no filters, extrapolated from 500 to 1000 samples per second." + rows);
  TextTable table(slow.path(), {});
  REQUIRE(table.channels.size() == 2);
  CHECK(table.channels[0].rows == 4);
  CHECK(table.channels[1].rows == 6);
  CHECK(table.channels[0].fs_hz == 1000);
  CHECK(table.channels[0].unit == "mV");
  CHECK_FALSE(table.channels[1].signal);  // degrees
  CHECK_FALSE(table.incomplete);
  const TextFile same(head + "6 values, engineering units: deg, no filters." + rows);
  CHECK(TextTable(same.path(), {}).channels[0].fs_hz == 0);
  const TextFile cut(head + "900 values, engineering units: deg, no filters." + rows);
  const TextTable incomplete(cut.path(), {});
  CHECK(incomplete.incomplete);
  REQUIRE(incomplete.warnings.size() == 1);
  CHECK(incomplete.warnings[0].text == "ends after 6 of 900 values");
}

TEST_CASE("EMGworks rates are whole numbers of samples per 13.5 ms") {
  std::string content =
      "Label: S 1: EMG 1 Sampling frequency: 1.925926e+003 Number of points: 3 start: 0.000000e+000 Unit: V Domain Unit: s\n"
      "Label: S 1: ACC.X 1 Sampling frequency: 1.481481e+002 Number of points: 2 start: 0.000000e+000 Unit: g Domain Unit: s\n"
      "Start Trigger Method: None\n\nX[s],\"S 1: EMG 1\",X[s],\"S 1: ACC.X 1\"\n"
      "0.0,1e-5,0.0,0.1\n0.00051923,2e-5,0.00675,0.2\n0.00103846,3e-5,,\n";
  const TextFile file(content);
  TextTable table(file.path(), {});
  REQUIRE(table.channels.size() == 4);
  CHECK(table.channels[1].label == "S 1: EMG 1");
  CHECK(table.channels[1].fs_hz == 26 / 0.0135);
  CHECK(table.channels[3].fs_hz == 2 / 0.0135);
  CHECK(table.channels[3].rows == 2);
  CHECK(table.channels[1].signal);
  CHECK_FALSE(table.channels[3].signal);  // g
  CHECK_FALSE(table.incomplete);
}

TEST_CASE("an AcqKnowledge export names its channels above the table, and the counts below their numbers are no samples") {
  const TextFile file(
      "sub.acq\r\n0.5 msec/sample\r\n3 channels\r\nCorr Raw\r\nmV\r\nDigital input\r\nVolts\r\nDigital input\r\nVolts\r\n"
      "CH1,CH28,CH29,\r\n2,2,2,\r\n-0.004,0,5,\r\n0.5,0,5,\r\n");
  TextTable table(file.path(), {});
  REQUIRE(table.channels.size() == 3);
  CHECK(table.format == "AcqKnowledge text");
  CHECK(table.channels[0].label == "Corr Raw");
  CHECK(table.channels[0].unit == "mV");
  CHECK(table.channels[0].fs_hz == 2000);
  CHECK(table.channels[2].label == "Digital input: 2");
  CHECK_FALSE(table.channels[1].signal);
  CHECK(column(table, 0) == std::vector<double>{-0.004, 0.5});
}

TEST_CASE("any slice of a long table is what the whole of it says") {
  std::string content = "a,b\n";
  for (int i = 0; i < 10000; ++i) content += std::to_string(i) + "," + std::to_string(-i) + ".5\n";
  const TextFile file(content);
  TextTable table(file.path(), {});
  REQUIRE(table.channels[0].rows == 10000);
  for (const std::int64_t first : {9990, 0, 4090, 8191, 4096}) {
    std::vector<double> values(10);
    table.read(0, first, values);
    for (int i = 0; i < 10; ++i) CHECK(values[static_cast<std::size_t>(i)] == static_cast<double>(first + i));
    table.read(1, first, values);
    CHECK(values[9] == -static_cast<double>(first + 9) - (first + 9 == 0 ? -0.5 : 0.5));
  }
}

TEST_CASE("broken tables are refused with what was found") {
  CHECK(refusal("\n\n\n") == "file.txt: found no row of numbers, expected a table of samples");
  CHECK(refusal("words, only\n") == "file.txt: found no row of numbers, expected a table of samples");
  CHECK(refusal("a,b\n1,2\n3,4\n5,6,7\n") == "file.txt: row 3: found 3 cells, expected 2");
  std::string wide = "0";
  for (int i = 1; i < 5000; ++i) wide += " " + std::to_string(i);
  CHECK(refusal(wide + "\n" + wide + "\n") ==
        "file.txt: found rows of 5000 values, expected one row per sample and one column per signal; transpose the table");
  const TextFile file("a,b\n1,2\n3,Mueller\n");
  TextTable table(file.path(), {});
  std::vector<double> values(2);
  table.read(0, 0, values);
  CHECK(values[1] == 3);
  CHECK_THROWS_WITH_AS(table.read(1, 0, values), "file.txt: row 2 of b: found words, expected a number", Error);  // not which words
}

TEST_CASE("real exports have the columns, rates and ends that their folder's notes say") {
  const std::filesystem::path data = SEMG_REAL_DATA;
  if (!std::filesystem::exists(data)) {
    MESSAGE("[semg-skip] no real recordings at SEMG_REAL_DATA");
    return;
  }
  const TextTable gait(data / "uci_lower_limb/5Nmar.txt", {});
  REQUIRE(gait.channels.size() == 5);
  for (std::size_t i = 0; i < 4; ++i) CHECK(gait.channels[i].rows == 6563);
  CHECK(gait.channels[4].rows == 6580);
  CHECK(gait.channels[0].fs_hz == 1000);
  CHECK(TextTable(data / "uci_lower_limb/3Amar.txt", {}).channels[0].rows == 43665);
  CHECK(TextTable(data / "uci_lower_limb/3Amar.txt", {}).channels[0].fs_hz == 0);

  const TextTable counts(data / "biosppy/emg.txt", {});
  CHECK(counts.channels[0].rows == 100000);
  CHECK(counts.channels[0].integer);

  const TextTable trigno(data / "trigno/truncated_trigno_sample.csv", {});
  CHECK(trigno.incomplete);
  CHECK(trigno.channels.size() == 28);
  CHECK(trigno.channels[1].fs_hz == doctest::Approx(1259.259259).epsilon(1e-9));
  CHECK(trigno.channels[3].fs_hz == doctest::Approx(148.148148).epsilon(1e-8));

  const TextTable facial(data / "facial/femg_raw_exported_sample.txt", {});
  CHECK(facial.channels.size() == 15);
  CHECK(facial.channels[0].rows == 13150);
  CHECK(facial.incomplete);

  const TextTable one(data / "bmc/emg.csv", {});
  CHECK(one.channels[1].fs_hz == 1000);
  CHECK(one.channels[1].rows == 3360);
  const TextTable armband(data / "suguru/day1/D1M1T1.csv", {});
  CHECK(armband.channels.size() == 8);
  CHECK(armband.channels[7].rows == 300);
}

TEST_CASE("steps that no stated rate explains contradict it, and lost rows do not") {
  TextOptions options;
  options.fs_hz = 2000;
  const auto contradictions = [&](const std::string& content) {
    const TextFile file(content);
    std::string found;
    for (const ForeignWarning& warning : TextTable(file.path(), options).warnings) {
      if (warning.code == "rate_contradicts") found += warning.text;
    }
    return found;
  };
  CHECK(contradictions("time_s,a\n0,1\n0.0006,2\n0.0022,3\n0.0028,4\n0.0040,5\n") ==
        "found 1000 Hz on average by column time_s, taken as 2000 Hz as stated");
  CHECK(contradictions("time,a\n0,1\n2,2\n4,3\n6,4\n") == "found 500 Hz by column time, taken as 2000 Hz as stated");
  CHECK(contradictions("time,a\n0,1\n1,2\n2,3\n3,4\n") == "");  // these may count rows
  CHECK(contradictions("time_s,a\n0,1\n0.0005,2\n0.0010,3\n0.0090,4\n0.0095,5\n") == "");
}
