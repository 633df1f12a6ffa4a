// SPDX-License-Identifier: BSD-3-Clause
#include "apps/import/survey.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "apps/import/feed.hpp"
#include "apps/import/held_rows.hpp"

namespace semg {
namespace {

// Runs of equal samples at the lowest (sign -1) or highest (+1) value so far.
class ExtremeRuns {
 public:
  explicit ExtremeRuns(double sign) : sign_(sign) {}
  void push(double value) noexcept {
    const double v = sign_ * value;
    if (v > extreme_) {
      extreme_ = v;
      runs_ = 0;
      length_ = 0;
    }
    if (v != extreme_) {
      length_ = 0;
      return;
    }
    if (++length_ == kRun) ++runs_;
  }
  void interrupt() noexcept { length_ = 0; }
  bool looks_like_rail() const noexcept { return runs_ >= kRuns; }

 private:
  static constexpr int kRun = 3;
  static constexpr int kRuns = 3;
  double sign_;
  double extreme_ = -std::numeric_limits<double>::infinity();
  int length_ = 0;
  std::int64_t runs_ = 0;
};

// What dsp does not ask of a channel: rails that nobody stated, counts, sameness.
class ChannelTally {
 public:
  void push(float value, double stored) noexcept {
    result_.stored_lowest = empty_ ? stored : std::min(result_.stored_lowest, stored);
    result_.stored_highest = empty_ ? stored : std::max(result_.stored_highest, stored);
    empty_ = false;
    low_.push(value);
    high_.push(value);
    mix(std::bit_cast<std::uint32_t>(value));
  }
  void miss() noexcept {
    low_.interrupt();
    high_.interrupt();
    mix(~0ULL);
  }
  void clipped_parent() noexcept { ++result_.clipped_parents; }

  ChannelSurvey result(const InputFacts& facts) const noexcept {
    ChannelSurvey r = result_;
    r.facts = facts;
    r.rail_low = low_.looks_like_rail();
    r.rail_high = high_.looks_like_rail();
    return r;
  }

 private:
  void mix(std::uint64_t bits) noexcept { result_.digest = std::rotl((result_.digest ^ bits) * 0x9E3779B97F4A7C15ULL, 29); }
  ChannelSurvey result_;
  bool empty_ = true;
  ExtremeRuns low_{-1}, high_{1};
};

bool at_rail(const Term& term, double count) noexcept {
  return (term.rail_low && count <= *term.rail_low) || (term.rail_high && count >= *term.rail_high);
}

}  // namespace

ImportSurvey survey_samples(SignalFile& source, const ImportPlan& plan, const std::function<void(std::int64_t)>& rows_done) {
  const std::size_t channels = plan.channels.size();
  ImportSurvey survey;
  StreamInfo info{plan.fs_hz, {}};
  for (const PlannedChannel& planned : plan.channels) info.channels.push_back(planned.channel);
  InputSurvey input(info);
  std::vector<ChannelTally> tallies(channels);
  HeldRows held(channels);
  ImportFeed feed(source, plan);
  Block block(channels, ImportFeed::kMaxRows);
  std::vector<std::vector<double>> stored(channels);

  while (feed.next()) {
    feed.values(block);
    input.push(block);
    for (std::size_t c = 0; c < channels; ++c) {
      stored[c].resize(feed.rows());
      feed.stored(c, stored[c]);
    }
    for (std::size_t r = 0; r < feed.rows(); ++r) {
      const auto row = block.row(r);
      std::size_t missing = 0;
      for (std::size_t c = 0; c < channels; ++c) {
        if (std::isnan(row[c])) {
          ++missing;
          tallies[c].miss();
        } else {
          tallies[c].push(row[c], stored[c][r]);
        }
        const PlannedChannel& planned = plan.channels[c];
        if (planned.minus && (at_rail(planned.plus, feed.counts(planned.plus.channel)[r]) ||
                              at_rail(*planned.minus, feed.counts(planned.minus->channel)[r]))) {
          tallies[c].clipped_parent();
        }
      }
      if (missing == 0) {
        held.push(row);
        continue;
      }
      held.interrupt();
      if (missing < channels) {
        survey.partly_missing = true;
        continue;
      }
      const std::int64_t at = block.first + static_cast<std::int64_t>(r);
      if (!survey.gaps.empty() && survey.gaps.back().first_row + survey.gaps.back().rows == at) {
        ++survey.gaps.back().rows;
      } else {
        survey.gaps.push_back({at, 1});
      }
    }
    rows_done(static_cast<std::int64_t>(feed.rows()));
  }
  for (std::size_t c = 0; c < channels; ++c) survey.channels.push_back(tallies[c].result(input.facts(c)));
  survey.repeated_rows = held.repeated();
  survey.held_hz = held.rate(plan.fs_hz);
  survey.not_finite = feed.not_finite();
  return survey;
}

}  // namespace semg
