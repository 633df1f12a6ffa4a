// SPDX-License-Identifier: BSD-3-Clause
// fatigue.csv from windows that are known.
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "apps/feature_tables.hpp"
#include "io/features_file.hpp"
#include "tests/apps/extract_command.hpp"

using namespace semg;

namespace {

constexpr int kEpochs = 20;

FeaturesHead head_of(std::size_t channels) {
  FeaturesHead head;
  head.recording.recording_id = "SIM1";
  head.recording.stream.fs_hz = 1000;
  for (std::size_t c = 0; c < channels; ++c)
    head.recording.stream.channels.push_back(
        {.label = "CH" + std::to_string(c + 1), .muscle = "TA", .lsb = {}, .rail_low = {}, .rail_high = {}});
  head.recording.rows = 1000 * (kEpochs + 5);
  head.recording.periods = {{.first_row = 5000, .rows = 1000 * kEpochs, .task = "hold"}};
  head.briefs.resize(channels);
  return head;
}

/// Spectra of 1 s every 0.5 s and amplitudes of 0.25 s every 0.125 s over the period; what `at(t)` says of a window whose middle is t.
struct Course {
  double rms, mdf_hz, active;
  Reason reason = Reason::ok;
};
template <class At>
void write_course(const std::filesystem::path& path, At at) {
  FeaturesWriter writer(path, head_of(1));
  const std::vector<float> more(kIntervalColumns, kNoValue);
  const auto write = [&](WindowKind kind, int rows, int hop) {
    for (int first = 0; first + rows <= 1000 * kEpochs; first += hop) {
      const Course course = at((first + rows / 2.0) / 1000);
      const auto active = static_cast<float>(course.active);
      const float value =
          course.reason != Reason::ok ? kNoValue : static_cast<float>(kind == WindowKind::amplitude ? course.rms : course.mdf_hz);
      writer.write(FeatureFrame{.kind = kind,
                                .first_row = 5000 + first,
                                .rows = rows,
                                .period = 0,
                                .first = {&value, 1},
                                .second = {&value, 1},
                                .active_fraction = {&active, 1},
                                .more = more,
                                .reason = {&course.reason, 1}});
    }
  };
  write(WindowKind::spectrum, 1000, 500);
  write(WindowKind::amplitude, 250, 125);
  writer.finish({});
}

TableRow only_row(const CommandFolder& folder) {
  write_feature_tables(folder.path("tables"), {folder.path("a.features.h5")});
  const ReadTable table = table_of(folder, "tables/fatigue.csv");
  REQUIRE(table.rows.size() == 1);
  return table.rows[0];
}

}  // namespace

TEST_CASE("fatigue.csv holds the course of MDF and RMS over seconds that do not overlap, from the start of the period") {
  const CommandFolder folder;
  write_course(folder.path("a.features.h5"), [](double t) { return Course{.rms = 100 + 2 * t, .mdf_hz = 90 - 0.5 * t, .active = 1}; });
  const TableRow row = only_row(folder);
  CHECK(row.at("task") == "hold");
  CHECK(number_in(row, "epoch_s") == 1);
  CHECK(number_in(row, "n") == kEpochs);
  CHECK(number_in(row, "mdf_start") == doctest::Approx(90).epsilon(1e-6));
  CHECK(number_in(row, "mdf_slope") == doctest::Approx(-0.5).epsilon(1e-5));
  CHECK(number_in(row, "mdf_slope_pct") == doctest::Approx(-100 * 0.5 / 90).epsilon(1e-5));
  CHECK(number_in(row, "mdf_theil_sen") == doctest::Approx(-0.5).epsilon(1e-5));
  CHECK(number_in(row, "rms_start") == doctest::Approx(100).epsilon(1e-4));  // a root of mean squares within the second
  CHECK(number_in(row, "rms_slope") == doctest::Approx(2).epsilon(1e-3));
  CHECK(row.at("joint") == "amplitude_increase");
  CHECK(row.at("valid") == "TRUE");
}

TEST_CASE("fatigue.csv leaves out what is not active and what is not valid, and says why nothing is left") {
  const CommandFolder folder;
  const auto value = [](double t) { return Course{.rms = 100, .mdf_hz = t < 10 ? 90 - t : 300, .active = t < 10 ? 1.0 : 0.0}; };
  write_course(folder.path("a.features.h5"), value);
  CHECK(number_in(only_row(folder), "n") == 10);
  CHECK(number_in(only_row(folder), "mdf_slope") == doctest::Approx(-1).epsilon(1e-5));
  CHECK(only_row(folder).at("joint") == "undecided");  // the RMS did not move
  write_course(folder.path("a.features.h5"), [](double) { return Course{.rms = 100, .mdf_hz = 90, .active = 0}; });
  CHECK(only_row(folder).at("reason") == "not_active");
  CHECK(only_row(folder).at("valid") == "FALSE");
  CHECK(only_row(folder).at("mdf_slope").empty());
  write_course(folder.path("a.features.h5"), [](double) { return Course{.rms = 0, .mdf_hz = 0, .active = 1, .reason = Reason::flat}; });
  CHECK(only_row(folder).at("reason") == "flat");
  // Where activation cannot be told every valid second counts.
  write_course(folder.path("a.features.h5"), [](double t) { return Course{.rms = 100 - t, .mdf_hz = 90 - t, .active = std::nan("")}; });
  CHECK(number_in(only_row(folder), "n") == kEpochs);
  CHECK(only_row(folder).at("joint") == "both_decrease");
}
