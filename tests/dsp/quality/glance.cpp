// SPDX-License-Identifier: BSD-3-Clause
// The last moments of a stream, for a screen.
#include "dsp/quality/glance.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <random>

#include <doctest/doctest.h>

namespace semg {
namespace {

StreamInfo two_channels(double fs_hz) {
  StreamInfo info{.fs_hz = fs_hz, .channels = {Channel{}, Channel{}}};
  info.channels[0].rail_low = -100;
  info.channels[0].rail_high = 100;
  return info;
}

/// Bins of rows [0, rows) without the gap, cut as `cuts` say.
std::vector<GlanceBin> bins_of(const std::vector<float>& samples, std::int64_t gap_first, std::int64_t gap_rows, unsigned seed) {
  Glance glance(two_channels(1000), 0.013, 64);
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> length(1, 64);
  std::vector<GlanceBin> bins;
  Block block(2, 64);
  const auto rows = static_cast<std::int64_t>(samples.size() / 2);
  for (std::int64_t at = 0; at < rows;) {
    if (at == gap_first) at += gap_rows;
    std::int64_t end = std::min<std::int64_t>(rows, at + (seed == 0 ? 1 : length(random)));
    if (at < gap_first) end = std::min(end, gap_first);
    block.resize(static_cast<std::size_t>(end - at));
    block.first = at;
    std::copy(samples.begin() + at * 2, samples.begin() + end * 2, block.samples().begin());
    glance.see(block);
    glance.push(block, [&](const GlanceBin& bin) { bins.push_back(bin); });
    at = end;
  }
  return bins;
}

bool same(const GlanceCell& a, const GlanceCell& b) {
  return a.lowest == b.lowest && a.highest == b.highest && a.square_sum == b.square_sum && a.mains_cos == b.mains_cos &&
         a.mains_sin == b.mains_sin && a.rows == b.rows && a.clipped == b.clipped && a.same_rows == b.same_rows;
}

}  // namespace

TEST_CASE("bins on a screen are the same for any cut of the stream, with a gap in it") {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> value(-120, 120);
  std::vector<float> samples(2 * 3000);
  for (float& sample : samples) sample = value(random);
  samples[500] = std::numeric_limits<float>::quiet_NaN();
  const auto by_row = bins_of(samples, 700, 333, 0);
  for (unsigned seed = 1; seed < 6; ++seed) {
    const auto cut = bins_of(samples, 700, 333, seed);
    REQUIRE(cut.size() == by_row.size());
    for (std::size_t k = 0; k < cut.size(); ++k) {
      CHECK(cut[k].bin == by_row[k].bin);
      for (std::size_t c = 0; c < 2; ++c) CHECK(same(cut[k].cells[c], by_row[k].cells[c]));
    }
  }
}

TEST_CASE("a bin holds the extremes and the power of its rows, and lies on the grid from row 0") {
  std::vector<float> samples;
  for (int row = 0; row < 39; ++row) {
    samples.push_back(static_cast<float>(row));
    samples.push_back(static_cast<float>(-row));
  }
  const auto bins = bins_of(samples, 1000, 0, 3);
  REQUIRE(bins.size() == 3);
  CHECK(bins[1].bin == 1);
  CHECK(bins[1].cells[0].lowest == 13);
  CHECK(bins[1].cells[0].highest == 25);
  CHECK(bins[1].cells[1].lowest == -25);
  double squares = 0;
  for (int row = 13; row < 26; ++row) squares += row * row;
  CHECK(bins[1].cells[0].square_sum == squares);
  CHECK(bins[1].cells[0].rows == 13);
}

TEST_CASE("hum has its amplitude in the sums over bins, at 50 and at 60 Hz, and not at the other") {
  for (const std::size_t m : {std::size_t{0}, std::size_t{1}}) {
    Glance glance(two_channels(1259.259), 0.01, 64);
    Block block(2, 64);
    std::array<std::array<double, 2>, 2> sums{};
    double rows = 0;
    for (std::int64_t at = 0; at < 12592 * 2; at += 64) {
      block.resize(64);
      block.first = at;
      for (std::size_t r = 0; r < 64; ++r) {
        const double t_s = static_cast<double>(at + static_cast<std::int64_t>(r)) / 1259.259;
        block.row(r)[0] = static_cast<float>(7 * std::cos(2 * std::numbers::pi * kMainsHz[m] * t_s + 0.7));
        block.row(r)[1] = 0;
      }
      glance.see(block);
      glance.push(block, [&](const GlanceBin& bin) {
        for (std::size_t k = 0; k < 2; ++k) {
          sums[k][0] += bin.cells[0].mains_cos[k];
          sums[k][1] += bin.cells[0].mains_sin[k];
        }
        rows += bin.cells[0].rows;
      });
    }
    CHECK(std::hypot(sums[m][0], sums[m][1]) * 2 / rows == doctest::Approx(7).epsilon(1e-3));
    CHECK(std::hypot(sums[1 - m][0], sums[1 - m][1]) * 2 / rows < 0.05);
  }
}

TEST_CASE("rails and values that stand still are counted") {
  std::vector<float> samples;
  for (int row = 0; row < 260; ++row) {
    samples.push_back(row >= 130 && row < 143 ? 100.0f : static_cast<float>(row % 7));
    samples.push_back(row < 200 ? 5.0f : static_cast<float>(row));
  }
  const auto bins = bins_of(samples, 1000, 0, 2);
  CHECK(bins[10].cells[0].clipped == 13);
  CHECK(bins[9].cells[0].clipped == 0);
  CHECK(bins[10].cells[1].clipped == 0);
  CHECK(bins[13].cells[1].same_rows == 14 * 13);
  CHECK(bins[19].cells[1].same_rows == 1);
}

}  // namespace semg
