// SPDX-License-Identifier: BSD-3-Clause
// What the emulated probes of OT Bioelettronica have in common: they connect to the computer, take a command, and send rows until they are
// told to stop.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <optional>

#include "tests/io/devices/emulated_stream.hpp"
#include "tests/io/devices/garbage_bytes.hpp"

namespace semg::test {

/// What a command asks for.
struct OtbStream {
  double fs_hz = 0;
  std::size_t words = 0, channels = 0, word_bytes = 2;
  std::int64_t packet_rows = 0;
  bool ramps = false;  // test mode: every word is the counter
};

/// A sample as the probe sends it; 24-bit samples use the upper bits too.
inline std::int32_t otb_value(const OtbStream& stream, std::int64_t row, std::size_t channel) {
  return emulated_count(row, channel) * (stream.word_bytes == 3 ? 3001 : 1);
}

/// The counter of a row; it goes round after a second of the stream.
inline int otb_counter(const OtbStream& stream, std::int64_t row) {
  return static_cast<int>((65536 - static_cast<std::int64_t>(stream.fs_hz) + row) & 0xFFFF);
}

constexpr std::int64_t kOtbTriggerRows = 100;
inline std::int64_t otb_trigger_row(const OtbStream& stream) {
  return static_cast<std::int64_t>(stream.fs_hz * 0.7) + 3;
}

/// One row: muscle signals, others that move slowly, buffer with trigger bit, counter.
inline void append_otb_row(const OtbStream& stream, std::int64_t row, std::vector<std::byte>& bytes) {
  const std::int64_t trigger = otb_trigger_row(stream);
  for (std::size_t w = 0; w < stream.words; ++w) {
    std::int32_t value = 200 - static_cast<std::int32_t>(row / 50 % 100) * static_cast<std::int32_t>(w % 3);
    if (w < stream.channels) value = otb_value(stream, row, w);
    if (w + 2 == stream.words)
      value = static_cast<std::int32_t>(row % 41) - (row >= trigger && row < trigger + kOtbTriggerRows ? 32768 : 0);
    if (w + 1 == stream.words || stream.ramps) value = static_cast<std::int16_t>(otb_counter(stream, row));
    for (std::size_t b = stream.word_bytes; b-- > 0;) bytes.push_back(static_cast<std::byte>(value >> (8 * b) & 0xFF));
  }
}

class OtbEmulator {
 public:
  /// What `command` asks for; nothing where it says stop.
  using Decode = std::function<std::optional<OtbStream>(std::span<const std::byte> command)>;

  OtbEmulator(int port, std::size_t command_bytes, Decode decode, Habits habits)
      : port_(port), command_bytes_(command_bytes), decode_(std::move(decode)), habits_(std::move(habits)) {
    thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
  }

  /// Rows that were sent and can be known to be rows: the one that follows garbage is not among them, for garbage may have cut it.
  const SentRows& sent() const { return sent_; }
  /// What it was asked for; good after it sent.
  const OtbStream& stream() const { return stream_; }
  bool was_told_to_stop() const { return told_to_stop_; }
  /// Waits until it was; false after a second.
  bool is_told_to_stop() const {
    for (int k = 0; k < 100 && !told_to_stop_; ++k) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return told_to_stop_;
  }

 private:
  /// Connects and takes a command.
  bool connect(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::string trouble;
      link_ = connect_tcp("127.0.0.1", port_, std::chrono::milliseconds(500), stop, trouble);
      std::vector<std::byte> command(command_bytes_);
      if (link_.is_open() && link_.receive_all(command, std::chrono::seconds(5), stop)) {
        const auto asked = decode_(command);
        if (!asked) return false;
        stream_ = *asked;
        return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }

  bool hears_stop(std::chrono::milliseconds patience, const std::stop_token& stop) {
    std::vector<std::byte> command(command_bytes_);
    if (link_.receive(std::span(command).first(1), patience, stop) == 0) return false;
    if (command_bytes_ > 1) link_.receive_all(std::span(command).subspan(1), std::chrono::seconds(1), stop);
    if (!decode_(command)) told_to_stop_ = true;
    return told_to_stop_;
  }

  std::int64_t packet_at(double t_s) const { return static_cast<std::int64_t>(t_s * stream_.fs_hz) / stream_.packet_rows; }

  bool may_be_lost(std::int64_t packet, std::int64_t packets) const {
    if (packet < 2 || packet + 3 > packets) return false;
    if (habits_.garbage_s >= 0 && packet == packet_at(habits_.garbage_s)) return false;
    return std::none_of(habits_.drops.begin(), habits_.drops.end(), [&](double t_s) {
      const std::int64_t drop = packet_at(t_s);
      return packet <= drop && packet + 2 >= drop;
    });
  }

  void run(const std::stop_token& stop) {
    if (!connect(stop)) return;
    const Pace pace(stream_.fs_hz, habits_.drift_ppm);
    const std::int64_t packets = packet_at(habits_.seconds);
    std::vector<std::byte> bytes;
    for (std::int64_t packet = 0; packet < packets && !stop.stop_requested(); ++packet) {
      const std::int64_t first = packet * stream_.packet_rows, end = first + stream_.packet_rows;
      pace.wait_for(end);
      if (hears_stop(std::chrono::milliseconds(0), stop)) return link_.close();
      const bool drops = std::any_of(habits_.drops.begin(), habits_.drops.end(), [&](double t_s) { return packet_at(t_s) == packet; });
      if (may_be_lost(packet, packets) && falls(static_cast<std::uint64_t>(packet), habits_.lost_share)) continue;
      bytes.clear();
      const bool garbage = habits_.garbage_s >= 0 && packet_at(habits_.garbage_s) == packet;
      if (garbage) bytes = garbage_bytes(habits_.garbage_bytes, 77);
      const std::int64_t whole = drops ? first + stream_.packet_rows / 2 : end;
      for (std::int64_t row = first; row < whole; ++row) append_otb_row(stream_, row, bytes);
      if (drops) {  // the connection goes in the middle of a row
        std::vector<std::byte> row;
        append_otb_row(stream_, whole, row);
        bytes.insert(bytes.end(), row.begin(), row.begin() + static_cast<std::ptrdiff_t>(row.size() / 2));
      }
      const bool went = habits_.splits ? send_in_pieces(link_, bytes, static_cast<std::uint64_t>(packet)) : link_.send(bytes);
      if (went) sent_.sent(first + (garbage ? 1 : 0), whole - first - (garbage ? 1 : 0));
      if (drops || !went) {
        link_.close();
        pace.wait_for(end + static_cast<std::int64_t>(habits_.away_s * stream_.fs_hz));
        if (!connect(stop)) return;
        packet += static_cast<std::int64_t>(habits_.away_s * stream_.fs_hz) / stream_.packet_rows + 1;
      }
    }
    while (!stop.stop_requested() && link_.is_open() && !hears_stop(std::chrono::milliseconds(100), stop)) {
    }
    link_.close();
  }

  int port_;
  std::size_t command_bytes_;
  Decode decode_;
  Habits habits_;
  OtbStream stream_;
  ByteLink link_;
  SentRows sent_;
  std::atomic<bool> told_to_stop_ = false;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace semg::test
