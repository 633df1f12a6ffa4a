// SPDX-License-Identifier: BSD-3-Clause
// A device that sends plain frames over TCP or a serial port: what they are is said by the URI.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "io/devices/byte_link.hpp"
#include "io/devices/device.hpp"
#include "io/devices/plain_frames.hpp"
#include "io/devices/uncounted_rows.hpp"

namespace semg {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kConnect{3000};
constexpr milliseconds kQuiet{100};    // after so much silence a block that is not full is handed on
constexpr milliseconds kSilent{3000};  // a device that is silent for so long is gone, though its connection may not know
constexpr std::size_t kMostSync = 16;
constexpr std::size_t kLeastHeadBits = 16;  // of sync word and counter: fewer bits are right by chance too often

const std::vector<std::string> kBauds{"9600",   "19200",  "38400",  "57600",   "115200",  "230400",
                                      "460800", "500000", "921600", "1000000", "2000000", "3000000"};

struct PlainPlan {
  Recording head;
  PlainLayout layout;
  std::string place;  ///< "192.168.1.2:5000"
  std::function<ByteLink(const std::stop_token& stop, std::string& trouble)> open;
  void (PlainFramer::*start)() = nullptr;  ///< where in a frame a connection begins
};

[[noreturn]] void refuse(const LiveUri& uri, const std::string& field, const std::string& found, const std::string& expected) {
  throw Error(Fault::usage, fmt::format("{}: {}: found {}, expected {}", uri.text(), field, found, expected));
}

class PlainConversation {
 public:
  PlainConversation(const PlainPlan& plan, Intake& to, const std::stop_token& stop)
      : plan_(plan), to_(to), stop_(stop), framer_(plan.layout), uncounted_(plan.head.stream.fs_hz), room_(1 << 16) {}

  void hold();

 private:
  bool stream(ByteLink& link);
  void give(const PlainRows& rows);

  const PlainPlan& plan_;
  Intake& to_;
  const std::stop_token& stop_;
  PlainFramer framer_;
  UncountedRows uncounted_;
  std::vector<std::byte> room_;
  bool has_begun_ = false;  // rows came on this connection
};

void PlainConversation::give(const PlainRows& rows) {
  if (rows.garbage > 0) to_.garbage(rows.garbage);
  if (rows.runs.empty()) return;
  if (!std::exchange(has_begun_, true)) to_.begin(plan_.head);
  const std::size_t row_bytes = plan_.layout.channels * size_of(plan_.head.sample_type);
  const std::int64_t now_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(steady_clock::now().time_since_epoch()).count();
  for (const PlainRun& run : rows.runs) {
    const auto samples = std::span(rows.samples).subspan(run.first * row_bytes, run.rows * row_bytes);
    if (plan_.layout.counter_bits > 0) {
      to_.push_counted(run.counter, plan_.layout.counter_bits, samples);
    } else {
      if (run.lost_before > 0) uncounted_.lost(static_cast<std::int64_t>(run.lost_before));
      to_.push_at(uncounted_.place(static_cast<std::int64_t>(run.rows), now_ns), samples);
    }
  }
  uncounted_.all_placed(now_ns);
}

/// True where rows came.
bool PlainConversation::stream(ByteLink& link) {
  has_begun_ = false;
  (framer_.*plan_.start)();
  uncounted_.lost(0);
  auto heard = steady_clock::now();
  while (link.is_open() && !stop_.stop_requested()) {
    const std::size_t got = link.receive(room_, kQuiet, stop_);
    if (got > 0) {
      heard = steady_clock::now();
      give(framer_.feed(std::span(room_).first(got)));
      if (!framer_.is_lost()) continue;
      to_.trouble(
          fmt::format("{} sends what are no frames of {} bytes; connecting anew (if this stays: channels=, type=, sync=, counter_bits=)",
                      plan_.place, plan_.layout.frame_bytes()));
      return has_begun_;
    }
    to_.flush();
    if (steady_clock::now() - heard > kSilent) {
      to_.trouble(fmt::format("{} is connected, but silent", plan_.place));
      return has_begun_;
    }
  }
  if (!link.is_open()) to_.trouble(fmt::format("{} closed the connection", plan_.place));
  return has_begun_;
}

void PlainConversation::hold() {
  Backoff backoff;
  while (!stop_.stop_requested()) {
    std::string trouble;
    ByteLink link = plan_.open(stop_, trouble);
    if (!link.is_open()) {
      to_.trouble(trouble);
    } else if (stream(link)) {
      backoff.reset();
    }
    link.close();
    to_.disconnected();
    if (!backoff.wait(stop_)) break;
  }
  to_.end();
}

PlainType type_from(const std::string& word) {
  if (word == "i16be") return PlainType::i16be;
  if (word == "i24le") return PlainType::i24le;
  if (word == "i24be") return PlainType::i24be;
  if (word == "i32le") return PlainType::i32le;
  if (word == "f32le") return PlainType::f32le;
  return PlainType::i16le;
}

std::vector<std::byte> sync_from(const LiveUri& uri) {
  const std::string text = uri.value("sync").value_or("");
  std::vector<std::byte> sync;
  bool good = text.size() % 2 == 0 && text.size() <= 2 * kMostSync;
  for (std::size_t k = 0; good && k < text.size(); k += 2) {
    unsigned byte = 0;
    good = std::from_chars(text.data() + k, text.data() + k + 2, byte, 16).ptr == text.data() + k + 2;
    sync.push_back(static_cast<std::byte>(byte));
  }
  if (!good) refuse(uri, "sync", fmt::format("'{}'", text), fmt::format("1 to {} bytes of two hexadecimal digits, as in a55a", kMostSync));
  return sync;
}

std::vector<std::string> labels_from(const LiveUri& uri, std::size_t channels) {
  std::vector<std::string> labels;
  const auto text = uri.value("labels");
  for (std::size_t at = 0; text && at <= text->size();) {
    const std::size_t comma = std::min(text->find(',', at), text->size());
    labels.push_back(text->substr(at, comma - at));
    at = comma + 1;
  }
  if (!text) {
    for (std::size_t c = 1; c <= channels; ++c) labels.push_back(fmt::format("EMG{}", c));
  }
  const bool differ = std::set<std::string>(labels.begin(), labels.end()).size() == labels.size();
  if (labels.size() != channels || !differ || std::count(labels.begin(), labels.end(), "") > 0)
    refuse(uri, "labels", fmt::format("'{}'", *text), fmt::format("{} that differ, with commas between", channels));
  return labels;
}

void add_channels(const LiveUri& uri, PlainPlan& plan) {
  const auto uv = uri.value("uv_per_count");
  const bool arbitrary = uri.word("unit", {"uV", "a.u."}, "uV") == "a.u.";
  if (uv.has_value() == arbitrary)
    refuse(uri, "uv_per_count", uv ? "it beside unit=a.u." : "nothing", "the microvolts of one count, or unit=a.u.");
  Recording& head = plan.head;
  head.sample_type = stored_as(plan.layout.type);
  head.conversion = arbitrary ? 1 : uri.number("uv_per_count", 1e-12, 1e12) / 1e6;
  for (const std::string& label : labels_from(uri, plan.layout.channels)) {
    Channel channel;
    channel.label = channel.muscle = label;
    channel.unit = arbitrary ? Unit::arbitrary : Unit::microvolt;
    if (head.sample_type != SampleType::float32) {
      const double count = arbitrary ? head.conversion : head.conversion * 1e6;
      const double steps = static_cast<double>(std::int64_t{1} << (8 * bytes_of(plan.layout.type) - 1));
      channel.lsb = count;
      channel.rail_low = -steps * count;
      channel.rail_high = (steps - 1) * count;
    }
    head.stream.channels.push_back(channel);
  }
}

/// What TCP and a serial port have in common.
PlainPlan plan_from(const LiveUri& uri) {
  PlainPlan plan;
  plan.layout.channels = static_cast<std::size_t>(uri.whole("channels", 1, 1024));
  plan.layout.type = type_from(uri.word("type", {"i16le", "i16be", "i24le", "i24be", "i32le", "f32le"}, "i16le"));
  plan.layout.sync = sync_from(uri);
  plan.layout.counter_bits = std::stoi(uri.word("counter_bits", {"0", "8", "16", "32"}, "0"));
  plan.head.stream.fs_hz = uri.number("fs", 1, 1e6);
  plan.head.source_format = uri.scheme();
  add_channels(uri, plan);
  return plan;
}

DeviceReader reader_of(PlainPlan plan) {
  return [plan = std::move(plan)](Intake& to, std::stop_token stop) { PlainConversation(plan, to, stop).hold(); };
}

}  // namespace

DeviceReader open_tcp(const LiveUri& uri) {
  uri.expect_keys({"channels", "fs", "type", "uv_per_count", "unit", "sync", "counter_bits", "labels"});
  const HostAndPort at = host_and_port(uri, uri.target_or_refuse("HOST:PORT"), {});
  PlainPlan plan = plan_from(uri);
  const std::size_t head_bits = 8 * plan.layout.head_bytes();
  if (head_bits > 0 && head_bits < kLeastHeadBits)
    refuse(uri, "sync and counter_bits", fmt::format("{} bits together", head_bits), "at least 16, or none at all");
  plan.head.device = "TCP stream of plain frames";
  plan.place = fmt::format("{}:{}", at.host, at.port);
  plan.start = &PlainFramer::start_with_frame;
  plan.open = [at](const std::stop_token& stop, std::string& trouble) { return connect_tcp(at.host, at.port, kConnect, stop, trouble); };
  return reader_of(std::move(plan));
}

DeviceReader open_serial_stream(const LiveUri& uri) {
  uri.expect_keys({"baud", "channels", "fs", "type", "uv_per_count", "unit", "sync", "counter_bits", "labels"});
  const std::string port = uri.target_or_refuse("a serial port");
  const int baud = std::stoi(uri.word("baud", kBauds, "115200"));
  PlainPlan plan = plan_from(uri);
  const std::size_t head_bits = 8 * plan.layout.head_bytes();
  if (head_bits < kLeastHeadBits)
    refuse(uri, "sync and counter_bits", fmt::format("{} bits together", head_bits), "at least 16: a serial port is opened within a frame");
  plan.head.device = "serial stream of plain frames";
  plan.place = port;
  plan.start = &PlainFramer::start_anywhere;
  plan.open = [port, baud](const std::stop_token&, std::string& trouble) { return open_serial(port, baud, trouble); };
  return reader_of(std::move(plan));
}

}  // namespace semg
