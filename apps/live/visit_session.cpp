// SPDX-License-Identifier: BSD-3-Clause
#include "apps/live/visit_session.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace semg {
namespace {

constexpr double kBestBy = 1.05;  // an attempt better than all before by more was not preceded by a maximal one
constexpr int kMostAttempts = 6;

}  // namespace

VisitSession::VisitSession(std::vector<VisitTask> tasks, const StreamInfo& stream, const Chain& chain)
    : tasks_(std::move(tasks)),
      fs_hz_(stream.fs_hz),
      channels_(stream.channels.size()),
      survey_(stream.fs_hz, channels_, chain.filter_band_hz(), chain.settling_rows, chain.method),
      rest_(channels_),
      mvc_(stream.fs_hz, channels_) {
  times_.reserve(256);
}

std::string VisitSession::start() {
  const std::lock_guard lock(mutex_);
  if (wished_running_) return "a task is running: stop it first";
  wished_running_ = true;
  steps_.push_back(Wish::start);
  return {};
}

std::string VisitSession::stop() {
  const std::lock_guard lock(mutex_);
  if (!wished_running_) return "no task is running";
  wished_running_ = false;
  steps_.push_back(Wish::stop);
  return {};
}

std::string VisitSession::repeat() {
  const std::lock_guard lock(mutex_);
  if (wished_running_) return "a task is running: stop it first";
  if (std::find(steps_.begin(), steps_.end(), Wish::repeat) != steps_.end()) return "that is wished for already";
  if (std::all_of(times_.begin(), times_.end(), [](const Time& t) { return t.dropped; })) return "nothing was done yet";
  steps_.push_back(Wish::repeat);
  return {};
}

std::string VisitSession::select(std::size_t task) {
  const std::lock_guard lock(mutex_);
  if (wished_running_) return "a task is running: stop it first";
  if (task >= tasks_.size()) return fmt::format("there are tasks 1 to {}", tasks_.size());
  task_ = task;
  return {};
}

int VisitSession::counted(std::size_t task) const {
  return static_cast<int>(
      std::count_if(times_.begin(), times_.end(), [&](const Time& t) { return t.task == task && !t.dropped && t.period.rows > 0; }));
}

bool VisitSession::wants_one_more(std::size_t task) const {
  if (tasks_[task].kind != TaskKind::mvc || counted(task) < tasks_[task].repetitions || counted(task) >= kMostAttempts) return false;
  std::vector<const Time*> attempts;
  for (const Time& t : times_)
    if (t.task == task && !t.dropped && t.period.rows > 0) attempts.push_back(&t);
  if (attempts.size() < 2) return false;
  return std::any_of(tasks_[task].channels.begin(), tasks_[task].channels.end(), [&](std::size_t c) {
    double before = 0;
    for (std::size_t k = 0; k + 1 < attempts.size(); ++k) before = std::fmax(before, attempts[k]->best[c]);
    return attempts.back()->best[c] > kBestBy * before;
  });
}

bool VisitSession::is_done(std::size_t task) const {
  return tasks_[task].repetitions > 0 && counted(task) >= tasks_[task].repetitions && !wants_one_more(task);
}

void VisitSession::apply(std::int64_t row, JournalWriter* journal) {
  const std::lock_guard lock(mutex_);
  now_ = row;
  if (running_ && hold_rows_ > 0 && row >= times_.back().period.first_row + hold_rows_)
    finish(times_.back().period.first_row + hold_rows_, journal);
  while (!steps_.empty()) {
    const Wish wish = steps_.front();
    steps_.pop_front();
    switch (wish) {
      case Wish::start: begin(row, journal); break;
      case Wish::stop:
        if (running_) finish(row, journal);
        break;
      case Wish::repeat: drop(journal); break;
    }
  }
  wished_running_ = running_;  // a hold may have ended by itself
}

void VisitSession::leave(std::int64_t row, JournalWriter* journal) {
  apply(row, journal);
  const std::lock_guard lock(mutex_);
  if (running_ && row > times_.back().period.first_row) finish(row, journal);
}

void VisitSession::begin(std::int64_t row, JournalWriter* journal) {
  const VisitTask& task = tasks_[task_];
  const bool is_numbered = task.repetitions != 1 || task.kind == TaskKind::mvc || task.kind == TaskKind::repetitions;
  times_.push_back({.task = task_,
                    .period = {.first_row = row, .rows = 0, .task = task.task, .repetition = is_numbered ? counted(task_) + 1 : 0},
                    .dropped = false,
                    .best = {},
                    .before = {}});
  running_ = true;
  hold_rows_ = std::llround(task.hold_s * fs_hz_);
  surveying_ = task.kind == TaskKind::rest;
  if (surveying_) times_.back().before = std::make_shared<const RestSurvey>(survey_);
  mvc_.begin(row);
  if (journal != nullptr) journal->begin_period(row, task.task, times_.back().period.repetition);
}

void VisitSession::finish(std::int64_t end_row, JournalWriter* journal) {
  Time& time = times_.back();
  time.period.rows = end_row - time.period.first_row;
  running_ = false;
  if (journal != nullptr) journal->end_period(end_row);
  if (tasks_[time.task].kind == TaskKind::mvc) {
    time.best = mvc_.best();
    const auto& channels = tasks_[time.task].channels;
    // Too short, or all of it with gaps: no attempt. Its number is given again.
    if (!channels.empty() && std::none_of(channels.begin(), channels.end(), [&](std::size_t c) { return std::isfinite(time.best[c]); }))
      drop(journal);
  }
  if (std::exchange(surveying_, false)) take_rest();
  go_on();
}

void VisitSession::take_rest() {
  for (std::size_t c = 0; c < channels_; ++c) {
    rest_[c] = survey_.from_rest(c);
    if (rest_[c] && features_ != nullptr) features_->set_rest(c, *rest_[c]);
  }
}

void VisitSession::drop(JournalWriter* journal) {
  for (std::size_t k = times_.size(); k-- > 0;) {
    if (times_[k].dropped) continue;
    times_[k].dropped = true;
    task_ = times_[k].task;
    if (times_[k].before) {
      survey_ = *times_[k].before;
      take_rest();
    }
    if (journal != nullptr) journal->drop_period(k);
    return;
  }
}

void VisitSession::go_on() {
  if (!is_done(task_)) return;
  for (std::size_t k = task_ + 1; k < tasks_.size(); ++k) {
    if (is_done(k)) continue;
    task_ = k;
    return;
  }
}

Stretch VisitSession::at(std::int64_t row) const noexcept {
  const std::lock_guard lock(mutex_);
  if (!running_) return {.measured = false, .period = -1};
  const std::int64_t end = hold_rows_ > 0 ? times_.back().period.first_row + hold_rows_ : INT64_MAX;
  if (row >= end) return {.measured = false, .period = -1};
  return {.measured = !surveying_, .period = static_cast<int>(times_.size()) - 1, .end = end};
}

void VisitSession::see(const Block& conditioned) noexcept {
  const std::lock_guard lock(mutex_);
  if (!running_ || (hold_rows_ > 0 && conditioned.first >= times_.back().period.first_row + hold_rows_)) return;
  if (surveying_) survey_.push(conditioned);
  if (tasks_[times_.back().task].kind == TaskKind::mvc) mvc_.push(conditioned);
}

std::vector<Period> VisitSession::periods() const {
  const std::lock_guard lock(mutex_);
  std::vector<Period> all;
  for (const Time& t : times_) all.push_back(t.period);
  return all;
}

VisitSession::State VisitSession::state() const {
  const std::lock_guard lock(mutex_);
  State state;
  state.task = task_;
  state.phase = running_ ? Phase::running : is_done(task_) ? Phase::done : Phase::ready;
  state.one_more = wants_one_more(task_);
  const int wanted = tasks_[task_].repetitions;
  state.of = wanted == 0 ? 0 : std::max(wanted, counted(task_) + (state.one_more || running_ ? 1 : 0));
  state.repetition = running_ ? std::max(1, counted(task_) + 1) : std::min(counted(task_) + 1, std::max(state.of, 1));
  state.hold_s = tasks_[task_].hold_s;
  if (running_) state.elapsed_s = static_cast<double>(now_ - times_.back().period.first_row) / fs_hz_;
  for (std::size_t k = 0; k < tasks_.size(); ++k) state.done.push_back(counted(k));
  state.mvc.assign(channels_, std::numeric_limits<double>::quiet_NaN());
  state.attempts.resize(channels_);
  for (const Time& t : times_) {
    if (t.dropped || t.best.empty()) continue;
    for (const std::size_t c : tasks_[t.task].channels) {
      if (!(state.mvc[c] >= t.best[c]) && std::isfinite(t.best[c])) state.mvc[c] = t.best[c];
      if (t.task == task_) state.attempts[c].push_back(t.best[c]);
    }
  }
  state.rest = rest_;
  state.has_rest = std::any_of(times_.begin(), times_.end(), [](const Time& t) { return t.before != nullptr && t.period.rows > 0; });
  return state;
}

}  // namespace semg
