// SPDX-License-Identifier: BSD-3-Clause
// The amplitude probability distribution of a task: how strongly a muscle works at least, half of the time, and at most.
#pragma once

#include <vector>

namespace semg {

/// Levels below which the amplitude lies for 10, 50 and 90 % of the time, in its unit: Jonsson's static, median and peak load.
struct AmplitudeDistribution {
  double p10;
  double p50;
  double p90;
};

/// From amplitudes of equally spaced windows (RMS or ARV, of uV or of a reference contraction), invalid ones (NaN) left out. Between two
/// neighbours in rank the level is interpolated in a straight line, as numpy.percentile does. NaN where no window is valid.
/// Source: Jonsson, Measurement and evaluation of local muscular strain in the shoulder during constrained work, 1982.
AmplitudeDistribution amplitude_distribution(std::vector<float> amplitudes);

}  // namespace semg
