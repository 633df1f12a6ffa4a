// SPDX-License-Identifier: BSD-3-Clause
// What goes wrong with files: one sentence and an exit code where nothing can be measured, a reason where a part cannot. What text and EDF
// can carry beyond this is in import.cpp and import_edf.cpp.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/apps/extract_command.hpp"

using namespace semg;

namespace {

/// Noise of 100 uV, [rows x channels], the same every time.
std::vector<float> noise(std::size_t rows, std::size_t channels) {
  std::vector<float> samples(rows * channels);
  std::uint32_t state = 1;
  for (float& x : samples) {
    state = state * 1664525U + 1013904223U;
    x = (static_cast<float>(state >> 8U) / 16777216.0F - 0.5F) * 346;
  }
  return samples;
}

Outcome import_plain(const CommandFolder& folder, const std::vector<float>& samples, std::size_t channels,
                     const std::string& options = "") {
  write_plain_hdf5(folder.path("in.h5"), samples, channels);
  return folder.run("import in.h5 -o rec.nwb --dataset /emg --fs 1000 --unit uV " + options);
}

ReadTable windows_of(const CommandFolder& folder) {
  REQUIRE(folder.run("extract rec.nwb --csv tables --report page.html").code == 0);
  return table_of(folder, "tables/windows.csv");
}

/// Whether [start, end) of a window touches [from_s, to_s).
bool touches(const TableRow& row, double from_s, double to_s) {
  return number_in(row, "t_start_s") < to_s - 1e-9 && number_in(row, "t_end_s") > from_s + 1e-9;
}

/// /emg of any type and size in in.h5; without values nothing is stored, so that a huge one fits.
void write_dataset(const CommandFolder& folder, hid_t type, const std::vector<hsize_t>& size, const void* values) {
  MadeHdf5 made;
  Hdf5Object layout(H5Pcreate(H5P_DATASET_CREATE));
  const std::vector<hsize_t> chunk(size.size(), 16);
  if (values == nullptr) H5Pset_chunk(layout.id(), static_cast<int>(size.size()), chunk.data());
  made.dataset("/emg", type, size, values, layout);
  std::filesystem::copy_file(made.path(), folder.path("in.h5"), std::filesystem::copy_options::overwrite_existing);
}

}  // namespace

TEST_CASE("NaN and infinite samples: windows that hold one have no value and say not_finite, all others are measured") {
  const CommandFolder folder;
  auto samples = noise(20000, 2);
  for (std::size_t r = 5000; r < 5100; ++r) samples[2 * r] = std::numeric_limits<float>::quiet_NaN();
  samples[2 * 9000 + 1] = std::numeric_limits<float>::infinity();
  const Outcome imported = import_plain(folder, samples, 2);
  CHECK(imported.code == 0);
  CHECK(imported.words == "semg: in.h5: not_finite: 1 infinite samples are stored as missing\n");
  const ReadTable windows = windows_of(folder);
  const std::string first = windows.rows[0].at("channel");
  std::size_t faulty = 0;
  for (const TableRow& row : rows_where(windows, {{"feature", "rms"}})) {
    const bool is_first = row.at("channel") == first;
    const bool holds_one = is_first ? touches(row, 5.0, 5.1) : touches(row, 9.0, 9.001);
    REQUIRE((row.at("reason") == "not_finite") == holds_one);
    faulty += holds_one ? 1 : 0;
    // Filters start again after it, so that a single sample costs half a second and never the rest of the recording.
    if (!holds_one && number_in(row, "t_start_s") > (is_first ? 5.7 : 9.7)) REQUIRE(row.at("valid") == "TRUE");
  }
  CHECK(faulty == 4);
}

TEST_CASE("lost rows: no window spans them, and filters start again behind them") {
  const CommandFolder folder;
  std::string table = "t_s,a_uV\n";
  const auto samples = noise(12000, 1);
  for (std::size_t r = 0; r < samples.size(); ++r) {
    table += std::to_string(static_cast<double>(r) / 1000) + (r >= 6000 && r < 6030 ? "," : "," + std::to_string(samples[r])) + "\n";
  }
  folder.write("in.csv", table);
  REQUIRE(folder.run("import in.csv -o rec.nwb").code == 0);
  const ReadTable windows = windows_of(folder);
  CHECK(windows.rows.size() > 100);
  bool starts_behind = false;
  for (const TableRow& row : windows.rows) {
    REQUIRE_FALSE(touches(row, 6.0, 6.03));
    if (row.at("t_start_s") != "6.03" || row.at("feature") != "rms") continue;
    starts_behind = true;
    CHECK(row.at("reason") == "settling");
  }
  CHECK(starts_behind);
}

TEST_CASE("a saturated amplifier: windows with 1 % of their rows at the rail say clipped") {
  const CommandFolder folder;
  REQUIRE(folder.run("simulate recording -o rec.nwb --fs 1000 --channels 1 --repetitions 2 --snr-db 40 --clip-uv 100").code == 0);
  const ReadTable windows = windows_of(folder);
  const auto clipped = rows_where(windows, {{"feature", "rms"}, {"reason", "clipped"}, {"valid", "FALSE"}});
  CHECK(clipped.size() > 20);
  CHECK(!rows_where(windows, {{"feature", "rms"}, {"valid", "TRUE"}}).empty());  // at rest nothing clips
  const auto activations = table_of(folder, "tables/activations.csv").rows;
  REQUIRE(activations.size() == 2);
  for (const TableRow& row : activations) {
    CHECK(row.at("valid") == "FALSE");
    CHECK(row.at("rms").empty());
    CHECK(row.at("reason") == "clipped");
  }
  CHECK(folder.bytes("page.html").find("Clipped rows") != std::string::npos);
}

TEST_CASE("a dead channel is flat throughout, and an electrode that falls off is flat from then on") {
  const CommandFolder folder;
  auto samples = noise(10000, 2);
  for (std::size_t r = 0; r < 10000; ++r) samples[2 * r] = 0;
  for (std::size_t r = 6000; r < 10000; ++r) samples[2 * r + 1] = -1234.5F;
  const Outcome imported = import_plain(folder, samples, 2);
  CHECK(imported.code == 0);
  CHECK(imported.words.find("constant: ") != std::string::npos);
  const ReadTable windows = windows_of(folder);
  const std::string dead = windows.rows[0].at("channel");
  for (const TableRow& row : rows_where(windows, {{"feature", "rms"}})) {
    if (row.at("channel") == dead || number_in(row, "t_start_s") >= 6.0) REQUIRE(row.at("valid") == "FALSE");
    const bool settled = number_in(row, "t_start_s") > 0.5;
    if ((row.at("channel") == dead && settled) || number_in(row, "t_start_s") >= 6.25) REQUIRE(row.at("reason") == "flat");
    if (row.at("channel") != dead && settled && number_in(row, "t_end_s") <= 6.0) REQUIRE(row.at("valid") == "TRUE");
  }
  const auto rms = rows_where(table_of(folder, "tables/summary.csv"), {{"channel", dead}, {"feature", "rms"}});
  CHECK(rms.at(0).at("value").empty());
  CHECK(rms.at(0).at("reason") == "flat");
}

TEST_CASE("less than one window gives tables without a row and a summary that says too_short") {
  const CommandFolder folder;
  REQUIRE(import_plain(folder, noise(50, 2), 2).code == 0);
  CHECK(windows_of(folder).rows.empty());
  CHECK(table_of(folder, "tables/activations.csv").rows.empty());
  const ReadTable summary = table_of(folder, "tables/summary.csv");
  CHECK(summary.rows.size() == 2 * 14);
  for (const TableRow& row : summary.rows) CHECK(row.at("valid") == "FALSE");
  CHECK(rows_where(summary, {{"feature", "rms"}, {"reason", "too_short"}}).size() == 2);
  CHECK(folder.run("verify rec.features.h5").code == 0);
}

TEST_CASE("a recording active throughout is not called silent: activation is not assessable, its windows stand") {
  const CommandFolder folder;
  REQUIRE(import_plain(folder, noise(20000, 1), 1).code == 0);
  const ReadTable windows = windows_of(folder);
  CHECK(!rows_where(windows, {{"feature", "rms"}, {"valid", "TRUE"}}).empty());
  const auto fraction = rows_where(windows, {{"feature", "active_fraction"}});
  CHECK(fraction.size() == rows_where(windows, {{"feature", "active_fraction"}, {"reason", "no_rest"}, {"value", ""}}).size());
  const auto count = rows_where(table_of(folder, "tables/summary.csv"), {{"feature", "activation_count"}});
  CHECK(count.at(0).at("value").empty());
  CHECK(count.at(0).at("reason") == "no_rest");
}

TEST_CASE("a recording that was cut off or damaged is refused with 65") {
  const CommandFolder folder;
  REQUIRE(folder.run("simulate recording -o sim.nwb --fs 1000 --repetitions 2").code == 0);
  const std::string whole = folder.bytes("sim.nwb");
  for (const std::size_t kept : {whole.size() - 1, whole.size() / 2, std::size_t{600}, std::size_t{8}, std::size_t{0}}) {
    CAPTURE(kept);
    folder.write("rec.nwb", std::string_view(whole).substr(0, kept));
    const Outcome outcome = folder.run("extract rec.nwb");
    CHECK(outcome.code == 65);
    CHECK(outcome.words.starts_with("semg: rec.nwb: "));
    CHECK(outcome.words.find('\n') == outcome.words.size() - 1);
    CHECK_FALSE(std::filesystem::exists(folder.path("rec.features.h5")));
  }
}

TEST_CASE("what is no samples is refused, and what has other numbers is converted") {
  const CommandFolder folder;
  const auto refusal = [&] {
    const Outcome outcome = folder.run("import in.h5 -o rec.nwb --dataset /emg --fs 1000 --unit uV");
    CHECK(outcome.code == 65);
    CHECK_FALSE(std::filesystem::exists(folder.path("rec.nwb")));
    return outcome.words;
  };
  const std::string none = "semg: in.h5: --dataset: found no samples in '/emg', expected a file with a dataset of numbers\n";
  write_dataset(folder, H5T_NATIVE_FLOAT, {0, 2}, noise(1, 2).data());
  CHECK(refusal() == none);
  write_dataset(folder, H5T_NATIVE_FLOAT, {100, 0}, noise(1, 2).data());
  CHECK(refusal() == none);
  const Hdf5Object text(H5Tcopy(H5T_C_S1));
  H5Tset_size(text.id(), 4);
  write_dataset(folder, text.id(), {2, 2}, "abc\0def\0ghi\0jkl");
  CHECK(refusal() == none);
  // Ten million million rows that take no place on disk: refused by their number, before any memory is asked for.
  write_dataset(folder, H5T_STD_I16LE, {10000000000000, 64}, nullptr);
  CHECK(refusal() == "semg: in.h5: /emg: found 10000000000000 rows, expected 68719476736 at most\n");
  std::vector<std::uint8_t> big_endian;
  for (int r = 0; r < 2000; ++r) {
    const int count = r * 37 % 401 - 200;
    big_endian.push_back(static_cast<std::uint8_t>((count >> 8) & 0xFF));
    big_endian.push_back(static_cast<std::uint8_t>(count & 0xFF));
  }
  write_dataset(folder, H5T_STD_I16BE, {2000, 1}, big_endian.data());
  REQUIRE(folder.run("import in.h5 -o rec.nwb --dataset /emg --fs 1000 --unit uV").code == 0);
  const auto samples = samples_of(folder.path("rec.nwb"), 0);
  REQUIRE(samples.size() == 2000);
  for (int r = 0; r < 2000; ++r) REQUIRE(samples[static_cast<std::size_t>(r)] == static_cast<float>(r * 37 % 401 - 200));
}

TEST_CASE("rates of 990, 1259.259, 2048 and 10240 Hz are measured, 200 to 500 Hz give amplitudes and no frequency") {
  struct Case {
    const char* fs;
    bool has_spectrum;
  };
  for (const Case& c : {Case{"990", true}, Case{"1259.259", true}, Case{"2048", true}, Case{"10240", true}, Case{"200", false},
                        Case{"250", false}, Case{"500", false}}) {
    CAPTURE(c.fs);
    const CommandFolder folder;
    REQUIRE(folder.run(std::string("simulate recording -o rec.nwb --channels 1 --repetitions 2 --fs ") + c.fs).code == 0);
    const ReadTable windows = windows_of(folder);
    CHECK(rows_where(windows, {{"feature", "rms"}, {"valid", "TRUE"}}).size() > 50);
    const auto mdf = rows_where(windows, {{"feature", "mdf"}});
    const auto valid = rows_where(windows, {{"feature", "mdf"}, {"valid", "TRUE"}});
    const auto refused = rows_where(windows, {{"feature", "mdf"}, {"reason", "rate_below_band"}, {"value", ""}});
    CHECK(!mdf.empty());
    if (c.has_spectrum) {
      CHECK(valid.size() > 5);
      CHECK(refused.empty());
      for (const TableRow& row : valid) REQUIRE(std::abs(number_in(row, "value") - 93) < 20);  // 93 Hz was simulated
    } else {
      CHECK(refused.size() == mdf.size());
    }
    CHECK(table_of(folder, "tables/activations.csv").rows.size() == 2);
  }
}

TEST_CASE("a file name with a line break is refused, one with a path that climbs is read") {
  const CommandFolder folder;
  REQUIRE(folder.run("simulate recording -o rec.nwb --fs 1000 --repetitions 1").code == 0);
  std::filesystem::copy_file(folder.path("rec.nwb"), folder.path("two\nlines.nwb"));
  const Outcome refused = folder.run("extract 'two\nlines.nwb'");
  CHECK(refused.code == 64);
  CHECK(refused.words == "semg: recording: found a file name with control characters, expected none; rename the file\n");
  std::filesystem::create_directories(folder.path("deeper"));
  CHECK(folder.run("extract deeper/../rec.nwb").code == 0);
  CHECK(std::filesystem::exists(folder.path("rec.features.h5")));
}

TEST_CASE("a rest recording that does not go with the recording is refused in one sentence") {
  const CommandFolder folder;
  REQUIRE(folder.run("simulate recording -o rec.nwb --fs 1000 --channels 2 --repetitions 1").code == 0);
  REQUIRE(folder.run("simulate recording -o fast.nwb --fs 2000 --channels 2 --repetitions 1").code == 0);
  REQUIRE(folder.run("simulate recording -o one.nwb --fs 1000 --channels 1 --repetitions 1").code == 0);
  const Outcome rate = folder.run("extract rec.nwb --rest fast.nwb");
  CHECK(rate.code == 65);
  CHECK(rate.words == "semg: fast.nwb: sampling rate: found 2000 Hz, expected 1000 Hz as in rec.nwb\n");
  const Outcome channel = folder.run("extract rec.nwb --rest one.nwb");
  CHECK(channel.code == 65);
  CHECK(channel.words == "semg: one.nwb: channel: found no 'CH2', expected every channel of the recording\n");
}
