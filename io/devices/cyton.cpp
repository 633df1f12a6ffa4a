// SPDX-License-Identifier: BSD-3-Clause
// OpenBCI Cyton, with or without Daisy, through its dongle. Source: OpenBCI's Cyton board SDK; BrainFlow's cyton.cpp.
#include <algorithm>
#include <array>
#include <chrono>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "io/devices/byte_link.hpp"
#include "io/devices/cyton_frames.hpp"
#include "io/devices/device.hpp"

namespace semg {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kBaud = 115200;
constexpr milliseconds kQuiet{100};
constexpr milliseconds kSilent{2000};  // a board that is silent for so long is off or out of reach
constexpr milliseconds kStillOn{500};  // after a loss: a board that still streams is heard within this
constexpr milliseconds kReset{6000};   // a reset takes about two seconds; a dongle without a board says so within this
constexpr milliseconds kReply{2000};
constexpr const char* kEnd = "$$$";  // of every reply
constexpr const char* kChannelNames = "12345678QWERTYUI";
constexpr std::array<int, 7> kGains{1, 2, 4, 6, 8, 12, 24};

struct CytonPlan {
  Recording head;
  std::string port;
  std::size_t gain_code = 0;
};

/// The framer of the board as it is asked for, and how it is told to be that.
template <class Framer>
class CytonConversation {
 public:
  CytonConversation(const CytonPlan& plan, Intake& to, const std::stop_token& stop) : plan_(plan), to_(to), stop_(stop), room_(1 << 14) {}

  void hold();

 private:
  std::string ask(ByteLink& link, std::string_view command, milliseconds patience);
  bool is_set(ByteLink& link, std::string_view command);
  bool start(ByteLink& link);
  bool still_streams(ByteLink& link);
  bool stream(ByteLink& link);
  void give(const CytonRows& rows);
  void push(const CytonRows& rows, const RowRun& run);
  void stop_board(ByteLink& link);

  const CytonPlan& plan_;
  Intake& to_;
  const std::stop_token& stop_;
  Framer framer_;
  std::vector<std::byte> room_;
  bool has_begun_ = false;    // rows came on this connection
  bool was_started_ = false;  // the board has been set up and started by us
  bool counts_anew_ = false;  // it was started again: its counter tells nothing of what was lost
  std::uint32_t ahead_ = 0;   // of the counter that the intake knows, before the board's
  std::uint32_t next_ = 0;    // that the intake expects
  bool next_known_ = false;   // rows came before
};

constexpr std::uint32_t mask(int bits) {
  return (std::uint32_t{1} << bits) - 1;
}

/// What is answered, with its end; empty where that did not come.
template <class Framer>
std::string CytonConversation<Framer>::ask(ByteLink& link, std::string_view command, milliseconds patience) {
  if (!link.send(command)) return {};
  const auto until = steady_clock::now() + patience;
  std::string reply;
  while (link.is_open() && !stop_.stop_requested() && steady_clock::now() < until && reply.size() < room_.size()) {
    const std::size_t got = link.receive(room_, kQuiet, stop_);
    for (std::size_t k = 0; k < got; ++k) reply += static_cast<char>(room_[k]);
    if (reply.find(kEnd) != std::string::npos) return reply;
  }
  return {};
}

template <class Framer>
bool CytonConversation<Framer>::is_set(ByteLink& link, std::string_view command) {
  const std::string reply = ask(link, command, kReply);
  if (!reply.empty() && reply.find("Failure") == std::string::npos) return true;
  to_.trouble(fmt::format("{}: the board does not take the setting '{}'", plan_.port, command));
  return false;
}

/// Resets the board, sets gain and channels, lets it stream.
template <class Framer>
bool CytonConversation<Framer>::start(ByteLink& link) {
  stop_board(link);
  const std::string reply = ask(link, "v", kReset);
  if (reply.empty() || reply.find("Failure") != std::string::npos) {
    to_.trouble(fmt::format("{}: no board answers: is it switched on (PC), and the dongle's switch at GPIO 6?", plan_.port));
    return false;
  }
  const bool has_daisy = reply.find("Daisy") != std::string::npos;
  if (Framer::kChannels == 16 && !has_daisy)
    throw Error(Fault::data, fmt::format("{}: Daisy: found none on the board, expected one (daisy=on)", plan_.port));
  if (Framer::kChannels == 8 && has_daisy && !is_set(link, "c")) return false;
  if (!is_set(link, "d")) return false;
  for (std::size_t c = 0; c < Framer::kChannels && plan_.gain_code + 1 != kGains.size(); ++c) {
    // The board's own settings but for the gain: on, normal input, in the bias, SRB2 on, SRB1 off.
    if (!is_set(link, fmt::format("x{}0{}0110X", kChannelNames[c], plan_.gain_code))) return false;
  }
  was_started_ = counts_anew_ = true;
  return link.send("b");
}

/// After the dongle was lost: the board may never have noticed, and its counter tells exactly what was lost.
template <class Framer>
bool CytonConversation<Framer>::still_streams(ByteLink& link) {
  const auto until = steady_clock::now() + kStillOn;
  while (link.is_open() && !stop_.stop_requested() && steady_clock::now() < until && !has_begun_)
    give(framer_.feed(std::span(room_).first(link.receive(room_, kQuiet, stop_))));
  return has_begun_;
}

/// The board's counter as the intake knows it. Where the board began to count anew, this computer's clock says how much was lost.
template <class Framer>
void CytonConversation<Framer>::push(const CytonRows& rows, const RowRun& run) {
  const auto samples = std::as_bytes(std::span(rows.samples).subspan(run.first * Framer::kChannels, run.rows * Framer::kChannels));
  constexpr std::uint32_t kMask = mask(Framer::kCounterBits);
  if (std::exchange(counts_anew_, false) && next_known_) {
    to_.push(samples);
    ahead_ = next_ - (run.counter + static_cast<std::uint32_t>(run.rows));
    return;
  }
  const std::uint32_t counter = (run.counter + ahead_) & kMask;
  to_.push_counted(counter, Framer::kCounterBits, samples);
  next_ = counter + static_cast<std::uint32_t>(run.rows);
  next_known_ = true;
}

template <class Framer>
void CytonConversation<Framer>::give(const CytonRows& rows) {
  if (rows.garbage > 0) to_.garbage(rows.garbage);
  if (rows.runs.empty()) return;
  if (!std::exchange(has_begun_, true)) to_.begin(plan_.head);
  for (const RowRun& run : rows.runs) push(rows, run);
}

/// True where rows came.
template <class Framer>
bool CytonConversation<Framer>::stream(ByteLink& link) {
  auto heard = steady_clock::now();
  while (link.is_open() && !stop_.stop_requested()) {
    const std::size_t got = link.receive(room_, kQuiet, stop_);
    if (got > 0) {
      heard = steady_clock::now();
      give(framer_.feed(std::span(room_).first(got)));
      if (!framer_.is_lost()) continue;
      to_.trouble(fmt::format("{}: what comes are no packets of a Cyton; starting it anew", plan_.port));
      was_started_ = false;
      break;
    }
    to_.flush();
    if (steady_clock::now() - heard > kSilent) {
      to_.trouble(fmt::format("{}: the board is silent: is it still switched on and near?", plan_.port));
      break;
    }
  }
  return has_begun_;
}

/// Stops it and reads away what it had sent.
template <class Framer>
void CytonConversation<Framer>::stop_board(ByteLink& link) {
  if (!link.is_open() || !link.send("s")) return;
  const auto until = steady_clock::now() + kReply;
  while (link.is_open() && steady_clock::now() < until && link.receive(room_, kQuiet, {}) > 0) {
  }
}

template <class Framer>
void CytonConversation<Framer>::hold() {
  Backoff backoff;
  while (!stop_.stop_requested()) {
    std::string trouble;
    ByteLink link = open_serial(plan_.port, kBaud, trouble);
    has_begun_ = false;
    framer_.start_anew();
    if (!link.is_open()) {
      to_.trouble(trouble);
    } else if ((was_started_ && still_streams(link)) || start(link)) {
      if (stream(link)) backoff.reset();
      if (!link.is_open()) to_.trouble(fmt::format("{}: the port is gone", plan_.port));
    }
    if (stop_.stop_requested()) stop_board(link);
    link.close();
    to_.disconnected();
    if (!backoff.wait(stop_)) break;
  }
  to_.end();
}

template <class Framer>
DeviceReader reader_of(CytonPlan plan, double count_uv) {
  Recording& head = plan.head;
  head.stream.fs_hz = Framer::kFs_hz;
  for (std::size_t c = 1; c <= Framer::kChannels; ++c) {
    Channel channel;
    channel.label = channel.muscle = fmt::format("EMG{}", c);
    channel.lsb = count_uv;
    channel.rail_low = -8388608 * count_uv;
    channel.rail_high = 8388607 * count_uv;
    head.stream.channels.push_back(channel);
  }
  return [plan = std::move(plan)](Intake& to, std::stop_token stop) { CytonConversation<Framer>(plan, to, stop).hold(); };
}

}  // namespace

DeviceReader open_cyton(const LiveUri& uri) {
  uri.expect_keys({"daisy", "gain"});
  CytonPlan plan;
  plan.port = uri.target_or_refuse("a serial port");
  const bool daisy = uri.word("daisy", {"off", "on"}, "off") == "on";
  std::vector<std::string> words;
  for (const int gain : kGains) words.push_back(std::to_string(gain));
  const std::string word = uri.word("gain", words, "24");
  plan.gain_code = static_cast<std::size_t>(std::find(words.begin(), words.end(), word) - words.begin());
  plan.head.device = daisy ? "OpenBCI Cyton with Daisy" : "OpenBCI Cyton";
  plan.head.source_format = uri.scheme();
  plan.head.sample_type = SampleType::int32;
  plan.head.conversion = 4.5 / 8388607 / kGains[plan.gain_code];
  const double count_uv = plan.head.unit_per_count();
  return daisy ? reader_of<CytonDaisyFramer>(std::move(plan), count_uv) : reader_of<CytonFramer>(std::move(plan), count_uv);
}

}  // namespace semg
