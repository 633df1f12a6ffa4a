// SPDX-License-Identifier: BSD-3-Clause
// How far a value moves between days on which nothing changed, and the change that is more than that.
#pragma once

#include <optional>
#include <vector>

namespace semg {

/// Standard error of measurement: standard deviation of one day's value about its participant's own mean.
struct DayToDay {
  double sem = 0;
  double df = 0;  ///< infinite: taken as exactly known
};

/// From repeated days, one list for each participant, on the change's scale:
///     SEM^2 = sum (x - participant's mean)^2 / sum (days - 1)
/// the within mean square of a one-way analysis of variance, a shift common to all participants included (agreement, not consistency:
/// McGraw & Wong, Psychol Methods 1996; 1: 30-46). Participants with one day say nothing. None where all have one.
std::optional<DayToDay> day_to_day(const std::vector<std::vector<double>>& days_of_participants);

/// Minimal detectable change of one day against the mean of m earlier ones:
///     MDC = t((1 + confidence)/2, df) sqrt(1 + 1/m) SEM
/// With m = 1 and infinite df this is the usual 1.96 sqrt(2) SEM (Weir, J Strength Cond Res 2005; 19: 231-240); with the t-quantile an SEM
/// from few people calls no more than 1 - confidence of nothing a change.
double minimal_detectable_change(const DayToDay& variation, double baselines, double confidence);

/// By which factors the true SEM may differ from the estimated one: sqrt(df / chi2) at both ends of `confidence`. 1 and 1 where it is
/// known.
struct Factors {
  double low = 1;
  double high = 1;
};
Factors sem_interval(double df, double confidence);

}  // namespace semg
