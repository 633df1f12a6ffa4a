// SPDX-License-Identifier: BSD-3-Clause
// Real recordings, measured with the defaults: how many activations there are, where they begin, and how a muscle tires.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/apps/extract_command.hpp"

using namespace semg;

namespace {

ReadTable activations_of_real(const CommandFolder& folder, const std::string& file, const std::string& options = "") {
  REQUIRE(folder.run("import " + real(file) + " -o rec.nwb " + options).code == 0);
  REQUIRE(folder.run("extract rec.nwb --csv tables --report page.html").code == 0);
  return table_of(folder, "tables/activations.csv");
}

/// Change from the first to the last activation along the least-squares line through their values, %.
double change_along_line_pct(const std::vector<TableRow>& activations, const std::string& column) {
  double n = 0, t = 0, y = 0, tt = 0, ty = 0;
  const auto middle_s = [](const TableRow& row) { return (number_in(row, "onset_s") + number_in(row, "offset_s")) / 2; };
  for (const TableRow& row : activations) {
    n += 1;
    t += middle_s(row);
    y += number_in(row, column);
    tt += middle_s(row) * middle_s(row);
    ty += middle_s(row) * number_in(row, column);
  }
  const double slope = (n * ty - t * y) / (n * tt - t * t);
  const double start = (y - slope * t) / n;
  return 100 * ((start + slope * middle_s(activations.back())) / (start + slope * middle_s(activations.front())) - 1);
}

struct Burst {
  double on_s, off_s;
};

std::vector<Burst> labelled_bursts(const std::string& record) {
  std::ifstream file(SEMG_REAL_DATA "/onset_labels.json");
  const nlohmann::json labels = nlohmann::json::parse(file);
  std::vector<Burst> bursts;
  for (const auto& burst : labels["records"][record]["bursts"]) bursts.push_back({burst["on"], burst["off"]});
  return bursts;
}

/// Distance of each label to the edge nearest to it, where that is within 150 ms.
struct EdgeErrors {
  std::size_t labels = 0;
  std::vector<double> found_s;
  void add(double label_s, const ReadTable& activations, const std::string& column) {
    ++labels;
    double nearest = 1;
    for (const TableRow& row : activations.rows) nearest = std::min(nearest, std::abs(number_in(row, column) - label_s));
    if (nearest <= 0.15) found_s.push_back(nearest);
  }
  double share_within_25_ms() const {
    return static_cast<double>(std::count_if(found_s.begin(), found_s.end(), [](double e) { return e <= 0.025; })) /
           static_cast<double>(labels);
  }
  double median_s() {
    std::sort(found_s.begin(), found_s.end());
    return found_s[found_s.size() / 2];
  }
};

}  // namespace

TEST_CASE("thirty contractions, nine slow bursts and twenty-one brisk ones are counted by one and the same default") {
  if (!real_data_is_there()) return;
  struct Case {
    const char* file;
    std::size_t least, most;
  };
  for (const Case& c :
       {Case{"plux/emg_fatigue.h5", 29, 31}, Case{"plux/emg_bursts.h5", 9, 9}, Case{"plux/emg_1000_hz_16_bits_solo.h5", 21, 21}}) {
    CAPTURE(c.file);
    const CommandFolder folder;
    const std::size_t count = activations_of_real(folder, c.file).rows.size();
    CHECK(count >= c.least);
    CHECK(count <= c.most);
    const auto summed = rows_where(table_of(folder, "tables/summary.csv"), {{"feature", "activation_count"}});
    REQUIRE(summed.size() == 1);
    CHECK(summed[0].at("value") == std::to_string(count));
  }
}

TEST_CASE("a biceps that tires loses a fifth of its median frequency and gains two fifths of its RMS; its clipping is told") {
  if (!real_data_is_there()) return;
  const CommandFolder folder;
  const auto rows = activations_of_real(folder, "plux/emg_fatigue.h5").rows;
  const double mdf = change_along_line_pct(rows, "mdf_hz");
  const double rms = change_along_line_pct(rows, "rms");
  CAPTURE(mdf);
  CAPTURE(rms);
  CHECK(mdf <= -14);
  CHECK(mdf >= -24);
  CHECK(rms >= 25);
  CHECK(rms <= 55);
  const auto slope = rows_where(table_of(folder, "tables/summary.csv"), {{"feature", "mdf_slope"}});
  REQUIRE(slope.size() == 1);
  CHECK(number_in(slope[0], "ci_high") < 0);  // it falls, and not by chance
  const std::string page = folder.bytes("page.html");
  CHECK(page.find("Clipped rows 0.0299") != std::string::npos);  // per cent; the folder's notes say 0.03
  const auto info = nlohmann::json::parse(folder.run("info rec.nwb --json").results);
  CHECK(info["channels"][0]["quality"]["clipped_share"].get<double>() == doctest::Approx(0.0003).epsilon(0.05));
}

TEST_CASE("on the labelled bursts onsets lie within 25 ms in 84 % and offsets in 85 %, and no activation stands where no burst is") {
  if (!real_data_is_there()) return;
  EdgeErrors onsets, offsets;
  struct Case {
    const char *record, *file, *options;
  };
  for (const Case& c :
       {Case{"plux_solo", "plux/emg_1000_hz_16_bits_solo.h5", ""}, Case{"myonset_L", "myonset/example_data.bdf", "--channel EXG1-EXG2"}}) {
    CAPTURE(c.record);
    const CommandFolder folder;
    const ReadTable activations = activations_of_real(folder, c.file, c.options);
    const auto bursts = labelled_bursts(c.record);
    for (const Burst& burst : bursts) {
      onsets.add(burst.on_s, activations, "onset_s");
      offsets.add(burst.off_s, activations, "offset_s");
    }
    for (const TableRow& row : activations.rows) {
      const bool labelled = std::any_of(bursts.begin(), bursts.end(), [&](const Burst& b) {
        return number_in(row, "onset_s") < b.off_s && b.on_s < number_in(row, "offset_s");
      });
      CHECK_MESSAGE(labelled, row.at("onset_s"));
    }
  }
  CHECK(onsets.labels == 38);
  REQUIRE(!onsets.found_s.empty());
  REQUIRE(!offsets.found_s.empty());
  CHECK(onsets.share_within_25_ms() >= 0.84);
  CHECK(onsets.median_s() <= 0.010);
  CHECK(offsets.share_within_25_ms() >= 0.85);
  CHECK(offsets.median_s() <= 0.015);
}

TEST_CASE("gesture data that holds 200 Hz at 1000 Hz gives amplitudes, and median and mean frequency only as held_samples") {
  if (!real_data_is_there()) return;
  for (const char* file : {"1_raw_data_11-08_21.03.16.txt", "2_raw_data_11-10_21.03.16.txt"}) {
    CAPTURE(file);
    const CommandFolder folder;
    const Outcome imported = folder.run("import " + real(std::string("uci_gestures/") + file) + " -o rec.nwb --unit V --fs 1000");
    REQUIRE(imported.code == 0);
    CHECK(imported.words.find("held_samples: channel values repeat, as if 200 Hz data had been copied up to 1000 Hz") != std::string::npos);
    REQUIRE(folder.run("extract rec.nwb --csv tables").code == 0);
    std::size_t frequencies = 0, amplitudes = 0;
    for (const TableRow& row : table_of(folder, "tables/windows.csv").rows) {
      if (row.at("feature") == "mdf" || row.at("feature") == "mnf") {
        ++frequencies;
        REQUIRE(row.at("value").empty());
        REQUIRE(row.at("valid") == "FALSE");
        REQUIRE(row.at("reason") == "held_samples");
      } else if (row.at("feature") == "rms" && row.at("valid") == "TRUE") {
        ++amplitudes;
      }
    }
    CHECK(frequencies > 1000);
    CHECK(amplitudes > 1000);
  }
}

TEST_CASE("a hardware envelope taken as arbitrary units keeps its amplitudes and has no spectrum") {
  if (!real_data_is_there()) return;
  const CommandFolder folder;
  if (!write_envelope(folder)) return;
  CHECK(folder.run("import unibo.csv -o rec.nwb --fs 500 --unit uV").code == 65);
  REQUIRE(folder.run("import unibo.csv -o rec.nwb --fs 500 --unit a.u.").code == 0);
  REQUIRE(folder.run("extract rec.nwb --csv tables").code == 0);
  const ReadTable windows = table_of(folder, "tables/windows.csv");
  const auto mdf = rows_where(windows, {{"feature", "mdf"}});
  CHECK(mdf.size() == rows_where(windows, {{"feature", "mdf"}, {"valid", "FALSE"}, {"reason", "envelope_input"}}).size());
  CHECK(mdf.size() > 100);
  CHECK(!rows_where(windows, {{"feature", "rms"}, {"valid", "TRUE"}, {"unit", "a.u."}}).empty());
}

TEST_CASE("columns of a text export that end at different rows end the recording, and no window holds what is not there") {
  if (!real_data_is_there()) return;
  const CommandFolder folder;
  REQUIRE(folder.run("import " + real("uci_lower_limb/5Nmar.txt") + " -o rec.nwb").code == 0);
  REQUIRE(folder.run("extract rec.nwb --csv tables").code == 0);
  const ReadTable windows = table_of(folder, "tables/windows.csv");
  for (const TableRow& row : windows.rows) REQUIRE(number_in(row, "t_end_s") <= 6.563);
  CHECK(rows_where(windows, {{"reason", "not_finite"}}).empty());
  CHECK(rows_where(windows, {{"reason", "flat"}}).empty());
  for (const TableRow& row : rows_where(windows, {{"feature", "rms"}, {"valid", "TRUE"}})) REQUIRE(number_in(row, "value") > 0);
  CHECK(rows_where(windows, {{"feature", "mdf"}, {"valid", "TRUE"}}).size() > 10);
}

TEST_CASE("a recording of 200 or 250 Hz gives amplitudes and activations, and refuses frequencies as rate_below_band") {
  if (!real_data_is_there()) return;
  const CommandFolder folder;
  REQUIRE(folder.run("import " + real("suguru/day1/D1M2T1.csv") + " -o rec.nwb --fs 200 --unit a.u.").code == 0);
  REQUIRE(folder.run("extract rec.nwb --csv tables").code == 0);
  const ReadTable windows = table_of(folder, "tables/windows.csv");
  const auto mdf = rows_where(windows, {{"feature", "mdf"}});
  CHECK(!mdf.empty());
  CHECK(rows_where(windows, {{"feature", "mdf"}, {"reason", "rate_below_band"}, {"valid", "FALSE"}}).size() == mdf.size());
  CHECK(!rows_where(windows, {{"feature", "rms"}, {"valid", "TRUE"}}).empty());
}
