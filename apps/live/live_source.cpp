// SPDX-License-Identifier: BSD-3-Clause
#include "apps/live/live_source.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "engine/feature_extractor.hpp"

namespace semg {
namespace {

constexpr std::chrono::milliseconds kPatience{50};

bool is_missing(std::span<const float> row) {
  return std::all_of(row.begin(), row.end(), [](float v) { return std::isnan(v); });
}

}  // namespace

LiveSource::LiveSource(Intake& intake, const Recording& head, JournalWriter* journal, VisitSession* session, LiveNotes& notes,
                       std::int64_t most_rows, LivePlace& place)
    : intake_(intake),
      head_(head),
      journal_(journal),
      session_(session),
      notes_(notes),
      most_rows_(most_rows),
      place_(place),
      whole_(head.stream.channels.size(), FeatureExtractor::kMostRows) {}

bool LiveSource::read(Block& block) {
  while (true) {
    if (at_ == whole_.rows() && !next_raw()) return false;
    while (at_ < whole_.rows() && is_missing(std::as_const(whole_).row(at_))) ++at_;
    std::size_t end = at_;
    while (end < whole_.rows() && !is_missing(std::as_const(whole_).row(end))) ++end;
    if (end == at_) continue;
    block.resize(end - at_);
    block.first = whole_.first + static_cast<std::int64_t>(at_);
    const auto from = std::as_const(whole_).samples().subspan(at_ * whole_.channels(), block.samples().size());
    std::copy(from.begin(), from.end(), block.samples().begin());
    at_ = end;
    if (block.first != next_row_) ++place_.gaps;
    next_row_ = block.end();
    place_.rows = next_row_;
    return true;
  }
}

bool LiveSource::next_raw() {
  tell_latency();
  while (!place_.enough) {
    store_notes();
    const RawBlock* raw = intake_.take(kPatience);
    if (raw == nullptr) {
      if (!intake_.is_over()) continue;
      intake_.take(std::chrono::milliseconds(0));  // throws where the device died just now
      return false;
    }
    if (raw->first >= most_rows_) return false;
    const auto rows = static_cast<std::size_t>(std::min(static_cast<std::int64_t>(raw->rows), most_rows_ - raw->first));
    if (session_ != nullptr) session_->apply(raw->first, journal_);
    if (journal_ != nullptr) {
      const auto bytes = raw->bytes(head_.stream.channels.size() * size_of(head_.sample_type));
      const auto kept = bytes.first(bytes.size() / raw->rows * rows);
      place_.storing = journal_->append(raw->first, kept, raw->arrived_ns);
      if (!place_.storing) place_.unstored_rows += static_cast<std::int64_t>(rows);
    }
    to_block(*raw, head_, whole_);
    whole_.resize(rows);
    at_ = 0;
    arrived_ns_ = raw->arrived_ns;
    place_.arrived_ns = raw->arrived_ns;
    return true;
  }
  return false;
}

void LiveSource::store_notes() {
  if (intake_.has_events()) {
    for (const Intake::DeviceEvent& event : intake_.take_events())
      notes_.add({.t_s = static_cast<double>(event.row) / head_.stream.fs_hz, .duration_s = 0, .text = event.text});
  }
  if (journal_ != nullptr) notes_.store(*journal_);
}

void LiveSource::tell_latency() noexcept {
  if (arrived_ns_ == 0) return;
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  place_.latency.add(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count() - arrived_ns_);
  arrived_ns_ = 0;
}

}  // namespace semg
