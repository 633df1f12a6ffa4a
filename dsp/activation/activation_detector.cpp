// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/activation/activation_detector.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include "dsp/activation/activation_edge.hpp"
#include "dsp/activation/change_point.hpp"

namespace semg {
namespace {

// Times in ms. They and the levels below were set on recordings with known bursts, once, for all recordings.
constexpr double kHop = 10, kReach = 1500;        // grid and span of the local background
constexpr double kOnLeast = 25, kDip = 50;        // above the upper threshold for so long; dips below the lower one bridged
constexpr double kFirstOnAge = 250;               // a blip older than this does not date a later run
constexpr double kHang = 1000, kCertain = 1000;   // above the lower threshold only: given up; lasting so long: certain
constexpr double kBack = 150, kForward = 60;      // span in which an edge is sought
constexpr double kBackwardLead = 400;             // the reversed filter settles over this
constexpr double kAround = 100, kMainSpan = 500;  // what tells an edge's interval; where the largest rise is sought
constexpr double kEdgeRun = 25, kEdgeChain = 50;
constexpr double kAtEdgeLeast = 100;  // an activation cut by the stretch's edge must show so much
constexpr double kSatelliteLength = 300, kSatelliteGap = 800, kSatelliteLook = 1600;
constexpr double kSatelliteRatio = 15.849;  // 12 dB
constexpr double kShareAbove50 = 0.25;
constexpr double kWeakest_db = 2.0;

double power_of(double db) noexcept {
  return std::pow(10.0, db / 10.0);
}

}  // namespace

ActivationDetector::ActivationDetector(double fs_hz, Sos conditioning, double band_hz, ActivationRules rules,
                                       std::vector<std::optional<RestReference>> rest)
    : rules_(rules),
      band_hz_(band_hz),
      bins_(fs_hz, rest.size()),
      levels_(rest.size()),
      edge_rule_{.run_bins = ms(kEdgeRun),
                 .chain_bins = ms(kEdgeChain),
                 .threshold = power_of(std::max(2.5, 2.0 * noise_spread_db(band_hz) * std::sqrt(kLevelWindow_s * 1000.0 / kEdgeRun)))},
      window_(bins_.bins(kLevelWindow_s)),
      hop_(ms(kHop)),
      reach_(std::max(1, ms(kReach) / hop_)),
      backward_filter_(std::move(conditioning), 1),
      backward_(1, static_cast<std::size_t>((ms(kBackwardLead) + ms(kForward) + ms(kAround) + 2) * bins_.bin_rows())) {
  const int merge = bins_.bins(rules_.min_off_s);
  const int ahead = window_ / 2 + (reach_ + 2) * hop_;
  latency_bins_ = ahead + ms(kCertain) + ms(kHang) + ms(kSatelliteLook) + ms(2 * kBack) + merge;
  const int behind = std::max(ms(kFirstOnAge) + ms(kBack) + 2 * ms(kOnLeast), ms(kMainSpan) + ms(kAround));
  const auto ring = std::bit_ceil(static_cast<std::size_t>(ahead + behind + window_ + hop_));
  ring_mask_ = ring - 1;
  // A block is seen whole before it is pushed: room for it beyond the span in which an offset is sought.
  raw_rows_ = (ahead + ms(kHang) + ms(kDip) + ms(kForward) + ms(kAround) + hop_ + 2) * bins_.bin_rows() + 1024;
  raw_.resize(rest.size() * static_cast<std::size_t>(raw_rows_));
  edge_.resize(static_cast<std::size_t>(std::max(ms(kBack) + ms(kForward) + 2 * ms(kAround), ms(kMainSpan) + ms(kAround)) + 2));
  scratch_.resize(edge_.size());
  done_.reserve(rest.size() * (kPending + 4));
  channels_.reserve(rest.size());
  for (std::size_t c = 0; c < rest.size(); ++c) {
    channels_.push_back({.background = RunningPercentile(static_cast<std::size_t>(2 * reach_ + 1), 0.20),
                         .power = std::vector<double>(ring),
                         .above_50 = std::vector<double>(ring),
                         .level = std::vector<double>(ring),
                         .candidate = {}});
    if (rest[c]) set_rest(c, *rest[c]);
  }
}

void ActivationDetector::set_rest(std::size_t channel, const RestReference& rest) noexcept {
  // Without active levels a background cannot be told from a long contraction: then rest alone decides.
  constexpr double kNone = -std::numeric_limits<double>::infinity();
  Levels& level = levels_[channel];
  level.known = true;
  level.rest_db = rest.level_db;
  level.on_db = on_level_db(rest, band_hz_);
  level.off_db = level.on_db - std::min(6.0, 0.4 * (level.on_db - level.rest_db));
  level.on_cap_db = rest.active_power_db.value_or(kNone) - 12.0;
  level.floor_cap_db = rest.active_power_db.value_or(kNone) - 15.0;
  level.weakest = power_of(level.rest_db + kWeakest_db);
  level.rest = rest.power;
  level.rest_above_50 = rest.power_above_50;
  // The spread of a level is 4.343 dB / sqrt(bandwidth x window): what it is of rest tells how many independent values a second has.
  const double values_per_s = 2.0 * std::pow(noise_spread_db(1) / rest.spread_db, 2);
  level.values_per_bin = values_per_s * bins_.bin_s();
}

void ActivationDetector::see(const Block& raw) noexcept {
  for (std::size_t r = 0; r < raw.rows(); ++r) {
    const auto at = static_cast<std::size_t>((raw.first + static_cast<std::int64_t>(r)) % raw_rows_);
    const auto row = raw.row(r);
    for (std::size_t c = 0; c < row.size(); ++c) raw_[c * static_cast<std::size_t>(raw_rows_) + at] = row[c];
  }
}

void ActivationDetector::begin(std::int64_t first_row) noexcept {
  stretch_first_ = first_row;
  now_ = decided_ = 0;
  ending_ = false;
  bins_.restart();
  for (Channel& ch : channels_) {
    ch.background.clear();
    ch.candidate = {};
    ch.count = 0;
    ch.earliest_onset = 0;
    ch.previous_offset = INT64_MIN / 2;
    ch.previous_peak = 0;
  }
}

void ActivationDetector::push(const Block& conditioned) noexcept {
  bins_.push(conditioned, [this](auto power, auto power_above_50) { add_bin(power, power_above_50); });
}

void ActivationDetector::end() noexcept {
  ending_ = true;
  for (std::int64_t bin = std::max<std::int64_t>(0, now_ - (window_ + 1) / 2 + 1); bin < now_; ++bin) find_level(bin);
  while (decided_ * hop_ < now_) decide(decided_);
  for (std::size_t c = 0; c < channels_.size(); ++c) {
    Channel& ch = channels_[c];
    if (ch.candidate.open && ch.candidate.kept) close_found(c);
    ch.candidate = {};
    settle(c, now_);
  }
}

std::optional<Active> ActivationDetector::take() noexcept {
  if (taken_ < done_.size()) return done_[taken_++];
  done_.clear();
  taken_ = 0;
  return std::nullopt;
}

std::optional<Active> ActivationDetector::lasting(std::size_t channel) const noexcept {
  const Channel& ch = channels_[channel];
  if (ch.count == 0 || !ch.found[0].certain) return std::nullopt;
  const Found& f = ch.found[0];
  const std::int64_t until = f.open ? std::max(f.onset, ch.candidate.last_on - ms(kForward)) : f.offset;
  return Active{.channel = channel, .onset_row = row(f.onset), .offset_row = row(until)};
}

void ActivationDetector::add_bin(std::span<const double> power, std::span<const double> power_above_50) noexcept {
  for (std::size_t c = 0; c < channels_.size(); ++c) {
    channels_[c].power[slot(now_)] = power[c];
    channels_[c].above_50[slot(now_)] = power_above_50[c];
  }
  ++now_;
  const std::int64_t centre = now_ - (window_ + 1) / 2;
  if (centre < 0) return;
  find_level(centre);
  const std::int64_t grid = centre / hop_ - reach_;
  if (centre % hop_ == 0 && grid >= 0) decide(grid);
}

void ActivationDetector::find_level(std::int64_t bin) noexcept {
  const std::int64_t first = std::max<std::int64_t>(0, bin - window_ / 2);
  const std::int64_t last = std::min(now_, bin + (window_ + 1) / 2);
  for (Channel& ch : channels_) {
    double sum = 0;
    for (std::int64_t k = first; k < last; ++k) sum += ch.power[slot(k)];
    ch.level[slot(bin)] = sum / static_cast<double>(last - first);
    if (bin % hop_ == 0) ch.background.push(ch.level[slot(bin)]);
  }
}

void ActivationDetector::decide(std::int64_t grid) noexcept {
  decided_ = grid + 1;
  const std::int64_t first = grid * hop_;
  const std::int64_t last = std::min(now_, first + hop_);
  for (std::size_t c = 0; c < channels_.size(); ++c) {
    if (ending_ && grid > reach_) channels_[c].background.drop_oldest();
    if (!levels_[c].known) continue;
    set_thresholds(c);
    for (std::int64_t bin = first; bin < last; ++bin) step(c, bin);
  }
}

void ActivationDetector::set_thresholds(std::size_t c) noexcept {
  Channel& ch = channels_[c];
  const Levels& level = levels_[c];
  double on_db = level.on_db;
  double off_db = level.off_db;
  double floor_db = std::max(level.rest_db + 0.1, level.on_db - 6.0);
  const double background = ch.background.value();
  if (background > 0) {
    const double background_db = 10.0 * std::log10(background);
    const double above = background_db - level.rest_db;
    const double lifted_db = std::min(background_db + std::clamp(above, 0.0, 10.0), level.on_cap_db);
    if (lifted_db > on_db) {
      on_db = lifted_db;
      off_db = on_db - 3.0;
    }
    floor_db = std::max(floor_db, std::min(background_db + std::clamp(0.3 * above, 0.0, 3.0), level.floor_cap_db));
  }
  ch.on = power_of(on_db);
  ch.off = power_of(off_db);
  ch.floor = power_of(floor_db);
}

void ActivationDetector::step(std::size_t c, std::int64_t bin) noexcept {
  Channel& ch = channels_[c];
  Candidate& k = ch.candidate;
  const double level = ch.level[slot(bin)];
  const bool above_off = level > ch.off;
  const bool above_on = level > ch.on;
  if (!k.open && above_off) {
    k = {};
    k.open = true;
    ch.start_power = ch.start_above_50 = ch.start_bins = ch.start_peak = 0;
  }
  if (k.open) {
    const double power = ch.power[slot(bin)];
    const double above_50 = ch.above_50[slot(bin)];
    if (k.kept) {
      Found& f = ch.found[ch.count - 1];
      if (power >= 0) {
        f.tail_power += power;
        f.tail_above_50 += above_50;
        f.tail_bins += 1;
      }
      if (above_off) {
        f.power += std::exchange(f.tail_power, 0.0);
        f.power_above_50 += std::exchange(f.tail_above_50, 0.0);
        f.bins += std::exchange(f.tail_bins, 0.0);
        f.peak = std::max(f.peak, level);
      }
    } else if (power >= 0) {
      ch.start_power += power;
      ch.start_above_50 += above_50;
      ch.start_bins += 1;
      if (above_off) ch.start_peak = std::max(ch.start_peak, level);
    }
    if (above_off) k.last_above_off = bin;
    if (above_on) {
      if (k.first_on < 0 || (!k.kept && k.on_run == 0 && bin - k.first_on > ms(kFirstOnAge))) {
        k.first_on = bin;
        k.floor_at_first = ch.floor;
      }
      k.last_on = bin;
      k.floor_at_last = ch.floor;
      if (++k.on_run >= ms(kOnLeast) && !k.kept) {
        k.kept = true;
        open_found(c);
      }
    } else {
      k.on_run = 0;
    }
    if (k.kept) {
      Found& f = ch.found[ch.count - 1];
      if (!f.certain && bin - f.onset >= ms(kCertain)) {
        if (looks_like_emg(levels_[c], f)) {
          f.certain = true;
        } else {  // begin anew from here: what follows an artefact may be a contraction
          --ch.count;
          ch.earliest_onset = bin;
          k = {};
        }
      }
    }
    if (k.open && (bin - k.last_above_off >= ms(kDip) || (k.first_on >= 0 && bin - k.last_on >= ms(kHang)))) {
      if (k.kept) close_found(c);
      k = {};
    }
  }
  for (Found& f : std::span(ch.found).first(ch.count)) {
    if (bin >= f.onset + ms(kMainSpan)) tell_onset(ch, f, bin);
  }
  settle(c, bin);
}

void ActivationDetector::open_found(std::size_t c) noexcept {
  Channel& ch = channels_[c];
  const std::int64_t onset = refine_onset(c);
  Found* f = ch.count > 0 ? &ch.found[ch.count - 1] : nullptr;
  if (f != nullptr && onset - f->offset < bins_.bins(rules_.min_off_s)) {
    f->open = true;  // the silence between was too short to count
  } else {
    if (ch.count == kPending) drop_front(ch);
    f = &ch.found[ch.count++];
    *f = {};
    f->onset = onset;
    f->earliest = ch.earliest_onset;
    f->touches_begin = onset <= ms(kEdgeRun);
  }
  f->peak = std::max(f->peak, ch.start_peak);
  f->power += ch.start_power;
  f->power_above_50 += ch.start_above_50;
  f->bins += ch.start_bins;
}

void ActivationDetector::close_found(std::size_t c) noexcept {
  Channel& ch = channels_[c];
  Found& f = ch.found[ch.count - 1];
  f.offset = std::max(refine_offset(c, f), f.onset + 1);
  f.open = false;
  f.tail_power = f.tail_above_50 = f.tail_bins = 0;
  f.touches_end = ending_ && f.offset >= now_ - ms(kEdgeRun);
  if (f.touches_end) f.edges.offset_low_row = f.edges.offset_high_row = -1;
  ch.earliest_onset = ch.candidate.last_on;
}

bool ActivationDetector::looks_like_emg(const Levels& level, const Found& f) const noexcept {
  if (!(f.bins > 0)) return false;
  const double power = f.power / f.bins;
  const double above_50 = f.power_above_50 / f.bins;
  return power >= level.weakest && above_50 - level.rest_above_50 >= kShareAbove50 * (power - level.rest);
}

bool ActivationDetector::is_satellite(const Channel& ch) const noexcept {
  const Found& f = ch.found[0];
  const bool of_previous = f.onset - ch.previous_offset < ms(kSatelliteGap) && ch.previous_peak > kSatelliteRatio * f.peak;
  const bool of_next = ch.count > 1 && ch.found[1].onset - f.offset < ms(kSatelliteGap) && ch.found[1].peak > kSatelliteRatio * f.peak;
  return of_previous || of_next;
}

bool ActivationDetector::is_accepted(std::size_t c, const Found& f) const noexcept {
  const std::int64_t length = f.offset - f.onset;
  if (length < bins_.bins(rules_.min_on_s)) return false;
  if ((f.touches_begin || f.touches_end) && length < ms(kAtEdgeLeast)) return false;
  return f.certain || looks_like_emg(levels_[c], f);
}

void ActivationDetector::drop_front(Channel& ch) noexcept {
  std::move(ch.found.begin() + 1, ch.found.begin() + static_cast<std::ptrdiff_t>(ch.count), ch.found.begin());
  --ch.count;
}

void ActivationDetector::settle(std::size_t c, std::int64_t bin) noexcept {
  Channel& ch = channels_[c];
  const bool over = ending_ && bin >= now_;
  while (ch.count > 0 && !ch.found[0].open) {
    Found& f = ch.found[0];
    // A later one that begins within min_off_s would be found by then and joined to it.
    const std::int64_t joinable = f.offset + bins_.bins(rules_.min_off_s) + ms(kBack) + ms(kFirstOnAge) + 2 * ms(kOnLeast);
    if (!over && ch.count == 1 && bin < joinable) return;
    const bool small = !f.certain && f.offset - f.onset < ms(kSatelliteLength);
    if (small && !over && bin < f.offset + ms(kSatelliteLook)) return;
    if (!(small && is_satellite(ch)) && is_accepted(c, f)) {
      tell_onset(ch, f, bin);
      f.edges.confidence = confidence(levels_[c], f);
      done_.push_back({.channel = c, .onset_row = row(f.onset), .offset_row = row(f.offset), .edges = f.edges});
      ch.previous_offset = f.offset;
      ch.previous_peak = f.peak;
    }
    drop_front(ch);
  }
}

std::int64_t ActivationDetector::refine_onset(std::size_t c) noexcept {
  const Channel& ch = channels_[c];
  const Candidate& k = ch.candidate;
  const std::int64_t first = std::max({std::int64_t{0}, ch.earliest_onset, k.first_on - ms(kBack)});
  const std::int64_t last = std::min(now_ - 1, k.first_on + ms(kForward));
  const auto bins = static_cast<std::size_t>(last - first + 1);
  for (std::size_t i = 0; i < bins; ++i) edge_[i] = ch.power[slot(first + static_cast<std::int64_t>(i))];
  const std::size_t at =
      first_departure({edge_.data(), bins}, static_cast<std::size_t>(k.first_on - first), k.floor_at_first, edge_rule_, scratch_);
  return first + static_cast<std::int64_t>(at);
}

void ActivationDetector::tell_onset(const Channel& ch, Found& f, std::int64_t bin) noexcept {
  if (std::exchange(f.onset_told, true) || f.touches_begin) return;
  const std::int64_t first = std::max(f.earliest, f.onset - ms(kAround));
  const auto rise_until = [&](std::int64_t last) {
    const auto bins = static_cast<std::size_t>(std::max<std::int64_t>(0, std::min(last, f.open ? bin : f.offset) - first));
    for (std::size_t i = 0; i < bins; ++i) edge_[i] = ch.power[slot(first + static_cast<std::int64_t>(i))];
    return largest_rise({edge_.data(), bins}, scratch_);
  };
  if (const auto main = rise_until(f.onset + ms(kMainSpan))) f.edges.onset_main_row = row(first + static_cast<std::int64_t>(main->bin));
  if (const auto near = rise_until(f.onset + ms(kAround))) {
    f.edges.onset_low_row = row(first, near->interval.low);
    f.edges.onset_high_row = row(first, near->interval.high);
  }
}

std::int64_t ActivationDetector::row(std::int64_t bin, double later) const noexcept {
  return row(bin) + std::llround(later * static_cast<double>(bins_.bin_rows()));
}

float ActivationDetector::confidence(const Levels& level, const Found& f) const noexcept {
  const double ratio = std::max(1.0, f.power / f.bins / level.rest);
  return static_cast<float>(0.5 * level.values_per_bin * f.bins * (ratio - 1.0 - std::log(ratio)));
}

std::int64_t ActivationDetector::refine_offset(std::size_t c, Found& f) noexcept {
  const Candidate& k = channels_[c].candidate;
  const std::int64_t earliest = std::max(std::int64_t{0}, channels_[c].earliest_onset);
  const std::int64_t first = std::max(earliest, k.last_on - ms(kForward));
  const std::int64_t first_seen = std::max({earliest, f.onset, first - ms(kAround)});
  const std::int64_t last = std::min(now_ - 1, k.last_on + ms(kBack));
  const std::int64_t lead = std::min(now_ - 1, k.last_on + ms(kBackwardLead));
  const std::int64_t rows = bins_.bin_rows();
  // The same filter over the same rows in reverse: its smear now points into the activation, not into the rest that follows.
  backward_.resize(static_cast<std::size_t>((lead - std::min(first, first_seen) + 1) * rows));
  const std::int64_t newest = stretch_first_ + (lead + 1) * rows - 1;
  for (std::size_t r = 0; r < backward_.rows(); ++r) {
    const auto at = static_cast<std::size_t>((newest - static_cast<std::int64_t>(r)) % raw_rows_);
    backward_.row(r)[0] = raw_[c * static_cast<std::size_t>(raw_rows_) + at];
  }
  backward_filter_.reset();
  backward_.first = 0;
  backward_filter_.process(backward_);
  // Powers of bins [from, until), the last first: what was the end of the activation is a rise now.
  const auto powers_of = [&](std::int64_t from, std::int64_t until) {
    const auto bins = static_cast<std::size_t>(std::max<std::int64_t>(0, until - from));
    for (std::size_t i = 0; i < bins; ++i) {
      const auto newest_row = static_cast<std::size_t>((lead + 1 - until + static_cast<std::int64_t>(i)) * rows);
      double sum = 0;
      for (std::size_t r = newest_row; r < newest_row + static_cast<std::size_t>(rows); ++r) {
        const double x = backward_.row(r)[0];
        sum += x * x;
      }
      edge_[i] = sum / static_cast<double>(rows);
    }
    return std::span<const double>(edge_.data(), bins);
  };
  const std::size_t at =
      first_departure(powers_of(first, last + 1), static_cast<std::size_t>(last - k.last_on), k.floor_at_last, edge_rule_, scratch_);
  const std::int64_t offset = last - static_cast<std::int64_t>(at) + 1;
  const std::int64_t last_seen = std::min(lead + 1, offset + ms(kAround));
  f.edges.offset_low_row = f.edges.offset_high_row = -1;
  if (const auto fall = largest_rise(powers_of(std::max(first_seen, offset - ms(kAround)), last_seen), scratch_)) {
    f.edges.offset_low_row = row(last_seen, -fall->interval.high);
    f.edges.offset_high_row = row(last_seen, -fall->interval.low);
  }
  return offset;
}

}  // namespace semg
