// SPDX-License-Identifier: BSD-3-Clause
// What a study takes from a visit on which a task, or a repetition of it, was done twice under one name.
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/apps/study/study_command.hpp"

namespace semg {
namespace {

const std::array<std::string, 2> kMuscles = {"TA", "GM"}, kSides = {"left", "right"};

/// One value of SIM01 at T1, with the noise at rest taken off.
TableRow value_of(const CommandFolder& study, const TableRow& wanted) {
  TableRow all = wanted;
  all.insert({{"participant_id", "SIM01"}, {"visit_id", "T1"}, {"view", "raw"}});
  const auto rows = rows_where(table_of(study, "results/values.csv"), all);
  REQUIRE(rows.size() == 1);
  REQUIRE_FALSE(rows[0].at("value").empty());
  return rows[0];
}

double rms_without_noise(double rms, double rest) {
  return std::sqrt(rms * rms - rest * rest);
}

/// The second half of the hold becomes a hold of its own.
void part_hold(const PlantedStudy& study, const std::string& first, const std::string& second) {
  rewrite(study.recording("SIM01_T1.nwb"), [&](Recording& head, Counts&) {
    Period& hold = head.periods.back();
    REQUIRE(hold.task == "df_hold50");
    hold.rows /= 2;
    hold.task = first;
    head.periods.push_back({hold.first_row + hold.rows, hold.rows, second, 0});
  });
}

/// The first three repetitions are in one recording; the last two, numbered anew, in another of the same visit.
void keep_three(const PlantedStudy& study) {
  rewrite(study.recording("SIM01_T1.nwb"), [](Recording& head, Counts&) {
    CHECK(std::erase_if(head.periods, [](const Period& p) { return p.task == "df_reps" && p.repetition > 3; }) == 2);
  });
}
void add_two(const PlantedStudy& study) {
  const auto more = study.recording("SIM01_T1_more.nwb");
  std::filesystem::copy_file(ComparedStudy::shared().path("study/recordings/SIM01_T1.nwb"), more);
  rewrite(more, [](Recording& head, Counts& counts) {
    head.recording_id = "SIM01_T1_more";
    const Counts whole = std::move(counts);
    const std::vector<Period> periods = std::move(head.periods);
    head.periods.clear();
    counts.clear();
    std::int64_t rows = 0;
    const auto channels = static_cast<std::ptrdiff_t>(head.stream.channels.size());
    for (const Period& p : periods) {
      if (p.task != "rest" && (p.task != "df_reps" || p.repetition < 4)) continue;
      head.periods.push_back({rows, p.rows, p.task, p.task == "rest" ? 0 : p.repetition - 3});
      rows += p.rows;
      counts.insert(counts.end(), whole.begin() + p.first_row * channels, whole.begin() + (p.first_row + p.rows) * channels);
    }
    REQUIRE(head.periods.size() == 3);
  });
}

}  // namespace

TEST_CASE("compare: a repetition that was numbered like the one before it counts once, with its own value") {
  const PlantedStudy study;
  rewrite(study.recording("SIM01_T1.nwb"), [](Recording& head, Counts&) {
    int renamed = 0;
    for (Period& p : head.periods) {
      if (p.task != "df_reps" || p.repetition != 5) continue;
      p.repetition = 4;
      ++renamed;
    }
    REQUIRE(renamed == 1);
  });
  REQUIRE(study.compare().code == 0);
  // Numbered 1, 2, 3, 4, 4 the repetitions are those of 1, 2, 3, 4, 5.
  CHECK(table_of(study, "results/values.csv").rows == table_of(ComparedStudy::shared(), "results/values.csv").rows);
  REQUIRE(
      study.run("extract '" + ComparedStudy::shared().path("study/recordings/SIM01_T1.nwb").string() + "' -o five.features.h5 --csv five")
          .code == 0);
  const ReadTable five = table_of(study, "five/summary.csv");
  for (const std::string& muscle : kMuscles) {
    for (const std::string& side : kSides) {
      CAPTURE(muscle);
      CAPTURE(side);
      const auto of = [&](int repetition, const std::string& feature) {
        const TableRow wanted = {
            {"task", "df_reps"}, {"repetition", std::to_string(repetition)}, {"muscle", muscle}, {"side", side}, {"feature", feature}};
        const auto rows = rows_where(five, wanted);
        REQUIRE(rows.size() == 1);
        return number_in(rows[0], "value");
      };
      const auto value = [&](const std::string& feature) {
        return value_of(study, {{"task", "df_reps"}, {"muscle", muscle}, {"side", side}, {"feature", feature}});
      };
      double logarithm = 0, mean = 0;
      for (int repetition = 1; repetition <= 5; ++repetition) {
        logarithm += std::log(rms_without_noise(of(repetition, "rms_active"), of(repetition, "rms_rest"))) / 5;
        mean += of(repetition, "mdf_active") / 5;
      }
      CHECK(value("rms_active").at("n") == "5");
      CHECK(number_in(value("rms_active"), "value") == doctest::Approx(std::exp(logarithm)).epsilon(1e-6));
      CHECK(number_in(value("mdf_active"), "value") == doctest::Approx(mean).epsilon(1e-6));
    }
  }
}

TEST_CASE("compare: a task that is not numbered and was done twice counts twice, each time with its own value") {
  const PlantedStudy study;
  part_hold(study, "hold_a", "hold_b");
  REQUIRE(study.run("extract study/recordings/SIM01_T1.nwb --csv apart").code == 0);
  const ReadTable apart = table_of(study, "apart/summary.csv");
  const PlantedStudy twice;
  part_hold(twice, "df_hold50", "df_hold50");
  REQUIRE(twice.compare().code == 0);
  for (const std::string& muscle : kMuscles) {
    for (const std::string& side : kSides) {
      CAPTURE(muscle);
      CAPTURE(side);
      const auto of = [&](const std::string& task, const std::string& feature) {
        const auto rows = rows_where(apart, {{"task", task}, {"muscle", muscle}, {"side", side}, {"feature", feature}});
        REQUIRE(rows.size() == 1);
        return number_in(rows[0], "value");
      };
      const auto value = [&](const std::string& feature) {
        return value_of(twice, {{"task", "df_hold50"}, {"muscle", muscle}, {"side", side}, {"feature", feature}});
      };
      const double first = rms_without_noise(of("hold_a", "rms"), of("hold_a", "rms_rest"));
      const double second = rms_without_noise(of("hold_b", "rms"), of("hold_b", "rms_rest"));
      REQUIRE(std::abs(first - second) > 1e-3 * first);
      CHECK(value("rms").at("n") == "2");
      CHECK(value("rms").at("n_unit") == "repetitions");
      CHECK(number_in(value("rms"), "value") == doctest::Approx(std::sqrt(first * second)).epsilon(1e-6));
      for (const std::string feature : {"mdf", "mdf_slope"}) {
        CAPTURE(feature);
        CHECK(value(feature).at("n") == "2");
        CHECK(number_in(value(feature), "value") == doctest::Approx((of("hold_a", feature) + of("hold_b", feature)) / 2).epsilon(1e-6));
      }
    }
  }
}

TEST_CASE("compare: repetitions of one task in two recordings of a visit count once each, though their numbers are the same") {
  const PlantedStudy three, two, both;
  keep_three(three);
  std::filesystem::remove(two.recording("SIM01_T1.nwb"));
  add_two(two);
  keep_three(both);
  add_two(both);
  for (const PlantedStudy* study : {&three, &two, &both}) REQUIRE(study->compare().code == 0);
  for (const std::string& muscle : kMuscles) {
    for (const std::string& side : kSides) {
      for (const std::string feature : {"rms_active", "mdf_active", "duration"}) {
        CAPTURE(muscle);
        CAPTURE(side);
        CAPTURE(feature);
        const TableRow wanted = {{"task", "df_reps"}, {"muscle", muscle}, {"side", side}, {"feature", feature}};
        const TableRow a = value_of(three, wanted), b = value_of(two, wanted), all = value_of(both, wanted);
        CHECK(a.at("n") == "3");
        CHECK(b.at("n") == "2");
        CHECK(all.at("n") == "5");
        CHECK(all.at("recording_id") == "SIM01_T1;SIM01_T1_more");
        CHECK(all.at("reason").empty());
        CHECK(all.at("valid") == "TRUE");
        const auto scaled = [&](const TableRow& row) {
          return feature == "rms_active" ? std::log(number_in(row, "value")) : number_in(row, "value");
        };
        CHECK(scaled(all) == doctest::Approx((3 * scaled(a) + 2 * scaled(b)) / 5).epsilon(1e-7));
      }
    }
  }
}

}  // namespace semg
