// SPDX-License-Identifier: BSD-3-Clause
#include "engine/summary.hpp"

#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

namespace semg {
namespace {

Recording recording_of(std::vector<Period> periods) {
  Recording r;
  r.stream.fs_hz = 1000;
  r.stream.channels = {{.label = "a", .muscle = "TA", .lsb = {}, .rail_low = {}, .rail_high = {}}};
  r.rows = 30000;
  r.periods = std::move(periods);
  return r;
}

ChannelBrief resting() {
  ChannelBrief brief;
  brief.rest = RestReference{.level_db = 6, .spread_db = 1, .power = 4, .power_above_50 = 3, .active_db = {}, .active_power_db = {}};
  return brief;
}

Activation activation(int period, std::int64_t onset, std::int64_t offset, float rms, float mdf) {
  return {.channel = 0,
          .period = period,
          .onset_row = onset,
          .offset_row = offset,
          .rms = rms,
          .arv = rms * 0.8F,
          .iemg = rms * 0.8F * static_cast<float>(offset - onset) / 1000,
          .peak = rms * 3,
          .mdf_hz = mdf,
          .mnf_hz = mdf + 10,
          .snr_db = 20};
}

SummaryRow row_of(const Summary& summary, const std::string& feature, const std::string& task = "", int repetition = 0) {
  const auto rows = summary.rows();
  const auto at = std::find_if(rows.begin(), rows.end(),
                               [&](const SummaryRow& r) { return r.feature == feature && r.task == task && r.repetition == repetition; });
  REQUIRE(at != rows.end());
  return *at;
}

}  // namespace

TEST_CASE("summary: amplitudes of activations are averaged on the log scale, with a t-interval there") {
  Summary summary(recording_of({}), {resting()}, Summary::RestFrom::recording);
  for (const float rms : {50.0F, 100.0F, 200.0F}) summary.write(activation(-1, 1000, 2000, rms, 80));
  const SummaryRow row = row_of(summary, "rms_active");
  CHECK(*row.value == doctest::Approx(100));
  // ln values ln 100 -+ ln 2: sd = ln 2, t(2) = 4.302653 (R: qt(.975, 2)), so the factor is exp(4.302653 ln 2 / sqrt 3)
  const double factor = std::exp(4.302652729911275 * std::log(2.0) / std::sqrt(3.0));
  CHECK(*row.ci_low == doctest::Approx(100 / factor));
  CHECK(*row.ci_high == doctest::Approx(100 * factor));
  CHECK(row.n == 3);
  CHECK(row.n_unit == "activations");
}

TEST_CASE("summary: one activation gives a value and no interval") {
  Summary summary(recording_of({}), {resting()}, Summary::RestFrom::recording);
  summary.write(activation(-1, 1000, 3000, 70, 90));
  const SummaryRow row = row_of(summary, "mdf_active");
  CHECK(*row.value == doctest::Approx(90));
  CHECK_FALSE(row.ci_low);
  CHECK(*row_of(summary, "duration").value == doctest::Approx(2));
  CHECK(*row_of(summary, "active_fraction").value == doctest::Approx(2000.0 / 30000));
}

TEST_CASE("summary: no activation is a silent muscle only where rest was given, else it cannot be told") {
  const Summary found(recording_of({}), {resting()}, Summary::RestFrom::recording);
  CHECK_FALSE(row_of(found, "activation_count").value);
  CHECK(row_of(found, "activation_count").reason == Reason::no_rest);
  const Summary given(recording_of({}), {resting()}, Summary::RestFrom::given);
  CHECK(*row_of(given, "activation_count").value == 0);
  CHECK(row_of(given, "rms_active").reason == Reason::not_active);
  const Summary unknown(recording_of({}), {ChannelBrief{}}, Summary::RestFrom::given);
  CHECK(row_of(unknown, "activation_count").reason == Reason::no_rest);
  CHECK(row_of(unknown, "rms_rest").reason == Reason::no_rest);
}

TEST_CASE("summary: of a task done several times every repetition counts once") {
  const std::vector<Period> periods = {{.first_row = 0, .rows = 5000, .task = "rest"},
                                       {.first_row = 5000, .rows = 10000, .task = "df", .repetition = 1},
                                       {.first_row = 15000, .rows = 10000, .task = "df", .repetition = 2}};
  Summary summary(recording_of(periods), {resting()}, Summary::RestFrom::given);
  for (int k = 0; k < 3; ++k) summary.write(activation(1, 6000 + 1000 * k, 6500 + 1000 * k, 100, 80));
  summary.write(activation(2, 16000, 17000, 400, 100));
  CHECK(*row_of(summary, "rms_active", "df").value == doctest::Approx(200));  // not (100 100 100 400)
  CHECK(row_of(summary, "rms_active", "df").n == 2);
  CHECK(row_of(summary, "rms_active", "df").n_unit == "repetitions");
  CHECK(*row_of(summary, "rms_active", "df", 1).value == doctest::Approx(100));
  CHECK(*row_of(summary, "activation_count", "df", 1).value == 3);
  CHECK(*row_of(summary, "activation_count", "rest").value == 0);
}

TEST_CASE("summary: the slope of MDF is the line through the activations, and through the windows where there are too few") {
  Summary summary(recording_of({}), {resting()}, Summary::RestFrom::recording);
  for (int k = 0; k < 5; ++k) summary.write(activation(-1, 1000 * k, 1000 * k + 500, 100, 90.0F - 2.0F * static_cast<float>(k)));
  const SummaryRow row = row_of(summary, "mdf_slope");
  CHECK(*row.value == doctest::Approx(-2).epsilon(1e-6));
  CHECK(*row.ci_low == doctest::Approx(-2).epsilon(1e-4));
  CHECK(row.n_unit == "activations");

  Summary windows(recording_of({}), {resting()}, Summary::RestFrom::recording);
  windows.write(activation(-1, 0, 20000, 100, 80));
  for (int k = 0; k < 10; ++k) {
    const float mdf = 90.0F - 0.5F * static_cast<float>(k);
    const Reason ok = Reason::ok;
    windows.write(FeatureFrame{.kind = WindowKind::spectrum,
                               .first_row = 500 * k,
                               .rows = 1000,
                               .period = -1,
                               .first = {&mdf, 1},
                               .second = {&mdf, 1},
                               .active_fraction = {},
                               .more = {},
                               .reason = {&ok, 1}});
  }
  CHECK(*row_of(windows, "mdf_slope").value == doctest::Approx(-1).epsilon(1e-6));  // -0.5 Hz every 0.5 s
  CHECK(*row_of(windows, "mdf_slope").ci_low == doctest::Approx(-1).epsilon(1e-4));
}

TEST_CASE("summary: windows that overlap are not counted twice by the interval") {
  Summary summary(recording_of({}), {resting()}, Summary::RestFrom::recording);
  Summary apart(recording_of({}), {resting()}, Summary::RestFrom::recording);
  for (int k = 0; k < 40; ++k) {
    const float value = 80.0F + static_cast<float>((k * 7) % 11);
    const Reason ok = Reason::ok;
    const FeatureFrame frame{.kind = WindowKind::spectrum,
                             .first_row = 500 * k,
                             .rows = 1000,
                             .period = -1,
                             .first = {&value, 1},
                             .second = {&value, 1},
                             .active_fraction = {},
                             .more = {},
                             .reason = {&ok, 1}};
    summary.write(frame);
    if (k % 2 == 0) apart.write(frame);
  }
  const SummaryRow row = row_of(summary, "mdf"), expected = row_of(apart, "mdf");
  CHECK(row.n == 40);
  CHECK(*row.ci_high - *row.ci_low == doctest::Approx(*expected.ci_high - *expected.ci_low));
  CHECK((*row.ci_high + *row.ci_low) / 2 == doctest::Approx(*row.value));
}

TEST_CASE("summary: RMS over windows is the root of their mean square, invalid windows left out") {
  Summary summary(recording_of({}), {resting()}, Summary::RestFrom::recording);
  const auto window = [&](float rms, Reason reason) {
    summary.write(FeatureFrame{.kind = WindowKind::amplitude,
                               .first_row = 0,
                               .rows = 250,
                               .period = -1,
                               .first = {&rms, 1},
                               .second = {&rms, 1},
                               .active_fraction = {&rms, 1},
                               .more = {},
                               .reason = {&reason, 1}});
  };
  window(3, Reason::ok);
  window(std::nanf(""), Reason::clipped);
  window(4, Reason::ok);
  CHECK(*row_of(summary, "rms").value == doctest::Approx(std::sqrt(12.5)));
  CHECK(row_of(summary, "rms").n == 2);
}

TEST_CASE("summary: the interval of RMS over windows is that of the mean square, on the log scale") {
  Summary summary(recording_of({}), {resting()}, Summary::RestFrom::recording);
  SerialMean powers;
  for (int k = 0; k < 20; ++k) {
    const float rms = k % 2 == 0 ? 3 : 4;
    const Reason ok = Reason::ok;
    summary.write(FeatureFrame{.kind = WindowKind::amplitude,
                               .first_row = 250 * k,
                               .rows = 250,
                               .period = -1,
                               .first = {&rms, 1},
                               .second = {&rms, 1},
                               .active_fraction = {&rms, 1},
                               .more = {},
                               .reason = {&ok, 1}});
    k == 0 ? powers.add_first(rms * rms) : powers.add_next(rms * rms);
  }
  const Spread spread = powers.spread();  // mean 12.5; neighbours are unlike, so all twenty count
  CHECK(spread.df == 19);
  const double reach = t_quantile(0.975, 19) * std::sqrt(spread.variance) / 12.5 / 2;
  const SummaryRow row = row_of(summary, "rms");
  CHECK(*row.ci_low == doctest::Approx(std::sqrt(12.5) * std::exp(-reach)));
  CHECK(*row.ci_high == doctest::Approx(std::sqrt(12.5) * std::exp(reach)));
}

}  // namespace semg
