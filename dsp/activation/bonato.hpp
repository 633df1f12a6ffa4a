// SPDX-License-Identifier: BSD-3-Clause
// Activation by Bonato's double threshold: so many of the last few samples of whitened power above a limit of known false alarms.
#pragma once

#include <cstdint>
#include <optional>

#include "dsp/activation/persistence.hpp"
#include "dsp/activation/rest_moments.hpp"
#include "dsp/activation/whitening.hpp"

namespace semg {

struct BonatoRule {
  double false_alarm_probability = 1e-4;
  int at_least = 2;        ///< r0
  int of = 5;              ///< m, at most 32
  double least_s = 0.030;  ///< shorter activations and shorter silences are taken out
};

/// Probability that at least `at_least` of `of` values cross a threshold that each crosses with probability `crossing`:
///     P = sum over i = r0..m of C(m,i) p^i (1-p)^(m-i).
/// With the crossing probability at rest it is the false alarm probability. Source: Bonato et al., IEEE Trans Biomed Eng 1998; 45: 287-299.
double double_threshold_probability(double crossing, int at_least, int of) noexcept;

/// The crossing probability at rest that gives this false alarm probability.
double crossing_probability(double false_alarm_probability, int at_least, int of) noexcept;

/// Threshold of z = e[2k]^2 + e[2k+1]^2 over the variance of e at rest: z is chi-square with 2 degrees of freedom, p = exp(-threshold / 2).
double threshold_for_crossing(double crossing) noexcept;

/// Probability to detect power `snr` times that of rest on top of it: each value crosses with p^(1 / (1 + snr)).
double detection_probability(double crossing, double snr, int at_least, int of) noexcept;

/// Pairs do not overlap. On from the first to the last crossing of every run in which `at_least` of `of` pairs cross.
class Bonato {
 public:
  explicit Bonato(double fs_hz, const BonatoRule& rule = {});

  void begin(const RestMoments& rest) noexcept;         ///< as in HodgesBui
  std::optional<std::int64_t> push(double x) noexcept;  ///< as in HodgesBui
  std::int64_t look_ahead_rows() const noexcept { return 2 * (rule_.of + persistence_.look_ahead_rows()); }

 private:
  BonatoRule rule_;
  double relative_threshold_;
  double threshold_ = 0;
  Whitening whitening_;
  Persistence persistence_;  // by pairs
  std::optional<double> first_of_pair_;
  std::uint64_t above_ = 0, on_ = 0;  // bit k: the pair k before the last
  std::int64_t pairs_ = 0;
};

}  // namespace semg
