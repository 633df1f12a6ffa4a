// SPDX-License-Identifier: BSD-3-Clause
#include "io/devices/otb_server.hpp"

#include <array>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "io/devices/byte_link.hpp"

namespace semg {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kAccept{500};
constexpr milliseconds kQuiet{100};    // after so much silence a block that is not full is handed on
constexpr milliseconds kSilent{3000};  // a probe that is silent for so long is gone, though its connection may not know
constexpr milliseconds kBurst{3};      // pieces of one packet come closer together than this
constexpr milliseconds kFirstPacket{70};
constexpr milliseconds kGoodbye{500};  // a probe reads its stop command within this

/// Rows of one connection into the intake.
class OtbConversation {
 public:
  OtbConversation(const OtbProbe& probe, Intake& to, const std::stop_token& stop)
      : probe_(probe), to_(to), stop_(stop), framer_(probe.layout), room_(1 << 16) {}

  /// Until the connection ends, is silent, or sends what are no rows; true where rows came.
  bool hold(ByteLink& link);
  void say_goodbye(ByteLink& link);

 private:
  std::size_t first_packet(ByteLink& link);
  void give(const OtbRows& rows);

  const OtbProbe& probe_;
  Intake& to_;
  const std::stop_token& stop_;
  OtbFramer framer_;
  std::vector<std::byte> room_;
  bool has_begun_ = false;
};

/// After a loss of connection the counter is held against this computer's clock, which needs a packet whole, at the time it came.
std::size_t OtbConversation::first_packet(ByteLink& link) {
  const auto until = steady_clock::now() + kSilent;
  std::size_t got = 0;
  while (got == 0 && link.is_open() && !stop_.stop_requested() && steady_clock::now() < until) got = link.receive(room_, kQuiet, stop_);
  const auto whole = steady_clock::now() + kFirstPacket;
  while (got > 0 && got < room_.size() && steady_clock::now() < whole) {
    const std::size_t more = link.receive(std::span(room_).subspan(got), kBurst, stop_);
    if (more == 0) break;
    got += more;
  }
  return got;
}

void OtbConversation::give(const OtbRows& rows) {
  if (rows.garbage > 0) to_.garbage(rows.garbage);
  if (rows.runs.empty()) return;
  if (!std::exchange(has_begun_, true)) to_.begin(probe_.head);
  const std::size_t row_bytes = probe_.layout.channels * (probe_.layout.word_bytes == 2 ? 2 : 4);
  for (const RowRun& run : rows.runs) {
    const auto at = to_.push_counted(run.counter, 16, std::span(rows.samples).subspan(run.first * row_bytes, run.rows * row_bytes));
    if (run.trigger_began && at) to_.event(*at, "trigger");
  }
}

bool OtbConversation::hold(ByteLink& link) {
  has_begun_ = false;
  framer_.start_anew();
  if (!link.send(probe_.start)) return false;
  std::size_t got = first_packet(link);
  auto heard = steady_clock::now();
  while (link.is_open() || got > 0) {
    if (got > 0) {
      heard = steady_clock::now();
      give(framer_.feed(std::span(room_).first(got)));
      if (framer_.is_lost()) {
        to_.trouble(fmt::format("{} sends what are no rows of {} words of {} bits; connecting anew (if this stays: {})", probe_.head.device,
                                probe_.layout.words, probe_.layout.word_bytes * 8, probe_.check));
        break;
      }
    } else {
      to_.flush();
      if (stop_.stop_requested()) break;
      if (steady_clock::now() - heard > kSilent) {
        to_.trouble(fmt::format("{} is connected, but silent", probe_.head.device));
        break;
      }
    }
    got = link.receive(room_, kQuiet, stop_);
  }
  return has_begun_;
}

/// A connection closed with bytes unread would take the command with it: what still comes is read away.
void OtbConversation::say_goodbye(ByteLink& link) {
  if (!link.is_open() || !link.send(probe_.stop)) return;
  const auto until = steady_clock::now() + kGoodbye;
  while (link.is_open() && steady_clock::now() < until && link.receive(room_, kQuiet, {}) > 0) {
  }
}

void serve(const OtbProbe& probe, Intake& to, const std::stop_token& stop) {
  TcpListener listener(probe.port);
  OtbConversation conversation(probe, to, stop);
  Backoff backoff;
  to.trouble(fmt::format("waiting for {} to connect to port {}", probe.head.device, probe.port));
  while (!stop.stop_requested()) {
    std::string peer;
    ByteLink link = listener.accept(kAccept, stop, peer);
    if (!link.is_open()) continue;
    const bool rows_came = conversation.hold(link);
    if (rows_came) {
      backoff.reset();
      if (!link.is_open()) to.trouble(fmt::format("{} closed its connection; waiting for it on port {}", probe.head.device, probe.port));
    }
    conversation.say_goodbye(link);
    link.close();
    to.disconnected();
    if (!rows_came && !backoff.wait(stop)) break;
  }
  to.end();
}

}  // namespace

void add_emg_channels(Recording& head, std::size_t channels, std::optional<std::int64_t> steps) {
  const double unit = head.unit_per_count();
  for (std::size_t c = 1; c <= channels; ++c) {
    Channel channel;
    channel.label = channel.muscle = fmt::format("EMG{}", c);
    channel.lsb = unit;
    if (steps) {
      channel.rail_low = static_cast<double>(-*steps) * unit;
      channel.rail_high = static_cast<double>(*steps - 1) * unit;
    }
    head.stream.channels.push_back(channel);
  }
}

DeviceReader serve_otb(OtbProbe probe) {
  return [probe = std::move(probe)](Intake& to, std::stop_token stop) { serve(probe, to, stop); };
}

}  // namespace semg
