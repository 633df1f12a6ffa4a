// SPDX-License-Identifier: BSD-3-Clause
// The tasks of a visit, done one after the other while the stream runs: which rows belong to which.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "apps/live/best_half_second.hpp"
#include "dsp/activation/rest_survey.hpp"
#include "dsp/block.hpp"
#include "engine/chain.hpp"
#include "engine/feature_extractor.hpp"
#include "engine/run.hpp"
#include "engine/study/study.hpp"
#include "io/journal/journal_writer.hpp"

namespace semg {

struct VisitTask {
  std::string task, label;
  TaskKind kind = TaskKind::repetitions;
  int repetitions = 1;                ///< how often it is to be done; 0: as often as one likes
  double hold_s = 0;                  ///< each time ends by itself after so long; 0: when it is stopped
  std::vector<std::size_t> channels;  ///< those of its muscles
};

/// Wishes come from any thread and are carried out by the signal thread at the first row of its next block. Every time a task is done
/// becomes a period; one that is repeated is dropped and done again. A maximal contraction is asked for once more when the last attempt is
/// the best of its channel by more than 5 %, for then it was not yet maximal.
///
/// Rest is the reference from its end on; rest that is recorded again adds to it, as it does when the recording is measured. Windows of
/// rest itself are not told live: their reference is not known while they come.
class VisitSession {
 public:
  VisitSession(std::vector<VisitTask> tasks, const StreamInfo& stream, const Chain& chain);

  // Wishes, from any thread: a sentence where it cannot be done.
  std::string start();
  std::string stop();
  std::string repeat();  ///< drops the newest time that was done
  std::string select(std::size_t task);

  enum class Phase { ready, running, done };
  struct State {
    std::size_t task = 0;
    Phase phase = Phase::ready;
    int repetition = 1;                              ///< the one at hand, or that comes next
    int of = 0;                                      ///< 0: any number
    double elapsed_s = 0, hold_s = 0;                ///< of the time at hand
    std::vector<int> done;                           ///< [tasks] times that count
    std::vector<std::vector<double>> attempts;       ///< [channels][attempts] best 500 ms; of the task at hand, where it is an MVC
    bool one_more = false;                           ///< a further attempt is asked for
    std::vector<double> mvc;                         ///< [channels] best of all attempts that count; NaN: none
    std::vector<std::optional<RestReference>> rest;  ///< [channels]
    bool has_rest = false;                           ///< a time of rest was done, whether it counts or not
  };
  State state() const;
  const std::vector<VisitTask>& tasks() const noexcept { return tasks_; }

  // The signal thread's.
  void attach(FeatureExtractor& features) noexcept { features_ = &features; }
  /// Carries out what was wished for, at the first row of a block, and tells the journal.
  void apply(std::int64_t row, JournalWriter* journal);
  /// The stream ended at this row: what runs ends with it.
  void leave(std::int64_t row, JournalWriter* journal);
  Stretch at(std::int64_t row) const noexcept;
  void see(const Block& conditioned) noexcept;
  /// Every time that was done, dropped ones too, in the order of their numbers in the journal: what Stretch::period counts.
  std::vector<Period> periods() const;

 private:
  struct Time {
    std::size_t task = 0;
    Period period;  // rows 0 while it runs
    bool dropped = false;
    std::vector<double> best;                  // of an MVC
    std::shared_ptr<const RestSurvey> before;  // of rest: what had been surveyed when it began
  };
  enum class Wish { start, stop, repeat };
  int counted(std::size_t task) const;
  bool wants_one_more(std::size_t task) const;
  bool is_done(std::size_t task) const;
  void begin(std::int64_t row, JournalWriter* journal);
  void finish(std::int64_t end_row, JournalWriter* journal);
  void drop(JournalWriter* journal);
  void take_rest();
  void go_on();

  std::vector<VisitTask> tasks_;
  double fs_hz_;
  std::size_t channels_;
  FeatureExtractor* features_ = nullptr;

  mutable std::mutex mutex_;  // of all that follows
  std::size_t task_ = 0;
  std::vector<Time> times_;
  bool running_ = false;
  std::int64_t hold_rows_ = 0;  // of the time at hand; 0: until it is stopped
  std::int64_t now_ = 0;
  std::deque<Wish> steps_;
  bool wished_running_ = false;  // as it will be when all wishes are carried out
  RestSurvey survey_;
  std::vector<std::optional<RestReference>> rest_;
  bool surveying_ = false;
  BestHalfSecond mvc_;
};

}  // namespace semg
