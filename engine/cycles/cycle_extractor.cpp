// SPDX-License-Identifier: BSD-3-Clause
#include "engine/cycles/cycle_extractor.hpp"

#include <algorithm>
#include <cmath>

namespace semg {
namespace {

constexpr double kShortest_s = 0.2, kLongest_s = 10;
constexpr std::int64_t kLast = Ensemble::kPoints - 1;

std::string task_of(const CyclePlan& plan, const CueRow& cue) {
  return plan.tasks.empty() ? "" : plan.tasks[static_cast<std::size_t>(cue.period)];
}

/// Of periods with a cue, each once.
std::vector<std::string> tasks_of(const CyclePlan& plan) {
  std::vector<std::string> tasks;
  for (const CueRow& cue : plan.cues) tasks.push_back(task_of(plan, cue));
  std::sort(tasks.begin(), tasks.end());
  tasks.erase(std::unique(tasks.begin(), tasks.end()), tasks.end());
  return tasks;
}

/// What one channel's activations are in a cycle.
void tell_activity(const std::vector<Edges>& activations, Cycle& cycle) {
  const auto rows = static_cast<double>(cycle.end_row - cycle.first_row);
  const auto percent = [&](std::int64_t row) { return static_cast<float>(100 * static_cast<double>(row - cycle.first_row) / rows); };
  std::int64_t active = 0;
  auto at = std::lower_bound(activations.begin(), activations.end(), cycle.first_row,
                             [](const Edges& edges, std::int64_t row) { return edges.second <= row; });
  for (; at != activations.end() && at->first < cycle.end_row; ++at) {
    active += std::min(at->second, cycle.end_row) - std::max(at->first, cycle.first_row);
    if (at->first >= cycle.first_row && std::isnan(cycle.onset_pct)) cycle.onset_pct = percent(at->first);
    if (at->second < cycle.end_row && std::isnan(cycle.offset_pct)) cycle.offset_pct = percent(at->second);
  }
  cycle.active_share = static_cast<float>(static_cast<double>(active) / rows);
}

}  // namespace

CycleExtractor::CycleExtractor(const StreamInfo& info, const Chain& chain, const CyclePlan& plan)
    : fs_hz_(chain.fs_hz),
      clipped_share_(chain.settings.quality.clipped_share),
      channels_(info.channels.size()),
      envelope_(chain.fs_hz, channels_, chain.settings.cycles.envelope_hz),
      shift_rows_(std::llround(envelope_.delay_s() * chain.fs_hz)),
      wait_rows_(std::max(shift_rows_ + 1, QualityWatch(info, 0, 1).latency_rows())),
      ring_rows_(wait_rows_ + 2 * static_cast<std::int64_t>(kMostRows)),
      quality_(info, chain.settling_rows + static_cast<std::int64_t>(std::ceil(envelope_.settling_s() * chain.fs_hz)), ring_rows_),
      rectified_(channels_, kMostRows),
      signals_(channels_ * static_cast<std::size_t>(ring_rows_)),
      envelopes_(channels_ * static_cast<std::size_t>(ring_rows_)),
      measures_(channels_),
      ensemble_(tasks_of(plan), channels_) {
  for (const MusclePair& pair : plan.pairs) {
    pairs_.push_back({.agonist = static_cast<std::size_t>(pair.agonist),
                      .antagonist = static_cast<std::size_t>(pair.antagonist),
                      .reason = pair.reason,
                      .sums = std::nullopt});
    if (pair.agonist_reference && pair.antagonist_reference)
      pairs_.back().sums.emplace(*pair.agonist_reference, *pair.antagonist_reference);
  }
  add_cycles(plan);
}

void CycleExtractor::add_cycles(const CyclePlan& plan) {
  const std::vector<std::string> tasks = tasks_of(plan);
  for (std::size_t k = 1; k < plan.cues.size(); ++k) {
    const CueRow &from = plan.cues[k - 1], &to = plan.cues[k];
    if (from.period != to.period) continue;
    const auto task = std::lower_bound(tasks.begin(), tasks.end(), task_of(plan, from));
    bounds_.push_back({.first = from.row, .end = to.row, .task = static_cast<std::size_t>(task - tasks.begin())});
    for (std::size_t c = 0; c < channels_; ++c) {
      Cycle cycle{.index = static_cast<std::int64_t>(bounds_.size()),
                  .channel = static_cast<int>(c),
                  .period = from.period,
                  .first_row = from.row,
                  .end_row = to.row};
      if (plan.activations[c]) tell_activity(*plan.activations[c], cycle);
      cycles_.push_back(cycle);
    }
    for (const Pair& pair : pairs_) cycles_[cycles_.size() - channels_ + pair.agonist].antagonist = static_cast<int>(pair.antagonist);
  }
}

void CycleExtractor::see(const Block& raw) noexcept {
  if (raw.first != next_row_) {
    stop();
    cursor_ = raw.first;
  }
  next_row_ = raw.end();
  quality_.see(raw);
}

void CycleExtractor::push(const Block& conditioned) noexcept {
  rectified_.resize(conditioned.rows());
  rectified_.first = conditioned.first;
  std::copy(conditioned.samples().begin(), conditioned.samples().end(), rectified_.samples().begin());
  envelope_.process(rectified_);
  for (std::size_t r = 0; r < conditioned.rows(); ++r) {
    const std::int64_t row = conditioned.first + static_cast<std::int64_t>(r);
    for (std::size_t c = 0; c < channels_; ++c) {
      at(signals_, c, row) = conditioned.row(r)[c];
      at(envelopes_, c, row) = rectified_.row(r)[c];
    }
  }
  consume(conditioned.end() - wait_rows_);
}

/// The stretch is over: quality is final, and of the envelope nothing more will come.
void CycleExtractor::stop() noexcept {
  if (next_row_ != INT64_MIN) consume(next_row_ - shift_rows_ - 1);
}

void CycleExtractor::end() noexcept {
  stop();
  for (; cycle_ < bounds_.size(); ++cycle_) close(bounds_[cycle_]);
}

/// Of rows before `until` all is known, and of row `until` the envelope.
void CycleExtractor::consume(std::int64_t until) noexcept {
  for (; cycle_ < bounds_.size(); ++cycle_) {
    const Bounds& cycle = bounds_[cycle_];
    const std::int64_t first = std::max(cursor_, cycle.first), last = std::min(until, cycle.end);
    if (first < last) {
      measure(cycle, first, last);
      seen_ += last - first;
      cursor_ = last;
    }
    if (until < cycle.end) break;
    close(cycle);
  }
}

void CycleExtractor::measure(const Bounds& cycle, std::int64_t first, std::int64_t last) noexcept {
  const std::int64_t rows = cycle.end - cycle.first;
  for (std::size_t c = 0; c < channels_; ++c) {
    Measure& m = measures_[c];
    m.faults += quality_.count(c, first, last - first);
    for (std::int64_t row = first; row < last; ++row) {
      if (const float x = at(signals_, c, row); std::isfinite(x)) m.sums.add(x);
      if (const float level = envelope_at(c, row); !(level <= m.peak)) {
        m.peak = level;
        m.peak_row = row;
      }
    }
    // Point k stands at the row first + k rows / 100; those from the first row of this part on, and before its last.
    const auto points_before = [&](std::int64_t row) { return (kLast * (row - cycle.first) + rows - 1) / rows; };
    for (std::int64_t k = points_before(first); k < points_before(last); ++k) {
      const std::int64_t row = cycle.first + k * rows / kLast;
      const double between = static_cast<double>(k * rows % kLast) / static_cast<double>(kLast), level = envelope_at(c, row);
      m.course[static_cast<std::size_t>(k)] = level + between * (envelope_at(c, row + 1) - level);
    }
  }
  for (Pair& pair : pairs_) {
    if (!pair.sums) continue;
    for (std::int64_t row = first; row < last; ++row) pair.sums->add(envelope_at(pair.agonist, row), envelope_at(pair.antagonist, row));
  }
}

Reason CycleExtractor::judge(const Bounds& cycle, const FaultCounts& faults) const noexcept {
  const std::int64_t rows = cycle.end - cycle.first;
  const double seconds = static_cast<double>(rows) / fs_hz_;
  if (seconds < kShortest_s) return Reason::too_short;
  if (seconds > kLongest_s) return Reason::too_long;
  return seen_ < rows ? Reason::gap : faults.judge(clipped_share_);
}

void CycleExtractor::close(const Bounds& cycle) noexcept {
  const std::int64_t rows = cycle.end - cycle.first;
  Cycle* out = cycles_.data() + cycle_ * channels_;
  for (std::size_t c = 0; c < channels_; ++c) {
    Measure& m = measures_[c];
    if (seen_ == rows) {  // the last point is the first row of the next cycle
      m.faults += quality_.count(c, cycle.end, 1);
      m.course[kLast] = envelope_at(c, cycle.end);
    }
    out[c].reason = judge(cycle, m.faults);
    if (out[c].reason == Reason::ok) {
      out[c].rms = static_cast<float>(m.sums.rms());
      out[c].arv = static_cast<float>(m.sums.arv());
      out[c].peak = m.peak;
      out[c].peak_pct = static_cast<float>(100 * static_cast<double>(m.peak_row - cycle.first) / static_cast<double>(rows));
      ensemble_.add(cycle.task, c, m.course);
    }
    m = {};
  }
  for (Pair& pair : pairs_) {
    Cycle& agonist = out[pair.agonist];
    const Reason other = out[pair.antagonist].reason;
    agonist.pair_reason = agonist.reason != Reason::ok ? agonist.reason : other != Reason::ok ? other : pair.reason;
    if (!pair.sums) continue;
    if (agonist.pair_reason == Reason::ok) {
      agonist.falconer_winter_pct = static_cast<float>(pair.sums->falconer_winter_pct());
      agonist.rudolph = static_cast<float>(pair.sums->rudolph());
      agonist.antagonist_share_pct = static_cast<float>(pair.sums->antagonist_share_pct());
    }
    pair.sums->clear();
  }
  seen_ = 0;
}

}  // namespace semg
