// SPDX-License-Identifier: BSD-3-Clause
// Lab streaming layer, protocol 1.10, straight on sockets: a stream is looked for by UDP, described and sent by TCP. Losses are told by its
// time stamps. Source: liblsl, data_receiver.cpp, time_receiver.cpp, resolve_attempt_udp.cpp.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <poll.h>

#include "dsp/error.hpp"
#include "io/devices/byte_link.hpp"
#include "io/devices/device.hpp"
#include "io/devices/lsl_frames.hpp"
#include "io/devices/lsl_network.hpp"
#include "io/devices/lsl_stream.hpp"
#include "io/devices/lsl_times.hpp"
#include "io/formats/utf8.hpp"

namespace semg {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kSearch{2000};
constexpr milliseconds kConnect{3000};
constexpr milliseconds kReply{5000};
constexpr milliseconds kLook{20};
constexpr milliseconds kQuiet{100};    // after so much silence a block that is not full is handed on
constexpr milliseconds kSilent{3000};  // a program may pause its stream, but who watches must know
constexpr std::size_t kMostInfoBytes = 1 << 24;
constexpr double kBuffer_s = 60;        // that the sender keeps for us when we are slow
constexpr double kOtherClock_s = 0.05;  // a clock that differs by more since the last connection is another one

std::int64_t nanoseconds_of(steady_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string described(const LslFound& found) {
  return fmt::format("'{}' (type '{}', {} channels, {} Hz, at {})", utf8_of(found.info.name), utf8_of(found.info.type),
                     found.info.channel_count, found.info.fs_hz, found.address);
}

struct LslTask {
  LslWanted wanted;
  LslWishes wishes;
  std::string host;
};

/// One reader over all its connections.
class LslConversation {
 public:
  LslConversation(LslTask task, Intake& to, const std::stop_token& stop) : task_(std::move(task)), to_(to), stop_(stop), room_(1 << 16) {}

  void hold();

 private:
  std::optional<LslFound> find();
  std::optional<LslInfo> full_info(const LslFound& found);
  bool converse(const LslFound& found);
  std::optional<LslFeedReply> ask_for_samples(ByteLink& link, const LslInfo& info, std::size_t& got);
  void accept(const LslInfo& info, const LslPlan& plan, LslClockProbe& probe);
  void stream(ByteLink& link, LslFramer& framer, LslClockProbe& probe);
  void give(const LslRows& rows);
  void hand_over();

  LslTask task_;
  Intake& to_;
  const std::stop_token& stop_;
  std::vector<std::byte> room_;
  Recording head_;
  std::optional<LslTimes> times_;   // of the rows of all connections
  std::vector<std::byte> waiting_;  // rows that times_ has not placed
  std::size_t row_bytes_ = 0;
  std::string uid_;                // of the stream that was connected last
  std::optional<double> ahead_s_;  // its clock, before ours
  bool has_begun_ = false;         // rows came on this connection
};

/// The stream that was there before, or the only one that fits.
std::optional<LslFound> LslConversation::find() {
  std::string trouble;
  const auto is_known = [&](const LslFound& found) { return found.info.uid == uid_ || is_same_stream(found.info, task_.wanted); };
  const auto found = look_for_lsl_streams(task_.wanted, task_.host, kSearch, is_known, stop_, trouble);
  if (found.size() == 1) return found.front();
  if (!found.empty()) {
    std::vector<std::string> all;
    for (const auto& one : found) all.push_back(described(one));
    std::sort(all.begin(), all.end());
    to_.trouble(
        fmt::format("{} streams fit {}: {}; say which: lsl:NAME, type=, host=", found.size(), task_.wishes.uri, fmt::join(all, ", ")));
  } else if (!trouble.empty()) {
    to_.trouble(trouble);
  } else {
    to_.trouble(fmt::format("no stream that fits {} answers: does its program stream, in this network? (host=ADDRESS asks one computer)",
                            task_.wishes.uri));
  }
  return std::nullopt;
}

std::optional<LslInfo> LslConversation::full_info(const LslFound& found) {
  std::string trouble;
  ByteLink link = connect_tcp(found.address, found.info.data_port, kConnect, stop_, trouble);
  const auto until = steady_clock::now() + kReply;
  std::string text;
  if (link.send(kLslFullInfo)) {
    while (link.is_open() && !stop_.stop_requested() && steady_clock::now() < until && text.size() < kMostInfoBytes)
      text += text_of(std::span(room_).first(link.receive(room_, kQuiet, stop_)));
  }
  auto info = read_lsl_info(text);
  if (info && info->uid == found.info.uid) return info;
  to_.trouble(trouble.empty() ? fmt::format("{} does not describe itself; trying again", described(found)) : trouble);
  return std::nullopt;
}

/// The reply, and `got` bytes in the room with samples behind it perhaps.
std::optional<LslFeedReply> LslConversation::ask_for_samples(ByteLink& link, const LslInfo& info, std::size_t& got) {
  got = 0;
  if (!link.send(lsl_feed_request(info, std::llround(kBuffer_s * info.fs_hz)))) return std::nullopt;
  const auto until = steady_clock::now() + kReply;
  std::optional<LslFeedReply> reply;
  while (!reply && link.is_open() && !stop_.stop_requested() && steady_clock::now() < until && got < room_.size()) {
    got += link.receive(std::span(room_).subspan(got), kQuiet, stop_);
    reply = read_lsl_feed_reply(text_of(std::span(room_).first(got)));
  }
  return reply;
}

/// The stream is what it must be: from here on its rows count.
void LslConversation::accept(const LslInfo& info, const LslPlan& plan, LslClockProbe& probe) {
  double change_s = 0;
  if (times_ && info.uid != uid_ && ahead_s_) {
    const double now_s = probe.ahead_now_s(stop_).value_or(*ahead_s_);
    if (std::abs(now_s - *ahead_s_) > kOtherClock_s) change_s = now_s - *ahead_s_;
    ahead_s_ = now_s;
  }
  if (!times_) {
    row_bytes_ = plan.layout.picks.size() * size_of(plan.head.sample_type);
    times_.emplace(plan.head.stream.fs_hz);
    waiting_.reserve(room_.size() + static_cast<std::size_t>(2 * plan.head.stream.fs_hz) * row_bytes_);
  }
  times_->reconnected(change_s);
  head_ = plan.head;
  uid_ = info.uid;
  task_.wanted.before = info;
}

void LslConversation::hand_over() {
  std::size_t at = 0;
  for (const LslRun& run : times_->runs()) {
    const std::size_t bytes = run.rows * row_bytes_;
    to_.push_at(run.index, std::span(waiting_).subspan(at, bytes));
    at += bytes;
  }
  times_->clear_runs();
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(at));
}

void LslConversation::give(const LslRows& rows) {
  if (rows.garbage > 0) to_.garbage(rows.garbage);
  if (rows.stamps.empty()) return;
  if (!std::exchange(has_begun_, true)) to_.begin(head_);
  const std::int64_t now_ns = nanoseconds_of(steady_clock::now());
  waiting_.insert(waiting_.end(), rows.samples.begin(), rows.samples.end());
  for (const double stamp_s : rows.stamps) times_->see(stamp_s, now_ns);
  hand_over();
}

/// Until the connection ends, `stop` is asked for, or what comes are no samples. The clock is asked about meanwhile.
void LslConversation::stream(ByteLink& link, LslFramer& framer, LslClockProbe& probe) {
  auto heard = steady_clock::now();
  bool told_silent = false;
  while (link.is_open() && !stop_.stop_requested() && !framer.is_lost()) {
    probe.ask_when_due(steady_clock::now());
    std::array<pollfd, 2> ask{
        {{.fd = link.descriptor(), .events = POLLIN, .revents = 0}, {.fd = probe.descriptor(), .events = POLLIN, .revents = 0}}};
    const int ready = ::poll(ask.data(), ask.size(), static_cast<int>(kLook.count()));
    if (ask[1].revents != 0) probe.hear();
    if (probe.ahead_s()) ahead_s_ = probe.ahead_s();
    const std::size_t got = ask[0].revents != 0 ? link.receive(room_, milliseconds(0), stop_) : 0;
    if (got > 0) {
      heard = steady_clock::now();
      give(framer.feed(std::span(room_).first(got)));
      if (std::exchange(told_silent, false)) to_.trouble({});
      continue;
    }
    if (ready > 0) continue;
    give(framer.pause());
    if (steady_clock::now() - heard > kQuiet) to_.flush();
    if (steady_clock::now() - heard > kSilent && !std::exchange(told_silent, true))
      to_.trouble(fmt::format("{} is connected, but its stream pauses", task_.wishes.uri));
  }
}

/// True where rows came.
bool LslConversation::converse(const LslFound& found) {
  has_begun_ = false;
  const auto info = full_info(found);
  if (!info) return false;
  LslPlan plan = plan_lsl_stream(*info, task_.wishes);
  std::string trouble;
  ByteLink link = connect_tcp(found.address, info->data_port, kConnect, stop_, trouble);
  LslClockProbe probe(found.address, info->service_port);
  if (!link.is_open()) {
    to_.trouble(trouble);
    return false;
  }
  accept(*info, plan, probe);
  std::size_t got = 0;
  const auto reply = ask_for_samples(link, *info, got);
  if (reply && (reply->status == 505 || (reply->status == 200 && reply->protocol != 110)))
    throw Error(Fault::data,
                fmt::format("{}: protocol: found {}, expected 1.10 (its program has an old liblsl: have it updated)", task_.wishes.uri,
                            reply->status == 505 ? "an older one" : fmt::format("{:.2f}", reply->protocol / 100.0)));
  if (reply && reply->status == 200 && reply->byte_order != 1234 && reply->byte_order != 4321)
    throw Error(Fault::data, fmt::format("{}: byte order: found {}, expected 1234 or 4321", task_.wishes.uri, reply->byte_order));
  if (!reply || reply->status != 200 || reply->uid != info->uid) {
    to_.trouble(fmt::format("{} does not send its samples (status {}); trying again", described(found), reply ? reply->status : 0));
    return false;
  }
  plan.layout.byte_order = reply->byte_order;
  LslFramer framer(plan.layout);
  give(framer.feed(std::span(room_).first(got).subspan(reply->bytes)));
  stream(link, framer, probe);
  if (framer.is_lost())
    to_.trouble(fmt::format("{} sends what are no samples of {} channels of {}; connecting anew", described(found), info->channel_count,
                            to_string(info->format)));
  else if (!link.is_open())
    to_.trouble(fmt::format("{} closed its connection; looking for it", described(found)));
  give(framer.end());
  times_->settle();
  hand_over();
  to_.disconnected();
  return has_begun_;
}

void LslConversation::hold() {
  Backoff backoff;
  while (!stop_.stop_requested()) {
    const auto started = steady_clock::now();
    const auto found = find();
    const bool took_time = steady_clock::now() - started >= kSearch;
    if (found && converse(*found)) {
      backoff.reset();
    } else if ((found || !took_time) && !backoff.wait(stop_)) {
      break;
    }
  }
  to_.end();
}

/// "a,b,#3" in its parts.
std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    if (!part.empty()) parts.emplace_back(part);
  }
  return parts;
}

}  // namespace

DeviceReader open_lsl(const LiveUri& uri) {
  uri.expect_keys({"type", "host", "unit", "channels"});
  LslTask task;
  task.wanted.type = uri.value("type").value_or("");
  task.wanted.name = task.wanted.type.empty() ? uri.target_or_refuse("the name of a stream (or ?type=EMG)") : uri.target();
  task.host = uri.value("host").value_or("");
  task.wishes.uri = uri.text();
  if (uri.value("unit")) task.wishes.unit = uri.word("unit", {"uV", "mV", "V"}, "");
  task.wishes.channels = parts_of(uri.value("channels").value_or(""));
  return [task = std::move(task)](Intake& to, std::stop_token stop) { LslConversation(task, to, stop).hold(); };
}

}  // namespace semg
