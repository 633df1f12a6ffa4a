// SPDX-License-Identifier: BSD-3-Clause
// Activation by Lidierth: the moving mean of the rectified signal stays above rest for long enough.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

#include "dsp/activation/persistence.hpp"
#include "dsp/activation/rest_moments.hpp"
#include "dsp/activation/smoothing.hpp"

namespace semg {

struct LidierthRule {
  double window_s = 0.100;
  double spreads = 5;      ///< with 3, white noise alone crosses it some times a minute
  double least_s = 0.030;  ///< above the threshold for so long
  double gap_s = 0.015;    ///< ... with shorter gaps; off when below it for so long
};

/// y[n] = mean(|x|) over the window that ends at row n; a row is above where (y - mean of y at rest) / (standard deviation of y at rest) >
/// h. The window lies behind the row: offsets come up to a window late. Source: Lidierth, Electroencephalogr Clin Neurophysiol 1986; 64:
/// 378-380.
class Lidierth {
 public:
  explicit Lidierth(double fs_hz, const LidierthRule& rule = {});

  struct Statistic {
    MovingMean mean;
    void begin() noexcept { mean.begin(); }
    double push(double x) noexcept { return mean.push(std::fabs(x)); }
  };
  static Statistic statistic(double fs_hz, const LidierthRule& rule = {}) { return {MovingMean(rows_of(rule.window_s, fs_hz))}; }

  void begin(const RestMoments& rest) noexcept;         ///< as in HodgesBui
  std::optional<std::int64_t> push(double x) noexcept;  ///< as in HodgesBui
  std::int64_t look_ahead_rows() const noexcept { return persistence_.look_ahead_rows(); }

 private:
  double spreads_;
  double threshold_ = 0;
  Statistic statistic_;
  Persistence persistence_;
};

}  // namespace semg
