// SPDX-License-Identifier: BSD-3-Clause
// A FieldTrip buffer, read as its clients read it. Source: FieldTrip, realtime/src/buffer/src (message.h, dmarequest.c).
#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "dsp/error.hpp"
#include "io/devices/byte_link.hpp"
#include "io/devices/device.hpp"
#include "io/devices/fieldtrip_frames.hpp"

namespace semg {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kPort = 1972;
constexpr milliseconds kConnect{3000};
constexpr milliseconds kReply{3000};
constexpr milliseconds kQuiet{100};
constexpr std::uint32_t kWait_ms = 100;    // the server waits so long for new samples
constexpr milliseconds kPaused{3000};      // no new samples for so long is told
constexpr std::uint32_t kMostRows = 1024;  // asked for at once
constexpr std::size_t kMostBytes = std::size_t{1} << 20;
constexpr double kMostWaiting_s = 1;  // what the buffer still holds is not fetched faster than it is taken from us
constexpr std::uint32_t kNoLimit = std::numeric_limits<std::uint32_t>::max();

struct FieldtripPlan {
  std::string uri;
  HostAndPort at;
  std::optional<double> uv_per_count;  ///< nothing: arbitrary units
  std::vector<std::string> wanted;     ///< labels or numbers; empty: all channels
};

/// Labels as the buffer gives them, "EMG3" where it gives none; the second of two equal ones gets ": 2".
std::vector<std::string> labels_of(const FieldtripHeader& header) {
  std::vector<std::string> labels;
  std::set<std::string> used;
  for (std::size_t c = 0; c < header.channels; ++c) {
    std::string name = c < header.names.size() ? header.names[c] : "";
    if (name.empty()) name = fmt::format("EMG{}", c + 1);
    std::string label = name;
    for (int k = 2; !used.insert(label).second; ++k) label = fmt::format("{}: {}", name, k);
    labels.push_back(label);
  }
  return labels;
}

class FieldtripConversation {
 public:
  FieldtripConversation(const FieldtripPlan& plan, Intake& to, const std::stop_token& stop)
      : plan_(plan), to_(to), stop_(stop), room_(1 << 16) {}

  void hold();

 private:
  bool ask(FieldtripCommand command, std::initializer_list<std::uint32_t> words);
  bool begin();
  void describe();
  void choose_columns(const std::vector<std::string>& labels);
  bool stream();
  bool fetch(std::uint32_t end);
  bool skip_overrun(std::uint32_t end);
  void wait_for_taker() const;
  std::string place() const { return fmt::format("{}:{}", plan_.at.host, plan_.at.port); }

  const FieldtripPlan& plan_;
  Intake& to_;
  const std::stop_token& stop_;
  std::vector<std::byte> room_, samples_;
  ByteLink link_;
  FieldtripReplies replies_;
  FieldtripReply reply_;
  FieldtripHeader header_;
  Recording head_;
  std::vector<std::size_t> columns_;
  std::optional<std::uint32_t> next_;  ///< the sample to ask for
};

/// One request and its answer, in reply_. False where none came, which closes the link.
bool FieldtripConversation::ask(FieldtripCommand command, std::initializer_list<std::uint32_t> words) {
  link_.send(fieldtrip_request(command, words));
  const auto until = steady_clock::now() + kReply;
  while (link_.is_open() && !stop_.stop_requested() && steady_clock::now() < until) {
    if (replies_.next(reply_)) return true;
    if (replies_.is_spoiled()) {
      to_.garbage(replies_.take_garbage());
      to_.trouble(fmt::format("{} sends what is no answer of a FieldTrip buffer; connecting anew", place()));
      link_.close();
      return false;
    }
    // The server answers in two writes, and the kernel forgets this setting: without it every answer takes 44 ms.
    constexpr int on = 1;
    ::setsockopt(link_.descriptor(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
    replies_.put(std::span(room_).first(link_.receive(room_, kQuiet, stop_)));
  }
  to_.trouble(link_.is_open() ? fmt::format("{} does not answer", place()) : fmt::format("{} closed the connection", place()));
  link_.close();
  return false;
}

void FieldtripConversation::choose_columns(const std::vector<std::string>& labels) {
  columns_.clear();
  for (const std::string& wanted : plan_.wanted) {
    auto at = static_cast<std::size_t>(std::find(labels.begin(), labels.end(), wanted) - labels.begin());
    if (at == labels.size()) {
      std::size_t number = 0;
      const auto done = std::from_chars(wanted.data(), wanted.data() + wanted.size(), number);
      if (done.ec == std::errc() && done.ptr == wanted.data() + wanted.size() && number >= 1) at = number - 1;
    }
    if (at >= labels.size() || std::find(columns_.begin(), columns_.end(), at) != columns_.end())
      throw Error(Fault::data, fmt::format("{}: channels: found '{}', expected different ones of {}, or numbers from 1 to {}", plan_.uri,
                                           wanted, fmt::join(labels, ", "), labels.size()));
    columns_.push_back(at);
  }
  for (std::size_t c = 0; plan_.wanted.empty() && c < labels.size(); ++c) columns_.push_back(c);
}

/// Throws Error(data) for what cannot be recorded.
void FieldtripConversation::describe() {
  const auto stored = fieldtrip_stored_as(header_.data_type);
  if (!stored)
    throw Error(Fault::data, fmt::format("{}: type of samples: found {}, expected int16, int32, float32 or float64", plan_.uri,
                                         fieldtrip_type_name(header_.data_type)));
  const auto labels = labels_of(header_);
  choose_columns(labels);
  const bool counts = stored != SampleType::float32;
  for (const std::size_t column : columns_) {
    if (counts && !header_.resolutions.empty() && header_.resolutions[column] != header_.resolutions[columns_.front()])
      throw Error(Fault::data, fmt::format("{}: resolution: found {:g} at {} and {:g} at {}, expected one for all channels (choose with "
                                           "channels=)",
                                           plan_.uri, header_.resolutions[columns_.front()], labels[columns_.front()],
                                           header_.resolutions[column], labels[column]));
  }
  head_ = Recording{};
  head_.device = "FieldTrip buffer";
  head_.source_format = "fieldtrip";
  head_.sample_type = *stored;
  head_.conversion = plan_.uv_per_count ? *plan_.uv_per_count / 1e6 : 1;
  head_.stream.fs_hz = header_.fs_hz;
  const double count = plan_.uv_per_count ? head_.conversion * 1e6 : head_.conversion;
  const double steps = stored == SampleType::int16 ? 32768.0 : 2147483648.0;
  for (const std::size_t column : columns_) {
    Channel channel;
    channel.label = channel.muscle = labels[column];
    channel.unit = plan_.uv_per_count ? Unit::microvolt : Unit::arbitrary;
    if (counts) {
      channel.lsb = count;
      channel.rail_low = -steps * count;
      channel.rail_high = (steps - 1) * count;
    }
    head_.stream.channels.push_back(channel);
  }
}

/// Learns what the stream is and where it is. The same buffer is read on where it was left, so that a cut connection loses nothing that
/// the buffer still holds; a lower number of samples says that it was started anew.
bool FieldtripConversation::begin() {
  if (!ask(FieldtripCommand::get_header, {})) return false;
  const auto header = fieldtrip_header(reply_.body);
  if (reply_.command != FieldtripCommand::get_ok || !header) {
    to_.trouble(reply_.command == FieldtripCommand::get_error ? fmt::format("the buffer at {} is empty: nobody writes to it yet", place())
                                                              : fmt::format("{} sends a header that is none", place()));
    return false;
  }
  header_ = *header;
  describe();
  if (!next_ || header_.samples < *next_) {
    // Of a buffer that was just started all is fetched; else the stream begins now.
    const bool is_fresh = next_ && header_.samples <= kMostRows;
    next_ = is_fresh ? 0 : header_.samples;
  }
  to_.begin(head_);
  return true;
}

void FieldtripConversation::wait_for_taker() const {
  while (!stop_.stop_requested() && to_.counts().waiting_s > kMostWaiting_s) std::this_thread::sleep_for(milliseconds(5));
}

/// Samples from next_ on, at most up to `end`.
bool FieldtripConversation::fetch(std::uint32_t end) {
  wait_for_taker();
  const std::size_t row_bytes = header_.channels * fieldtrip_value_bytes(header_.data_type);
  const auto most = static_cast<std::uint32_t>(std::clamp<std::size_t>(kMostBytes / row_bytes, 1, kMostRows));
  const std::uint32_t rows = std::min(end - *next_, most);
  if (!ask(FieldtripCommand::get_data, {*next_, *next_ + rows - 1})) return false;
  if (reply_.command == FieldtripCommand::get_error) return skip_overrun(end);
  samples_.clear();
  if (!append_fieldtrip_rows(header_, columns_, rows, reply_.body, samples_)) {
    to_.garbage(reply_.body.size());
    to_.trouble(fmt::format("{} sends other samples than it was asked for; connecting anew", place()));
    return false;
  }
  to_.push_at(*next_, samples_);
  *next_ += rows;
  return true;
}

/// The buffer does not hold sample next_ any more: goes on with the oldest one that it still has. Nothing says which one that is, so it is
/// looked for by halves.
bool FieldtripConversation::skip_overrun(std::uint32_t end) {
  std::uint32_t gone = *next_, held = end - 1;
  bool any = false;
  while (gone + 1 < held || !any) {
    const std::uint32_t middle = any ? gone + (held - gone) / 2 : held;
    if (!ask(FieldtripCommand::get_data, {middle, middle})) return false;
    const bool is_held = reply_.command == FieldtripCommand::get_ok;
    if (!is_held && !any) {
      to_.trouble(fmt::format("the buffer at {} gives none of the samples that it counts; connecting anew", place()));
      return false;
    }
    any = true;
    (is_held ? held : gone) = middle;
  }
  next_ = held;
  return true;
}

/// True where samples came.
bool FieldtripConversation::stream() {
  bool came = false, paused = false;
  auto heard = steady_clock::now();
  while (!stop_.stop_requested()) {
    if (!ask(FieldtripCommand::wait_data, {*next_, kNoLimit, kWait_ms})) return came;
    if (reply_.command != FieldtripCommand::wait_ok || reply_.body.size() != 8) {
      to_.trouble(fmt::format("the buffer at {} was emptied", place()));
      return came;
    }
    std::uint32_t samples = 0;
    for (std::size_t k = 4; k-- > 0;) samples = samples << 8 | std::to_integer<std::uint32_t>(reply_.body[k]);
    if (samples < *next_) {
      to_.disconnected();
      if (!begin()) return came;
    } else if (samples > *next_) {
      if (std::exchange(paused, false)) to_.begin(head_);
      heard = steady_clock::now();
      if (!fetch(samples)) return came;
      came = true;
    } else {
      to_.flush();
      if (!paused && steady_clock::now() - heard > kPaused) {
        paused = true;
        to_.trouble(fmt::format("nobody writes to the buffer at {}", place()));
      }
    }
  }
  return came;
}

void FieldtripConversation::hold() {
  Backoff backoff;
  while (!stop_.stop_requested()) {
    std::string trouble;
    link_ = connect_tcp(plan_.at.host, plan_.at.port, kConnect, stop_, trouble);
    replies_ = {};
    if (!link_.is_open()) {
      to_.trouble(trouble);
    } else if (begin() && stream()) {
      backoff.reset();
    }
    link_.close();
    to_.disconnected();
    if (!backoff.wait(stop_)) break;
  }
  to_.end();
}

}  // namespace

DeviceReader open_fieldtrip(const LiveUri& uri) {
  uri.expect_keys({"uv_per_count", "unit", "channels"});
  FieldtripPlan plan;
  plan.uri = uri.text();
  plan.at = host_and_port(uri, uri.target_or_refuse("a host"), kPort);
  const bool arbitrary = uri.word("unit", {"uV", "a.u."}, uri.value("uv_per_count") ? "uV" : "a.u.") == "a.u.";
  if (arbitrary && uri.value("uv_per_count"))
    throw Error(Fault::usage, fmt::format("{}: unit: found a.u. beside uv_per_count, expected one of them", uri.text()));
  if (!arbitrary) plan.uv_per_count = uri.number("uv_per_count", 1e-12, 1e12, 1);
  const std::string text = uri.value("channels").value_or("");
  for (std::size_t at = 0; !text.empty() && at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    plan.wanted.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return [plan = std::move(plan)](Intake& to, std::stop_token stop) { FieldtripConversation(plan, to, stop).hold(); };
}

}  // namespace semg
