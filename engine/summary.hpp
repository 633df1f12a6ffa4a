// SPDX-License-Identifier: BSD-3-Clause
// One number per channel and feature: of each repetition, of each task, of the recording. A Sink.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "dsp/channel_brief.hpp"
#include "dsp/frame.hpp"
#include "dsp/recording.hpp"
#include "dsp/summary_row.hpp"
#include "engine/statistics/serial_mean.hpp"
#include "engine/summary_group.hpp"

namespace semg {

/// Gathers windows and activations in constant memory, then gives the rows of summary.csv.
///
/// Amplitudes of activations are averaged on the log scale (geometric mean) with a t-interval there; frequencies and durations
/// arithmetically. Of a repetition and of a recording without repetitions, n counts its activations; of a task done several times, n
/// counts repetitions, each by its own value. n = 1 gives no interval. `rms` is the root of the mean square over valid windows, `mdf` and
/// `mnf` the mean over valid windows; their intervals are made from windows that do not overlap, and from how far these resemble their
/// neighbours. `mdf_slope` is the least-squares line through the activations' MDF against their middle, or, where there are fewer than
/// three, through the valid windows' (its interval through those that do not overlap). A level of rest, a count and a share of time have
/// no interval.
class Summary {
 public:
  /// `rest_is_given`: rest came from a rest period or recording, so that no activation means a silent muscle; else it may as well mean
  /// one that was active throughout.
  enum class RestFrom { recording, given };
  Summary(const Recording& recording, std::vector<ChannelBrief> briefs, RestFrom rest_from);

  void write(const FeatureFrame& frame);
  void write(const Activation& activation);

  std::vector<SummaryRow> rows() const;

 private:
  struct Moments {
    std::int64_t n = 0;
    double sum = 0, squares = 0;
    void add(double x) noexcept {
      ++n;
      sum += x;
      squares += x * x;
    }
    void operator+=(const Moments& o) noexcept {
      n += o.n;
      sum += o.sum;
      squares += o.squares;
    }
  };
  struct Line {  // least squares of y over t
    std::int64_t n = 0;
    double t = 0, y = 0, tt = 0, ty = 0, yy = 0;
    void add(double at, double value) noexcept;
    void operator+=(const Line& o) noexcept;
    std::optional<double> reach() const;  ///< of the slope's 95 % t-interval; none of fewer than three
  };
  /// Windows of one kind that do not overlap.
  struct Apart {
    std::int64_t end = 0;  // of the last one
    SerialMean first, second;
    Line line;  // of the first feature
    void operator+=(const Apart& o) noexcept;
  };
  struct Gathered {
    Moments ln_rms, ln_arv, ln_iemg, mdf, mnf, duration_s, snr_db;  // of activations
    Moments window_power, window_mdf, window_mnf;
    Line mdf_line, window_mdf_line;
    Apart powers, spectra;  // first: mean square, or MDF; second: MNF
    std::int64_t activations = 0;
    double active_rows = 0, rows = 0;
    std::int64_t amplitude_faults[kReasonWords.size()] = {};  // windows by reason
    std::int64_t spectrum_faults[kReasonWords.size()] = {};
    std::int64_t activation_spectrum_faults[kReasonWords.size()] = {};
    void operator+=(const Gathered& o) noexcept;
  };

  static bool take_apart(Apart& apart, const FeatureFrame& frame, double first, double second) noexcept;
  Gathered& at(int period, std::size_t channel) noexcept;
  Gathered gathered(const SummaryGroup& group, std::size_t channel) const;
  void add_rows(std::vector<SummaryRow>& out, const SummaryGroup& group, std::size_t channel) const;

  double fs_hz_;
  std::vector<Channel> channels_;
  std::vector<Period> periods_;
  std::vector<ChannelBrief> briefs_;
  RestFrom rest_from_;
  std::vector<Gathered> gathered_;  // [max(periods, 1) x channels]
};

}  // namespace semg
