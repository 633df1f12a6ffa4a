// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <tuple>

#include "io/features_file.hpp"

namespace semg {
namespace {

class Comparison {
 public:
  void number(const std::string& place, double a, double b) {
    if (a == b || (std::isnan(a) && std::isnan(b))) return;
    note(place);
    const double relative = std::abs(a - b) / std::max(std::abs(a), std::abs(b));
    difference_.largest_relative = std::isnan(relative) ? INFINITY : std::max(difference_.largest_relative, relative);
  }
  template <class Value>
  void whole(const std::string& place, const Value& a, const Value& b) {
    if (a == b) return;
    note(place);
    difference_.same_shape = false;
  }
  void numbers(const std::string& place, const std::vector<float>& a, const std::vector<float>& b) {
    whole(place, a.size(), b.size());
    for (std::size_t k = 0; k < std::min(a.size(), b.size()); ++k) number(place, a[k], b[k]);
  }
  const FeaturesDifference& difference() const { return difference_; }

 private:
  void note(const std::string& place) {
    if (difference_.first_place.empty()) difference_.first_place = place;
  }
  FeaturesDifference difference_;
};

void compare_windows(Comparison& out, const FeaturesReader& a, const FeaturesReader& b, WindowKind kind) {
  const bool amplitude = kind == WindowKind::amplitude;
  out.whole(amplitude ? "/windows/amplitude" : "/windows/spectrum", a.windows(kind), b.windows(kind));
  const std::int64_t windows = std::min(a.windows(kind), b.windows(kind));
  constexpr std::int64_t kAtOnce = 4096;
  for (std::int64_t first = 0; first < windows; first += kAtOnce) {
    const std::int64_t count = std::min(kAtOnce, windows - first);
    const StoredWindows x = a.read(kind, first, count);
    const StoredWindows y = b.read(kind, first, count);
    out.whole(amplitude ? "/windows/amplitude/first_row" : "/windows/spectrum/first_row", x.first_row, y.first_row);
    out.whole(amplitude ? "/windows/amplitude/rows" : "/windows/spectrum/rows", x.rows, y.rows);
    out.whole(amplitude ? "/windows/amplitude/period" : "/windows/spectrum/period", x.period, y.period);
    out.whole(amplitude ? "/windows/amplitude/reason" : "/windows/spectrum/reason", x.reason, y.reason);
    out.numbers(amplitude ? "/windows/amplitude/rms" : "/windows/spectrum/mdf", x.first, y.first);
    out.numbers(amplitude ? "/windows/amplitude/arv" : "/windows/spectrum/mnf", x.second, y.second);
    if (amplitude) out.numbers("/windows/amplitude/active_fraction", x.active_fraction, y.active_fraction);
    out.numbers(amplitude ? "/windows/amplitude intervals and more" : "/windows/spectrum intervals and more", x.more, y.more);
  }
}

void compare_activations(Comparison& out, const std::vector<Activation>& a, const std::vector<Activation>& b) {
  out.whole("/activations", a.size(), b.size());
  for (std::size_t k = 0; k < std::min(a.size(), b.size()); ++k) {
    const Activation& x = a[k];
    const Activation& y = b[k];
    out.whole("/activations/onset_row", std::tie(x.channel, x.period, x.onset_row), std::tie(y.channel, y.period, y.onset_row));
    out.whole("/activations/offset_row", x.offset_row, y.offset_row);
    out.whole("/activations/amplitude_reason", x.amplitude_reason, y.amplitude_reason);
    out.whole("/activations/spectrum_reason", x.spectrum_reason, y.spectrum_reason);
    for (const ActivationMeasure& m : kActivationMeasures) out.number(std::string("/activations/") + m.name, x.*m.of, y.*m.of);
  }
}

void compare_summaries(Comparison& out, const std::vector<SummaryRow>& a, const std::vector<SummaryRow>& b) {
  out.whole("/summary", a.size(), b.size());
  for (std::size_t k = 0; k < std::min(a.size(), b.size()); ++k) {
    const SummaryRow& x = a[k];
    const SummaryRow& y = b[k];
    out.whole("/summary/feature", std::tie(x.channel, x.task, x.repetition, x.feature, x.statistic, x.n, x.reason),
              std::tie(y.channel, y.task, y.repetition, y.feature, y.statistic, y.n, y.reason));
    out.number("/summary/value", x.value.value_or(NAN), y.value.value_or(NAN));
    out.number("/summary/ci_low", x.ci_low.value_or(NAN), y.ci_low.value_or(NAN));
    out.number("/summary/ci_high", x.ci_high.value_or(NAN), y.ci_high.value_or(NAN));
  }
}

void compare_cycles(Comparison& out, const FeaturesReader& a, const FeaturesReader& b) {
  out.whole("/cycles", a.has_cycles(), b.has_cycles());
  const std::vector<Cycle> x = a.cycles(), y = b.cycles();
  out.whole("/cycles", x.size(), y.size());
  for (std::size_t k = 0; k < std::min(x.size(), y.size()); ++k) {
    out.whole("/cycles/first_row", std::tie(x[k].index, x[k].channel, x[k].period, x[k].first_row, x[k].end_row, x[k].antagonist),
              std::tie(y[k].index, y[k].channel, y[k].period, y[k].first_row, y[k].end_row, y[k].antagonist));
    out.whole("/cycles/reason", std::tie(x[k].reason, x[k].pair_reason), std::tie(y[k].reason, y[k].pair_reason));
    for (const auto& [name, value] : kCycleValues) out.number("/cycles", x[k].*value, y[k].*value);
  }
  const std::vector<EnsemblePoint> p = a.ensemble(), q = b.ensemble();
  out.whole("/ensemble", p.size(), q.size());
  for (std::size_t k = 0; k < std::min(p.size(), q.size()); ++k) {
    out.whole("/ensemble/n", std::tie(p[k].task, p[k].channel, p[k].percent, p[k].n),
              std::tie(q[k].task, q[k].channel, q[k].percent, q[k].n));
    for (const auto& [name, value] : kEnsembleValues) out.number("/ensemble", (p[k].*value).value_or(NAN), (q[k].*value).value_or(NAN));
  }
}

}  // namespace

FeaturesDifference compare_features(const std::filesystem::path& a, const std::filesystem::path& b) {
  const FeaturesReader x(a);
  const FeaturesReader y(b);
  Comparison out;
  compare_windows(out, x, y, WindowKind::amplitude);
  compare_windows(out, x, y, WindowKind::spectrum);
  compare_activations(out, x.activations(), y.activations());
  compare_summaries(out, x.summary(), y.summary());
  compare_cycles(out, x, y);
  const MeanSpectra s = x.mean_spectra(), t = y.mean_spectra();
  out.whole("/spectra/windows", std::tie(s.windows, s.bin_hz), std::tie(t.windows, t.bin_hz));
  out.whole("/spectra/density", s.density.size(), t.density.size());
  for (std::size_t k = 0; k < std::min(s.density.size(), t.density.size()); ++k) out.number("/spectra/density", s.density[k], t.density[k]);
  return out.difference();
}

}  // namespace semg
