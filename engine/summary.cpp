// SPDX-License-Identifier: BSD-3-Clause
#include "engine/summary.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>

#include "engine/statistics/spread.hpp"

namespace semg {
namespace {

struct Estimate {
  std::optional<double> value, low, high;
  std::int64_t n = 0;
};

double t_975(double degrees_of_freedom) {
  return t_quantile(0.975, degrees_of_freedom);
}

/// Mean and its 95 % t-interval; on the log scale the mean comes out as a geometric mean.
enum class Scale { plain, log };
Estimate mean_of(std::int64_t n, double sum, double squares, Scale scale) {
  Estimate e{.value = {}, .low = {}, .high = {}, .n = n};
  if (n == 0) return e;
  const double count = static_cast<double>(n);
  const double mean = sum / count;
  const auto out = [&](double x) { return scale == Scale::log ? std::exp(x) : x; };
  e.value = out(mean);
  if (n >= 2) {
    const double variance = std::max(0.0, (squares - count * mean * mean) / (count - 1.0));
    const double reach = t_975(count - 1.0) * std::sqrt(variance / count);
    e.low = out(mean - reach);
    e.high = out(mean + reach);
  }
  return e;
}

/// Of windows that overlap; the interval is made from those that do not.
template <class Moments>
Estimate mean_of(const Moments& all, const Spread& apart) {
  Estimate e{.value = {}, .low = {}, .high = {}, .n = all.n};
  if (all.n == 0) return e;
  e.value = all.sum / static_cast<double>(all.n);
  if (apart.df > 0) {
    const double reach = t_975(apart.df) * std::sqrt(apart.variance);
    e.low = *e.value - reach;
    e.high = *e.value + reach;
  }
  return e;
}

/// Of their mean squares; the interval is that of the logarithm.
template <class Moments>
Estimate root_mean_of(const Moments& all, const Spread& apart) {
  Estimate e = mean_of(all, apart);
  if (!e.value) return e;
  const double power = *e.value;
  if (e.low && power > 0) {
    const double factor = std::exp((*e.high - power) / power / 2);
    e.low = std::sqrt(power) / factor;
    e.high = std::sqrt(power) * factor;
  }
  e.value = std::sqrt(power);
  return e;
}

Reason commonest(const std::int64_t (&faults)[kReasonWords.size()]) {
  const auto most = std::max_element(std::next(std::begin(faults)), std::end(faults));
  return *most > 0 ? static_cast<Reason>(std::distance(std::begin(faults), most)) : Reason::too_short;
}

}  // namespace

void Summary::Line::add(double at, double value) noexcept {
  ++n;
  t += at;
  y += value;
  tt += at * at;
  ty += at * value;
  yy += value * value;
}

std::optional<double> Summary::Line::reach() const {
  const double count = static_cast<double>(n);
  const double tt_about = tt - t * t / std::max(count, 1.0);
  if (n < 3 || !(tt_about > 0)) return std::nullopt;
  const double ty_about = ty - t * y / count, yy_about = yy - y * y / count;
  return t_975(count - 2) * std::sqrt(std::max(0.0, yy_about - ty_about * ty_about / tt_about) / (count - 2) / tt_about);
}

void Summary::Line::operator+=(const Line& o) noexcept {
  n += o.n;
  t += o.t;
  y += o.y;
  tt += o.tt;
  ty += o.ty;
  yy += o.yy;
}

void Summary::Apart::operator+=(const Apart& o) noexcept {
  first += o.first;
  second += o.second;
  line += o.line;
}

void Summary::Gathered::operator+=(const Gathered& o) noexcept {
  for (auto member : {&Gathered::ln_rms, &Gathered::ln_arv, &Gathered::ln_iemg, &Gathered::mdf, &Gathered::mnf, &Gathered::duration_s,
                      &Gathered::snr_db, &Gathered::window_power, &Gathered::window_mdf, &Gathered::window_mnf}) {
    this->*member += o.*member;
  }
  mdf_line += o.mdf_line;
  window_mdf_line += o.window_mdf_line;
  powers += o.powers;
  spectra += o.spectra;
  activations += o.activations;
  active_rows += o.active_rows;
  rows += o.rows;
  for (std::size_t k = 0; k < kReasonWords.size(); ++k) {
    amplitude_faults[k] += o.amplitude_faults[k];
    spectrum_faults[k] += o.spectrum_faults[k];
    activation_spectrum_faults[k] += o.activation_spectrum_faults[k];
  }
}

Summary::Summary(const Recording& recording, std::vector<ChannelBrief> briefs, RestFrom rest_from)
    : fs_hz_(recording.stream.fs_hz),
      channels_(recording.stream.channels),
      periods_(recording.periods),
      briefs_(std::move(briefs)),
      rest_from_(rest_from),
      gathered_(std::max<std::size_t>(periods_.size(), 1) * channels_.size()) {
  const auto lost_in = [&](std::int64_t first, std::int64_t rows) {
    std::int64_t lost = 0;
    for (const Gap& g : recording.gaps)
      lost += std::max<std::int64_t>(0, std::min(first + rows, g.first_row + g.rows) - std::max(first, g.first_row));
    return lost;
  };
  for (std::size_t p = 0; p < std::max<std::size_t>(periods_.size(), 1); ++p) {
    const std::int64_t first = periods_.empty() ? 0 : periods_[p].first_row;
    const std::int64_t rows = periods_.empty() ? recording.rows : periods_[p].rows;
    for (std::size_t c = 0; c < channels_.size(); ++c) at(static_cast<int>(p), c).rows = static_cast<double>(rows - lost_in(first, rows));
  }
}

Summary::Gathered& Summary::at(int period, std::size_t channel) noexcept {
  return gathered_[static_cast<std::size_t>(std::max(period, 0)) * channels_.size() + channel];
}

void Summary::write(const FeatureFrame& frame) {
  const double middle_s = (static_cast<double>(frame.first_row) + frame.rows / 2.0) / fs_hz_;
  for (std::size_t c = 0; c < channels_.size(); ++c) {
    Gathered& g = at(frame.period, c);
    const auto reason = static_cast<std::size_t>(frame.reason[c]);
    const double first = frame.first[c];
    if (frame.kind == WindowKind::amplitude) {
      ++g.amplitude_faults[reason];
      if (reason != 0) continue;
      g.window_power.add(first * first);
      take_apart(g.powers, frame, first * first, 0);
    } else {
      ++g.spectrum_faults[reason];
      if (reason != 0) continue;
      g.window_mdf.add(first);
      g.window_mnf.add(frame.second[c]);
      g.window_mdf_line.add(middle_s, first);
      if (take_apart(g.spectra, frame, first, frame.second[c])) g.spectra.line.add(middle_s, first);
    }
  }
}

/// False where the window overlaps one that was taken.
bool Summary::take_apart(Apart& apart, const FeatureFrame& frame, double first, double second) noexcept {
  if (frame.first_row < apart.end) return false;
  const bool neighbour = frame.first_row < apart.end + frame.rows && apart.end > 0;
  if (neighbour) {
    apart.first.add_next(first);
    apart.second.add_next(second);
  } else {
    apart.first.add_first(first);
    apart.second.add_first(second);
  }
  apart.end = frame.first_row + frame.rows;
  return true;
}

void Summary::write(const Activation& a) {
  Gathered& g = at(a.period, static_cast<std::size_t>(a.channel));
  const double rows = static_cast<double>(a.offset_row - a.onset_row);
  ++g.activations;
  g.active_rows += rows;
  g.duration_s.add(rows / fs_hz_);
  if (a.amplitude_reason == Reason::ok) {
    g.ln_rms.add(std::log(a.rms));
    g.ln_arv.add(std::log(a.arv));
    g.ln_iemg.add(std::log(a.iemg));
    if (std::isfinite(a.snr_db)) g.snr_db.add(a.snr_db);
  }
  ++g.activation_spectrum_faults[static_cast<std::size_t>(a.spectrum_reason)];
  if (a.spectrum_reason == Reason::ok) {
    g.mdf.add(a.mdf_hz);
    g.mnf.add(a.mnf_hz);
    g.mdf_line.add((static_cast<double>(a.onset_row) + rows / 2.0) / fs_hz_, a.mdf_hz);
  }
}

Summary::Gathered Summary::gathered(const SummaryGroup& group, std::size_t channel) const {
  Gathered sum;
  for (const std::size_t p : group.parts) sum += gathered_[p * channels_.size() + channel];
  return sum;
}

void Summary::add_rows(std::vector<SummaryRow>& out, const SummaryGroup& group, std::size_t channel) const {
  const Gathered g = gathered(group, channel);
  const ChannelBrief& brief = briefs_[channel];
  const std::string unit = to_string(channels_[channel].unit);
  const auto add = [&](const char* feature, const char* statistic, const std::string& u, const Estimate& e, const char* n_unit,
                       Reason missing) {
    out.push_back({.channel = static_cast<int>(channel),
                   .task = group.task,
                   .repetition = group.repetition,
                   .feature = feature,
                   .statistic = statistic,
                   .value = e.value,
                   .unit = u,
                   .ci_low = e.low,
                   .ci_high = e.high,
                   .n = e.n,
                   .n_unit = n_unit,
                   .reason = e.value ? Reason::ok : missing});
  };
  const auto one = [](std::optional<double> value, std::int64_t n) { return Estimate{.value = value, .low = {}, .high = {}, .n = n}; };
  const auto lone = [&](bool there, double value, std::int64_t n) { return one(there ? std::optional(value) : std::nullopt, n); };

  // Activation can be told where rest is known; and where rest had to be looked for, only if something rose above it.
  std::int64_t anywhere = 0;
  for (std::size_t p = 0; p * channels_.size() < gathered_.size(); ++p) anywhere += gathered_[p * channels_.size() + channel].activations;
  const bool can_tell = brief.edited || (brief.rest && (rest_from_ == RestFrom::given || anywhere > 0));
  const Reason no_activation = can_tell ? Reason::not_active : Reason::no_rest;

  // Of a task done several times every repetition counts once, by its own value.
  const auto over = [&](Moments Gathered::*member, Scale scale) {
    if (!group.over_repetitions) return mean_of((g.*member).n, (g.*member).sum, (g.*member).squares, scale);
    Moments values;
    for (const std::size_t p : group.parts) {
      const Moments& m = gathered_[p * channels_.size() + channel].*member;
      if (m.n > 0) values.add(m.sum / static_cast<double>(m.n));
    }
    return mean_of(values.n, values.sum, values.squares, scale);
  };
  const char* n_unit = group.over_repetitions ? "repetitions" : "activations";
  const Reason no_amplitude = g.activations > 0 ? commonest(g.amplitude_faults) : no_activation;
  const Reason no_frequency = g.activations > 0 ? commonest(g.activation_spectrum_faults) : no_activation;
  add("rms_active", "geometric_mean", unit, over(&Gathered::ln_rms, Scale::log), n_unit, no_amplitude);
  add("rms_rest", "level", unit, lone(brief.rest.has_value(), brief.rest ? std::sqrt(brief.rest->power) : 0, brief.rest ? 1 : 0), "rest",
      Reason::no_rest);
  add("arv_active", "geometric_mean", unit, over(&Gathered::ln_arv, Scale::log), n_unit, no_amplitude);
  add("iemg_active", "geometric_mean", unit + " s", over(&Gathered::ln_iemg, Scale::log), n_unit, no_amplitude);
  add("mdf_active", "mean", "Hz", over(&Gathered::mdf, Scale::plain), n_unit, no_frequency);
  add("mnf_active", "mean", "Hz", over(&Gathered::mnf, Scale::plain), n_unit, no_frequency);

  add("rms", "root_mean_square", unit, root_mean_of(g.window_power, g.powers.first.spread()), "windows", commonest(g.amplitude_faults));
  add("mdf", "mean", "Hz", mean_of(g.window_mdf, g.spectra.first.spread()), "windows", commonest(g.spectrum_faults));
  add("mnf", "mean", "Hz", mean_of(g.window_mnf, g.spectra.second.spread()), "windows", commonest(g.spectrum_faults));
  add("activation_count", "count", "1", lone(can_tell, static_cast<double>(g.activations), g.activations), "activations", Reason::no_rest);
  add("duration", "mean", "s", over(&Gathered::duration_s, Scale::plain), n_unit, no_activation);
  add("active_fraction", "share", "1", lone(can_tell && g.rows > 0, g.active_rows / g.rows, g.activations), "activations", Reason::no_rest);

  const bool by_activation = g.mdf_line.n >= 3;
  const Line& line = by_activation ? g.mdf_line : g.window_mdf_line;
  const double n = static_cast<double>(line.n);
  const double tt = line.tt - line.t * line.t / std::max(n, 1.0);
  Estimate slope{.value = {}, .low = {}, .high = {}, .n = line.n};
  if (line.n >= 3 && tt > 0) {
    const double ty = line.ty - line.t * line.y / n;
    slope.value = ty / tt;
    if (const auto reach = (by_activation ? g.mdf_line : g.spectra.line).reach()) {
      slope.low = *slope.value - *reach;
      slope.high = *slope.value + *reach;
    }
  }
  add("mdf_slope", "slope", "Hz/s", slope, by_activation ? "activations" : "windows",
      line.n > 0 ? Reason::too_short : commonest(g.spectrum_faults));
  add("snr", "mean", "dB", over(&Gathered::snr_db, Scale::plain), n_unit, no_activation);
}

std::vector<SummaryRow> Summary::rows() const {
  std::vector<SummaryRow> rows;
  for (const SummaryGroup& group : summary_groups(periods_)) {
    for (std::size_t c = 0; c < channels_.size(); ++c) add_rows(rows, group, c);
  }
  return rows;
}

}  // namespace semg
