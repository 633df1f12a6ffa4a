// SPDX-License-Identifier: BSD-3-Clause
#include "engine/feature_extractor.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "dsp/spectrum/frequency_interval.hpp"
#include "dsp/spectrum/spectral_moments.hpp"

namespace semg {
namespace {

constexpr double kHeldShare = 0.6;

std::vector<std::optional<RestReference>> rest_of(const std::vector<ChannelBrief>& briefs) {
  std::vector<std::optional<RestReference>> rest;
  for (const ChannelBrief& brief : briefs) rest.push_back(brief.edited ? std::nullopt : brief.rest);
  return rest;
}

/// Activations of one channel that `rows` can hold at most: each takes min_on_s and a silence of min_off_s beside it.
std::size_t most_activations_in(std::int64_t rows, const Chain& chain) {
  const ActivationSettings& a = chain.settings.activation;
  return static_cast<std::size_t>(static_cast<double>(rows) / (chain.fs_hz * (a.min_on_s + a.min_off_s))) + 2;
}

ActivationRules rules_of(const Settings& settings) {
  return {.min_on_s = settings.activation.min_on_s, .min_off_s = settings.activation.min_off_s};
}

}  // namespace

FeatureExtractor::FeatureExtractor(const StreamInfo& info, const Chain& chain, std::vector<ChannelBrief> briefs, FeatureSet set)
    : chain_(chain),
      set_(set),
      briefs_(std::move(briefs)),
      detector_(chain.fs_hz, chain.decision_sos, chain.filter_band_hz(), rules_of(chain.settings), rest_of(briefs_)),
      latency_rows_(std::max(detector_.latency_rows(), chain.passes == 2 ? chain.settling_rows : 0)),
      ring_rows_(latency_rows_ + std::max(chain.amplitude_window_rows, chain.spectrum_window_rows) + chain.segment_rows +
                 2 * static_cast<std::int64_t>(kMostRows)),
      quality_(info, chain.settling_rows, ring_rows_,
               chain.passes == 2 ? QualityWatch::Settling::both_sides : QualityWatch::Settling::behind),
      causal_(chain.decision_sos, briefs_.size()),
      decided_on_(briefs_.size(), kMostRows),
      welch_(static_cast<std::size_t>(chain.segment_rows), chain.fs_hz),
      counts_(chain.fs_hz, {.level = chain.settings.time_domain.level_uv,
                            .slope = chain.settings.time_domain.slope_uv_per_s,
                            .steep = chain.settings.time_domain.steep_uv_per_s}),
      ring_(briefs_.size() * static_cast<std::size_t>(ring_rows_)),
      segment_(static_cast<std::size_t>(chain.segment_rows)),
      measures_(briefs_.size(), Measure{.freedom = AmplitudeFreedom(chain.fs_hz), .power = std::vector<double>(welch_.bins())}),
      recent_(briefs_.size()),
      next_edited_(briefs_.size()),
      amplitude_{.window_rows = chain.amplitude_window_rows, .hop_rows = chain.amplitude_hop_rows},
      spectrum_{.window_rows = chain.spectrum_window_rows, .hop_rows = chain.spectrum_hop_rows},
      first_(briefs_.size()),
      second_(briefs_.size()),
      fraction_(briefs_.size()),
      more_(briefs_.size() * std::max(columns_of(WindowKind::amplitude, set).size(), columns_of(WindowKind::spectrum, set).size())),
      reason_(briefs_.size()),
      power_(welch_.bins()),
      sums_{.bin_hz = welch_.bin_hz(),
            .windows = std::vector<std::int64_t>(briefs_.size()),
            .density = std::vector<double>(welch_.bins() * briefs_.size())} {
  for (const Channel& channel : info.channels) in_microvolts_.push_back(channel.unit == Unit::microvolt);
  const std::size_t most = most_activations_in(ring_rows_, chain);
  for (Recent& r : recent_) r.edges.resize(most);
  std::size_t edited = 0;
  for (const ChannelBrief& brief : briefs_) edited += brief.edited ? brief.edited->size() : 0;
  done_.reserve(briefs_.size() * most + edited);
}

void FeatureExtractor::set_rest(std::size_t channel, const RestReference& rest) noexcept {
  briefs_[channel].rest = rest;
  detector_.set_rest(channel, rest);
}

void FeatureExtractor::see(const Block& raw) noexcept {
  quality_.see(raw);
  detector_.see(raw);
  if (chain_.passes == 1) return;
  decided_on_ = raw;
  causal_.process(decided_on_);
}

void FeatureExtractor::begin(int period, std::int64_t first_row) noexcept {
  period_ = period;
  begin_row_ = end_row_ = amplitude_.next = spectrum_.next = first_row;
  ended_ = false;
  for (Measure& m : measures_) m.onset = -1;
  detector_.begin(first_row);
}

void FeatureExtractor::push(const Block& conditioned) noexcept {
  for (std::size_t c = 0; c < briefs_.size(); ++c) {
    auto at = static_cast<std::size_t>(conditioned.first % ring_rows_);
    float* ring = ring_.data() + c * static_cast<std::size_t>(ring_rows_);
    for (std::size_t r = 0; r < conditioned.rows(); ++r) {
      ring[at] = conditioned.row(r)[c];
      if (++at == static_cast<std::size_t>(ring_rows_)) at = 0;
    }
  }
  end_row_ = conditioned.end();
  detector_.push(chain_.passes == 1 ? conditioned : decided_on_);
  follow_detector();
  follow_edited(end_row_ - quality_.latency_rows());
}

void FeatureExtractor::end() noexcept {
  if (ended_) return;
  ended_ = true;
  detector_.end();
  follow_detector();
  follow_edited(end_row_);
}

bool FeatureExtractor::is_due(const Grid& grid) const noexcept {
  const std::int64_t end = grid.next + grid.window_rows;
  return end <= end_row_ && (ended_ || end + latency_rows_ <= end_row_);
}

bool FeatureExtractor::take(FeatureFrame& frame) noexcept {
  const bool amplitude = is_due(amplitude_);
  if (!amplitude && !is_due(spectrum_)) return false;
  Grid& grid = amplitude ? amplitude_ : spectrum_;
  frame = {.kind = amplitude ? WindowKind::amplitude : WindowKind::spectrum,
           .first_row = grid.next,
           .rows = static_cast<std::int32_t>(grid.window_rows),
           .period = period_,
           .first = first_,
           .second = second_,
           .active_fraction = {},
           .more = {},
           .reason = reason_};
  frame.more = std::span(more_).first(columns_of(frame.kind, set_).size() * briefs_.size());
  std::fill(more_.begin(), more_.end(), kNoValue);
  if (amplitude) {
    frame.active_fraction = fraction_;
    measure_amplitude(grid.next);
  } else {
    measure_spectrum(grid.next);
  }
  grid.next += grid.hop_rows;
  return true;
}

MeanSpectra FeatureExtractor::mean_spectra() const {
  MeanSpectra mean = sums_;
  for (std::size_t k = 0; k < mean.density.size(); ++k) {
    const std::int64_t windows = mean.windows[k % briefs_.size()];
    mean.density[k] = windows > 0 ? mean.density[k] / static_cast<double>(windows) : static_cast<double>(kNoValue);
  }
  return mean;
}

bool FeatureExtractor::take(Activation& activation) noexcept {
  if (taken_ < done_.size()) {
    activation = done_[taken_++];
    return true;
  }
  done_.clear();
  taken_ = 0;
  return false;
}

void FeatureExtractor::measure_amplitude(std::int64_t first) noexcept {
  const std::int64_t rows = amplitude_.window_rows;
  for (std::size_t c = 0; c < briefs_.size(); ++c) {
    first_[c] = second_[c] = kNoValue;
    fraction_[c] = active_fraction(c, first, rows);
    reason_[c] = quality_.count(c, first, rows).judge(chain_.settings.quality.clipped_share);
    if (reason_[c] != Reason::ok) continue;
    AmplitudeSums sums;
    AmplitudeFreedom freedom(chain_.fs_hz);
    each_sample(c, first, first + rows, [&](float x) {
      sums.add(x);
      freedom.add(x);
    });
    first_[c] = static_cast<float>(sums.rms());
    second_[c] = static_cast<float>(sums.arv());
    const Interval rms = amplitude_interval(sums.rms(), freedom.of_rms());
    const Interval arv = amplitude_interval(sums.arv(), freedom.of_arv());
    more(0, c) = static_cast<float>(rms.low);
    more(1, c) = static_cast<float>(rms.high);
    more(2, c) = static_cast<float>(arv.low);
    more(3, c) = static_cast<float>(arv.high);
    if (set_ == FeatureSet::all) measure_time_domain(c, first, sums);
  }
}

/// Counts per second do not depend on the window's length; those with a threshold in microvolts are told of channels in microvolts only.
void FeatureExtractor::measure_time_domain(std::size_t c, std::int64_t first, const AmplitudeSums& sums) noexcept {
  const std::int64_t rows = amplitude_.window_rows;
  const double seconds = static_cast<double>(rows - 1) / chain_.fs_hz;
  TimeDomainCounts counts = counts_;
  each_sample(c, first, first + rows, [&](float x) { counts.add(x); });
  const auto per_second = [&](double count) { return static_cast<float>(count / seconds); };
  more(4, c) = static_cast<float>(sums.peak());
  more(5, c) = static_cast<float>(sums.iemg(chain_.fs_hz));
  more(8, c) = per_second(counts.waveform_length());
  if (!in_microvolts_[c]) return;
  more(6, c) = per_second(static_cast<double>(counts.zero_crossings()));
  more(7, c) = per_second(static_cast<double>(counts.slope_sign_changes()));
  more(9, c) = static_cast<float>(static_cast<double>(counts.willison_amplitude()) / static_cast<double>(rows - 1));
}

void FeatureExtractor::measure_spectrum(std::int64_t first) noexcept {
  const std::int64_t rows = spectrum_.window_rows;
  for (std::size_t c = 0; c < briefs_.size(); ++c) {
    first_[c] = second_[c] = kNoValue;
    const FaultCounts faults = quality_.count(c, first, rows);
    double mean_square = 0;
    if (faults.not_finite == 0) {
      each_sample(c, first, first + rows, [&](float x) { mean_square += static_cast<double>(x) * x; });
      mean_square /= static_cast<double>(rows);
    }
    reason_[c] = spectrum_reason(c, faults, mean_square);
    if (reason_[c] != Reason::ok) continue;
    std::fill(power_.begin(), power_.end(), 0.0);
    std::size_t segments = 0;
    for (std::int64_t at = first; at + chain_.segment_rows <= first + rows; at += chain_.segment_hop_rows, ++segments)
      add_segment(c, at, power_);
    welch_.to_density(power_, segments);
    ++sums_.windows[c];
    for (std::size_t k = 0; k < power_.size(); ++k) sums_.density[k * briefs_.size() + c] += power_[k];
    const double bin_hz = welch_.bin_hz();
    const double mean_hz = mean_frequency(power_, bin_hz, chain_.band);
    first_[c] = static_cast<float>(median_frequency(power_, bin_hz, chain_.band));
    second_[c] = static_cast<float>(mean_hz);
    const Interval median = median_frequency_interval(power_, bin_hz, chain_.band, static_cast<double>(segments));
    const Interval mean = mean_frequency_interval(power_, bin_hz, chain_.band, static_cast<double>(segments));
    more(0, c) = static_cast<float>(median.low);
    more(1, c) = static_cast<float>(median.high);
    more(2, c) = static_cast<float>(mean.low);
    more(3, c) = static_cast<float>(mean.high);
    if (set_ != FeatureSet::all) continue;
    const double all = spectral_moment(power_, bin_hz, chain_.band, 0);
    more(4, c) = static_cast<float>(all);
    more(5, c) = static_cast<float>(std::sqrt(std::max(0.0, spectral_moment(power_, bin_hz, chain_.band, 2) / all - mean_hz * mean_hz)));
    more(6, c) = static_cast<float>(dimitrov_index(power_, bin_hz, chain_.band));
  }
}

Reason FeatureExtractor::spectrum_reason(std::size_t c, const FaultCounts& faults, double mean_square) const noexcept {
  const ChannelBrief& brief = briefs_[c];
  const QualitySettings& limits = chain_.settings.quality;
  // What no window of the channel can give comes first, then what is wrong with this one, then what is too weak in it.
  if (brief.no_spectrum != Reason::ok) return brief.no_spectrum;
  if (chain_.rate_below_band) return Reason::rate_below_band;
  if (const Reason fault = faults.judge(limits.clipped_share); fault != Reason::ok) return fault;
  if (static_cast<double>(faults.repeated) >= kHeldShare * static_cast<double>(faults.rows)) return Reason::held_samples;
  if (!(mean_square > 0)) return Reason::low_snr;
  if (brief.rest && mean_square - brief.rest->power < std::pow(10.0, limits.snr_db / 10.0) * brief.rest->power) return Reason::low_snr;
  if (brief.line_power > 0 && brief.line_power >= std::pow(10.0, limits.line_db / 10.0) * std::max(0.0, mean_square - brief.line_power))
    return Reason::line;
  return Reason::ok;
}

void FeatureExtractor::add_segment(std::size_t c, std::int64_t first, std::span<double> power) noexcept {
  const auto at = static_cast<std::size_t>(first % ring_rows_);
  const std::size_t rows = segment_.size();
  const float* ring = ring_.data() + c * static_cast<std::size_t>(ring_rows_);
  if (at + rows <= static_cast<std::size_t>(ring_rows_)) {
    welch_.add({ring + at, rows}, power);
    return;
  }
  for (std::size_t r = 0; r < rows; ++r) segment_[r] = ring[(at + r) % static_cast<std::size_t>(ring_rows_)];
  welch_.add(segment_, power);
}

float FeatureExtractor::active_fraction(std::size_t c, std::int64_t first, std::int64_t rows) const noexcept {
  if (!can_tell(c)) return kNoValue;
  std::int64_t active = 0;
  const auto add = [&](const Edges& e) {
    active += std::max<std::int64_t>(0, std::min(e.second, first + rows) - std::max(e.first, first));
  };
  if (briefs_[c].edited) {
    for (const Edges& e : *briefs_[c].edited) add(e);
  } else {
    const Recent& recent = recent_[c];
    for (std::size_t k = 0; k < std::min(recent.count, recent.edges.size()); ++k) add(recent.edges[k]);
    if (const auto lasting = detector_.lasting(c)) add({lasting->onset_row, lasting->offset_row});
  }
  return static_cast<float>(static_cast<double>(active) / static_cast<double>(rows));
}

void FeatureExtractor::follow_detector() noexcept {
  while (const auto active = detector_.take()) {
    Recent& recent = recent_[active->channel];
    recent.edges[recent.count++ % recent.edges.size()] = {active->onset_row, active->offset_row};
    finish(active->channel, active->onset_row, active->offset_row, active->edges);
  }
  for (std::size_t c = 0; c < briefs_.size(); ++c) {
    if (const auto lasting = detector_.lasting(c)) advance(c, lasting->onset_row, lasting->offset_row);
  }
}

void FeatureExtractor::follow_edited(std::int64_t until) noexcept {
  for (std::size_t c = 0; c < briefs_.size(); ++c) {
    if (!briefs_[c].edited) continue;
    const std::vector<Edges>& edges = *briefs_[c].edited;
    for (std::size_t& next = next_edited_[c]; next < edges.size(); ++next) {
      const std::int64_t onset = std::max(edges[next].first, begin_row_);
      const std::int64_t offset = edges[next].second;
      if (offset <= begin_row_) continue;
      if (onset >= until) break;
      if (offset > until) {  // still lasts: what is left of it belongs to the stretch that follows
        advance(c, onset, until);
        if (ended_) finish(c, onset, until, {});
        break;
      }
      finish(c, onset, offset, {});
    }
  }
}

void FeatureExtractor::advance(std::size_t c, std::int64_t onset, std::int64_t until) noexcept {
  Measure& m = measures_[c];
  if (m.onset != onset) {
    m.onset = m.cursor = m.next_segment = onset;
    m.segments = 0;
    m.segment_power = m.segment_power_squares = 0;
    m.sums = {};
    m.freedom = AmplitudeFreedom(chain_.fs_hz);
    m.faults = {};
    std::fill(m.power.begin(), m.power.end(), 0.0);
  }
  if (until <= m.cursor) return;
  m.faults += quality_.count(c, m.cursor, until - m.cursor);
  each_sample(c, m.cursor, until, [&](float x) {
    if (!std::isfinite(x)) return;
    m.sums.add(x);
    m.freedom.add(x);
  });
  m.cursor = until;
  for (; m.next_segment + chain_.segment_rows <= until; m.next_segment += chain_.segment_hop_rows, ++m.segments) {
    const double before = std::accumulate(m.power.begin(), m.power.end(), 0.0);
    add_segment(c, m.next_segment, m.power);
    const double power = std::accumulate(m.power.begin(), m.power.end(), 0.0) - before;
    m.segment_power += power;
    m.segment_power_squares += power * power;
  }
}

void FeatureExtractor::finish(std::size_t c, std::int64_t onset, std::int64_t offset, const EdgeReport& edges) noexcept {
  advance(c, onset, offset);
  Measure& m = measures_[c];
  Activation a{.channel = static_cast<int>(c),
               .period = period_,
               .onset_row = onset,
               .offset_row = offset,
               .edited = briefs_[c].edited.has_value(),
               .edges = edges};
  const double mean_square = m.sums.mean_square();
  a.amplitude_reason = m.faults.judge(chain_.settings.quality.clipped_share);
  a.spectrum_reason = spectrum_reason(c, m.faults, mean_square);
  if (a.spectrum_reason == Reason::ok && m.segments == 0) a.spectrum_reason = Reason::too_short;
  if (a.amplitude_reason == Reason::ok) {
    a.rms = static_cast<float>(m.sums.rms());
    a.arv = static_cast<float>(m.sums.arv());
    a.iemg = static_cast<float>(m.sums.iemg(chain_.fs_hz));
    a.peak = static_cast<float>(m.sums.peak());
    const Interval rms = amplitude_interval(m.sums.rms(), m.freedom.of_rms());
    const Interval arv = amplitude_interval(m.sums.arv(), m.freedom.of_arv());
    a.rms_ci_low = static_cast<float>(rms.low);
    a.rms_ci_high = static_cast<float>(rms.high);
    a.arv_ci_low = static_cast<float>(arv.low);
    a.arv_ci_high = static_cast<float>(arv.high);
    const auto& rest = briefs_[c].rest;
    if (rest && mean_square > rest->power) a.snr_db = static_cast<float>(10.0 * std::log10((mean_square - rest->power) / rest->power));
  }
  if (a.spectrum_reason == Reason::ok) {
    welch_.to_density(m.power, m.segments);
    a.mdf_hz = static_cast<float>(median_frequency(m.power, welch_.bin_hz(), chain_.band));
    a.mnf_hz = static_cast<float>(mean_frequency(m.power, welch_.bin_hz(), chain_.band));
    // A strong segment outweighs weak ones: so many of equal strength would vary as much.
    const double segments = m.segment_power * m.segment_power / m.segment_power_squares;
    const Interval median = median_frequency_interval(m.power, welch_.bin_hz(), chain_.band, segments);
    const Interval mean = mean_frequency_interval(m.power, welch_.bin_hz(), chain_.band, segments);
    a.mdf_ci_low = static_cast<float>(median.low);
    a.mdf_ci_high = static_cast<float>(median.high);
    a.mnf_ci_low = static_cast<float>(mean.low);
    a.mnf_ci_high = static_cast<float>(mean.high);
  }
  m.onset = -1;
  done_.push_back(a);
}

}  // namespace semg
