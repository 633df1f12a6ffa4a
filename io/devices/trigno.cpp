// SPDX-License-Identifier: BSD-3-Clause
// Delsys Trigno through the SDK server of the Trigno Control Utility.
#include <charconv>
#include <chrono>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "io/devices/byte_link.hpp"
#include "io/devices/device.hpp"
#include "io/devices/trigno_commands.hpp"
#include "io/devices/uncounted_rows.hpp"

namespace semg {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kConnect{3000};
constexpr milliseconds kQuiet{100};       // after so much silence a block that is not full is handed on
constexpr milliseconds kFirstData{8000};  // comes about two seconds after START
constexpr milliseconds kSilent{2000};     // a server that is silent for so long has gone
constexpr milliseconds kBurst{3};         // pieces of one burst come closer together than this
constexpr milliseconds kFirstBurst{20};   // all of the first one

class TrignoConversation {
 public:
  TrignoConversation(const TrignoPlan& plan, Intake& to, const std::stop_token& stop)
      : plan_(plan), to_(to), stop_(stop), commands_(plan, stop), room_(1 << 16) {}

  void hold();

 private:
  bool start();
  std::size_t first_burst();
  void stream();
  void give(const TrignoRows& rows);
  void tell_silence();

  const TrignoPlan& plan_;
  Intake& to_;
  const std::stop_token& stop_;
  TrignoCommands commands_;
  ByteLink data_;
  std::vector<std::byte> room_;
  Recording head_;
  std::optional<TrignoFramer> framer_;
  std::optional<UncountedRows> uncounted_;  // the same for all connections
  std::int64_t next_ = 0;                   // row of this connection that follows the last one
  bool was_started_ = false;                // the server was, by us
  bool has_begun_ = false;                  // rows came on this connection
  bool silent_ = false;                     // every sensor is
};

bool TrignoConversation::start() {
  if (!commands_.connect()) {
    to_.trouble(commands_.trouble());
    return false;
  }
  const auto stream = commands_.query();
  if (!stream) {
    to_.trouble(commands_.trouble());
    return false;
  }
  head_ = stream->head;
  framer_.emplace(stream->layout);
  if (!uncounted_) uncounted_.emplace(head_.stream.fs_hz);
  std::string trouble;
  data_ = connect_tcp(plan_.host, plan_.data_port, kConnect, stop_, trouble);
  if (!data_.is_open()) {
    to_.trouble(trouble);
    return false;
  }
  // A server that we started before the connection was cut may not have noticed.
  const bool started = commands_.start() || (was_started_ && commands_.start_again());
  was_started_ = was_started_ || started;
  if (started) return true;
  to_.trouble(commands_.trouble());
  return false;
}

/// After a loss of connection this computer's clock says where rows are, which needs a burst whole, at the time it came.
std::size_t TrignoConversation::first_burst() {
  const auto until = steady_clock::now() + kFirstData;
  std::size_t got = 0;
  while (got == 0 && data_.is_open() && !stop_.stop_requested() && steady_clock::now() < until) got = data_.receive(room_, kQuiet, stop_);
  const auto whole = steady_clock::now() + kFirstBurst;
  while (got > 0 && got < room_.size() && steady_clock::now() < whole) {
    const std::size_t more = data_.receive(std::span(room_).subspan(got), kBurst, stop_);
    if (more == 0) break;
    got += more;
  }
  return got;
}

void TrignoConversation::give(const TrignoRows& rows) {
  if (rows.garbage > 0) to_.garbage(rows.garbage);
  if (rows.runs.empty()) return;
  const std::int64_t now_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(steady_clock::now().time_since_epoch()).count();
  const std::size_t channels = head_.stream.channels.size();
  for (const TrignoRun& run : rows.runs) {
    if (std::exchange(has_begun_, true)) {
      uncounted_->skip(run.index - next_);  // the radio of all sensors was lost
    } else {
      to_.begin(head_);
    }
    const auto count = static_cast<std::int64_t>(run.rows);
    const auto samples = std::span(rows.samples).subspan(run.first * channels, run.rows * channels);
    to_.push_at(uncounted_->place(count, now_ns), std::as_bytes(samples));
    next_ = run.index + count;
  }
  uncounted_->all_placed(now_ns);
}

void TrignoConversation::tell_silence() {
  const bool silent = framer_->all_silent();
  if (std::exchange(silent_, silent) == silent) return;
  if (silent) {
    to_.trouble(fmt::format("{}: every sensor is silent: are they switched on and near?", plan_.host));
  } else {
    to_.begin(head_);
  }
}

void TrignoConversation::stream() {
  silent_ = false;
  uncounted_->lost(0);
  std::size_t got = first_burst();
  if (got == 0 && !stop_.stop_requested())
    return to_.trouble(fmt::format("{} was started, but sends nothing: does it wait for its start trigger?", plan_.host));
  auto heard = steady_clock::now();
  while (!stop_.stop_requested() && (got > 0 || data_.is_open())) {
    if (got > 0) {
      heard = steady_clock::now();
      give(framer_->feed(std::span(room_).first(got)));
      if (framer_->is_lost()) return to_.trouble(fmt::format("{} sends what no sensor gives; connecting anew", plan_.host));
      tell_silence();
    } else {
      to_.flush();
      if (steady_clock::now() - heard > kSilent) return to_.trouble(fmt::format("{} has fallen silent", plan_.host));
    }
    if (!commands_.still_runs()) return to_.trouble(commands_.trouble());
    got = data_.receive(room_, kQuiet, stop_);
  }
  if (!data_.is_open()) to_.trouble(fmt::format("{}:{} closed the connection", plan_.host, plan_.data_port));
}

void TrignoConversation::hold() {
  Backoff backoff;
  while (!stop_.stop_requested()) {
    has_begun_ = false;
    if (start()) {
      stream();
      commands_.say_goodbye(data_);
    }
    if (has_begun_) backoff.reset();
    data_.close();
    commands_.close();
    to_.disconnected();
    if (!backoff.wait(stop_)) break;
  }
  to_.end();
}

}  // namespace

DeviceReader open_trigno(const LiveUri& uri) {
  uri.expect_keys({"command", "data", "sensors"});
  TrignoPlan plan;
  plan.uri = uri.text();
  plan.host = uri.target_or_refuse("a host");
  plan.command_port = static_cast<int>(uri.whole("command", 1, 65535, 50040));
  plan.data_port = static_cast<int>(uri.whole("data", 1, 65535, 50043));
  const std::string text = uri.value("sensors").value_or("");
  for (const char *at = text.data(), *end = at + text.size(); at < end;) {
    int slot = 0;
    const auto done = std::from_chars(at, end, slot);
    if (done.ec != std::errc() || slot < 1 || slot > 16 || (done.ptr != end && *done.ptr != ',') || !plan.wanted.insert(slot).second)
      throw Error(Fault::usage,
                  fmt::format("{}: sensors: found '{}', expected different numbers from 1 to 16, as in 1,2,5", uri.text(), text));
    at = done.ptr == end ? end : done.ptr + 1;
  }
  return [plan = std::move(plan)](Intake& to, std::stop_token stop) { TrignoConversation(plan, to, stop).hold(); };
}

}  // namespace semg
