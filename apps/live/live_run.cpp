// SPDX-License-Identifier: BSD-3-Clause
#include "apps/live/live_run.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

#include "engine/run.hpp"

namespace semg {

static_assert(Source<LiveSource>);
static_assert(Sink<FrameRing>);

namespace {

constexpr double kKept_s = 4;  // of what is measured, that may wait for its listeners

std::size_t slots(const Chain& chain, std::size_t channels) {
  const auto hops = [&](std::int64_t hop_rows) { return chain.fs_hz / static_cast<double>(hop_rows); };
  const double a_second =
      hops(chain.amplitude_hop_rows) + hops(chain.spectrum_hop_rows) + 1.0 / LiveRun::kBin_s + static_cast<double>(channels);
  return static_cast<std::size_t>(std::ceil(kKept_s * a_second)) + 16;
}

/// The one filter, and a look at what goes in and comes out of it. A Stage.
class WatchedFilter {
 public:
  WatchedFilter(const Chain& chain, std::size_t channels, Glance* glance, VisitSession* session, FrameRing& to)
      : filter_(chain.sos, channels), glance_(glance), session_(session), to_(to) {}
  void process(Block& block) noexcept {
    if (glance_ != nullptr) glance_->see(block);
    filter_.process(block);
    if (glance_ != nullptr) glance_->push(block, [this](const GlanceBin& bin) { to_.write(bin); });
    if (session_ != nullptr) session_->see(block);
  }
  void reset() noexcept { filter_.reset(); }

 private:
  SosFilter filter_;
  Glance* glance_;
  VisitSession* session_;
  FrameRing& to_;
};
static_assert(Stage<WatchedFilter>);

struct SessionPeriods {
  VisitSession& session;
  Stretch at(std::int64_t row) const noexcept { return session.at(row); }
};
static_assert(Stretches<SessionPeriods>);

}  // namespace

LiveRun::LiveRun(DeviceReader device) {
  device_ = std::jthread([this, device = std::move(device)](const std::stop_token& stop) {
    try {
      device(intake_, stop);
      intake_.end();
    } catch (...) {
      intake_.fail(std::current_exception());
    }
  });
}

LiveRun::~LiveRun() {
  place_.enough = true;
  device_.request_stop();
}

const Recording* LiveRun::wait_for_head(std::chrono::milliseconds patience) {
  head_ = intake_.wait_for_head(patience, {});
  return head_;
}

void LiveRun::start(Plan plan) {
  plan_ = std::make_unique<Plan>(std::move(plan));
  const std::size_t channels = head_->stream.channels.size();
  for (const LiveListener& listener : plan_->listeners) {
    if (listener.bin && !glance_) glance_ = std::make_unique<Glance>(head_->stream, kBin_s, FeatureExtractor::kMostRows);
  }
  features_ = std::make_unique<FeatureExtractor>(head_->stream, plan_->chain, plan_->briefs);
  source_ = std::make_unique<LiveSource>(intake_, *head_, plan_->journal, plan_->session, notes_, plan_->most_rows, place_);
  frames_ = std::make_unique<FrameRing>(channels, slots(plan_->chain, channels));
  listener_ = std::jthread([this](const std::stop_token& stop) { listen(stop); });
  signal_ = std::jthread([this] { signal(); });
}

void LiveRun::signal() {
  try {
    const std::size_t channels = head_->stream.channels.size();
    WatchedFilter conditioning(plan_->chain, channels, glance_.get(), plan_->session, *frames_);
    if (plan_->session != nullptr) {
      plan_->session->attach(*features_);
      run(*source_, conditioning, *features_, SessionPeriods{*plan_->session}, channels, *frames_);
    } else {
      run(*source_, conditioning, *features_, KnownPeriods({}), channels, *frames_);
    }
  } catch (...) {
    failure_ = std::current_exception();
  }
  try {  // however it ended: what runs ends with the stream, and no marker is lost
    if (plan_->session != nullptr) plan_->session->leave(place_.rows, plan_->journal);
    source_->store_notes();
  } catch (...) {
    if (!failure_) failure_ = std::current_exception();
  }
  over_ = true;
}

void LiveRun::listen(const std::stop_token& stop) {
  std::vector<const LiveListener*> listening;
  for (const LiveListener& listener : plan_->listeners) listening.push_back(&listener);
  const auto each = [&](const auto& tell) {
    std::erase_if(listening, [&](const LiveListener* listener) {
      try {
        tell(*listener);
        return false;
      } catch (...) {  // stream and other listeners go on without it
        if (!listener_failure_) listener_failure_ = std::current_exception();
        return true;
      }
    });
  };
  const auto to = [&](const auto& news) {
    using News = std::decay_t<decltype(news)>;
    each([&](const LiveListener& listener) {
      if constexpr (std::is_same_v<News, FeatureFrame>) listener.frame(news);
      if constexpr (std::is_same_v<News, Activation>) listener.activation(news);
      if constexpr (std::is_same_v<News, GlanceBin>) {
        if (listener.bin) listener.bin(news);
      }
    });
  };
  while (frames_->take(std::chrono::milliseconds(stop.stop_requested() ? 0 : 50), to) || !stop.stop_requested()) {
  }
}

void LiveRun::end() {
  device_.request_stop();
  if (device_.joinable()) device_.join();
  if (signal_.joinable()) signal_.join();
  listener_.request_stop();
  if (listener_.joinable()) listener_.join();
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  if (listener_failure_) std::rethrow_exception(std::exchange(listener_failure_, nullptr));
}

}  // namespace semg
