// SPDX-License-Identifier: BSD-3-Clause
// semg export, as it is called.
#include <doctest/doctest.h>

#include "tests/apps/import/command.hpp"
#include "tests/io/recording_sample.hpp"

using namespace semg;

TEST_CASE("export: a CSV holds every row, and reads back as the same samples") {
  const ImportFolder folder;
  write_sample(folder.path("a.nwb"), sample_head(SampleType::int16), sample_counts<std::int16_t>());
  REQUIRE(folder.run("export a.nwb --to csv -o a.csv").code == 0);
  const std::string text = bytes_of_file(folder.path("a.csv"));
  CHECK(text.starts_with("sample,t_s,EMG 1 (uV),EMG 2 (uV),\"ACC,X (uV)\"\n0,0,"));
  CHECK(std::count(text.begin(), text.end(), '\n') == 5001);
  CHECK(text.find("\n1006,0.798882353,,,\n1007,") != std::string::npos);
  CHECK(text.ends_with("\n4999,3.96979412,,,\n"));
  const Outcome again = folder.run("import a.csv --fs 1259.2592592592594 -o b.nwb");
  CAPTURE(again.words);
  REQUIRE(again.code == 0);
  auto written = read_grid(folder.path("a.nwb"));
  written.resize(3 * 4990);  // a text that ends in empty cells ends there
  CHECK(same_bits(read_grid(folder.path("b.nwb")), written));
}

TEST_CASE("export: the envelope of a filtered tone is its mean rectified value, 2 A over pi") {
  const ImportFolder folder;
  Recording head = sample_head(SampleType::float32);
  head.simulated = true;
  head.stream = {.fs_hz = 2000, .channels = {{.label = "a", .muscle = "a", .lsb = {}, .rail_low = {}, .rail_high = {}}}};
  std::vector<float> tone(8000);
  for (std::size_t i = 0; i < tone.size(); ++i)
    tone[i] = static_cast<float>(1000 + 100 * std::sin(2 * 3.14159265358979 * 100 * static_cast<double>(i) / 2000));
  {
    RecordingWriter writer(folder.path("a.nwb"), head);
    writer.append(tone);
    writer.finish({}, {}, {});
  }
  const auto last_value = [&](const char* signal) {
    REQUIRE(folder.run(std::string("export a.nwb --to csv -o out.csv --signal ") + signal).code == 0);
    const std::string text = bytes_of_file(folder.path("out.csv"));
    CHECK(text.starts_with("sample,t_s,SIMULATED a (uV)\n"));
    return std::stod(text.substr(text.rfind(',') + 1));
  };
  CHECK(last_value("raw") == doctest::Approx(tone.back()));
  CHECK(std::abs(last_value("filtered")) < 110);  // the offset is gone
  CHECK(last_value("envelope") == doctest::Approx(2 * 100 / 3.14159265358979).epsilon(0.02));
}

TEST_CASE("export: a file that it did not make is not replaced, and a word it does not know is refused") {
  const ImportFolder folder;
  write_sample(folder.path("a.nwb"), sample_head(SampleType::int16), sample_counts<std::int16_t>());
  std::ofstream(folder.path("mine.csv")) << "my own\n";
  const Outcome foreign = folder.run("export a.nwb --to csv -o mine.csv");
  CHECK(foreign.code == 73);
  CHECK(foreign.words == "semg: mine.csv: found a file that semg export did not make, expected none or an earlier export\n");
  CHECK(bytes_of_file(folder.path("mine.csv")) == "my own\n");
  CHECK(folder.run("export a.nwb --to csv -o new.csv").code == 0);
  CHECK(folder.run("export a.nwb --to csv -o new.csv").code == 0);
  CHECK(folder.run("export a.nwb --to xyz -o new.csv").code == 64);
  CHECK(folder.run("export none.nwb --to csv -o other.csv").code == 66);
  CHECK_FALSE(std::filesystem::exists(folder.path("other.csv")));
}
