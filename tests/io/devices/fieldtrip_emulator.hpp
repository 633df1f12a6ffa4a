// SPDX-License-Identifier: BSD-3-Clause
// An emulated FieldTrip buffer with somebody who writes to it.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <optional>

#include "tests/io/devices/emulated_stream.hpp"
#include "tests/io/devices/garbage_bytes.hpp"

namespace semg::test {

/// Data types of the protocol that are recorded.
inline constexpr std::uint32_t kFieldtripInt16 = 6, kFieldtripInt32 = 7, kFieldtripFloat32 = 9, kFieldtripFloat64 = 10;

struct FieldtripStream {
  std::uint32_t channels = 4;
  float fs_hz = 1000;
  std::uint32_t data_type = kFieldtripInt16;
  std::vector<std::string> names = {};
  std::vector<double> resolutions = {};
  double ring_s = 0.25;        ///< so much it holds
  double restart_s = -1;       ///< the writer starts anew there; below 0: never
  double restart_for_s = 0.4;  ///< and writes nothing for so long
};

inline double fieldtrip_real(std::int64_t row, std::size_t channel) {
  return emulated_count(row, channel) * 0.123456789;
}

/// A sample as the recording gets it; float32 as its bits.
inline std::int32_t fieldtrip_value(std::uint32_t data_type, std::int64_t row, std::size_t channel) {
  if (data_type == kFieldtripInt16) return emulated_count(row, channel);
  if (data_type == kFieldtripInt32) return emulated_count(row, channel) * 700001;
  return std::bit_cast<std::int32_t>(static_cast<float>(fieldtrip_real(row, channel)));
}

inline void append_little(std::uint64_t value, std::size_t count, std::vector<std::byte>& bytes) {
  for (std::size_t k = 0; k < count; ++k) bytes.push_back(static_cast<std::byte>(value >> (8 * k) & 0xFF));
}

inline std::vector<std::byte> fieldtrip_message(std::uint32_t command, std::span<const std::byte> body) {
  std::vector<std::byte> bytes;
  append_little(1, 2, bytes);
  append_little(command, 2, bytes);
  append_little(body.size(), 4, bytes);
  bytes.insert(bytes.end(), body.begin(), body.end());
  return bytes;
}

inline std::vector<std::byte> fieldtrip_header_body(const FieldtripStream& stream, std::uint32_t samples) {
  std::vector<std::byte> chunks;
  if (!stream.names.empty()) {
    std::vector<std::byte> text;
    for (const std::string& name : stream.names)
      for (std::size_t k = 0; k <= name.size(); ++k) text.push_back(static_cast<std::byte>(name.c_str()[k]));
    append_little(1, 4, chunks);
    append_little(text.size(), 4, chunks);
    chunks.insert(chunks.end(), text.begin(), text.end());
  }
  if (!stream.resolutions.empty()) {
    append_little(3, 4, chunks);
    append_little(8 * stream.resolutions.size(), 4, chunks);
    for (const double each : stream.resolutions) append_little(std::bit_cast<std::uint64_t>(each), 8, chunks);
  }
  std::vector<std::byte> body;
  for (const std::uint32_t word : {stream.channels, samples, 0U, std::bit_cast<std::uint32_t>(stream.fs_hz), stream.data_type,
                                   static_cast<std::uint32_t>(chunks.size())})
    append_little(word, 4, body);
  body.insert(body.end(), chunks.begin(), chunks.end());
  return body;
}

/// Rows of the writer's stream from `first` on.
inline std::vector<std::byte> fieldtrip_data_body(const FieldtripStream& stream, std::int64_t first, std::uint32_t rows) {
  const std::size_t value_bytes = stream.data_type == kFieldtripInt16 ? 2 : stream.data_type == kFieldtripFloat64 ? 8 : 4;
  std::vector<std::byte> body;
  append_little(stream.channels, 4, body);
  append_little(rows, 4, body);
  append_little(stream.data_type, 4, body);
  append_little(rows * stream.channels * value_bytes, 4, body);
  for (std::int64_t row = first; row < first + rows; ++row) {
    for (std::size_t c = 0; c < stream.channels; ++c) {
      const bool wide = stream.data_type == kFieldtripFloat64;
      append_little(wide ? std::bit_cast<std::uint64_t>(fieldtrip_real(row, c))
                         : static_cast<std::uint32_t>(fieldtrip_value(stream.data_type, row, c)),
                    value_bytes, body);
    }
  }
  return body;
}

class FieldtripEmulator {
 public:
  FieldtripEmulator(FieldtripStream stream, Habits habits) : stream_(std::move(stream)), habits_(std::move(habits)) {
    thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
  }
  int port() const { return listener_.port(); }
  /// Rows that were given to the client whole, in the writer's count, which goes on where the buffer was started anew.
  const SentRows& sent() {
    const std::lock_guard lock(mutex_);
    sent_.emplace();
    for (std::size_t row = 0; row < given_.size(); ++row)
      if (given_[row]) sent_->sent(static_cast<std::int64_t>(row), 1);
    return *sent_;
  }
  int overruns() const { return overruns_; }

 private:
  /// Rows that the writer has written by now, in portions of 10 ms.
  std::int64_t written() const {
    const std::chrono::duration<double> since = std::chrono::steady_clock::now() - start_;
    const double t_s = std::min(since.count() * (1 + habits_.drift_ppm * 1e-6), habits_.seconds);
    const auto portion = static_cast<std::int64_t>(stream_.fs_hz * 0.01F);
    return static_cast<std::int64_t>(t_s * stream_.fs_hz) / portion * portion;
  }
  /// First row that the buffer counts as its sample 0.
  std::int64_t base() const {
    if (stream_.restart_s < 0 || static_cast<double>(written()) < stream_.restart_s * static_cast<double>(stream_.fs_hz)) return 0;
    return static_cast<std::int64_t>((stream_.restart_s + stream_.restart_for_s) * stream_.fs_hz);
  }
  std::uint32_t samples() const { return static_cast<std::uint32_t>(std::max<std::int64_t>(0, written() - base())); }

  bool send(std::uint32_t command, std::span<const std::byte> body) {
    const auto bytes = fieldtrip_message(command, body);
    // In two writes, as the server of FieldTrip does.
    if (!link_.send(std::span(bytes).first(8))) return false;
    return habits_.splits ? send_in_pieces(link_, std::span(bytes).subspan(8), bytes.size()) : link_.send(std::span(bytes).subspan(8));
  }

  void wait(std::uint32_t more_than, std::uint32_t ms, const std::stop_token& stop) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
    while (samples() <= more_than && std::chrono::steady_clock::now() < until && !stop.stop_requested())
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::vector<std::byte> body;
    append_little(samples(), 4, body);
    append_little(0, 4, body);
    send(0x404, body);
  }

  /// Is this one of the moments, once?
  bool is_time(std::vector<double>& moments) const {
    const std::chrono::duration<double> since = std::chrono::steady_clock::now() - start_;
    if (moments.empty() || since.count() < moments.front()) return false;
    moments.erase(moments.begin());
    return true;
  }

  void give(std::uint32_t first, std::uint32_t last) {
    const std::uint32_t now = samples();
    const auto ring = static_cast<std::uint32_t>(stream_.ring_s * stream_.fs_hz);
    if (first > last || last >= now || now - first > ring) {
      ++overruns_;
      send(0x205, {});
      return;
    }
    const std::int64_t row = base() + first;
    const auto body = fieldtrip_data_body(stream_, row, last - first + 1);
    if (is_time(garbage_)) {
      link_.send(garbage_bytes(habits_.garbage_bytes, 81));
      return;
    }
    if (is_time(drops_)) {
      const auto bytes = fieldtrip_message(0x204, body);
      link_.send(std::span(bytes).first(bytes.size() - 5));
      link_.close();
      std::this_thread::sleep_for(std::chrono::duration<double>(habits_.away_s));
      return;
    }
    if (!send(0x204, body)) return;
    const std::lock_guard lock(mutex_);
    const auto end = static_cast<std::size_t>(base() + last + 1);
    if (given_.size() < end) given_.resize(end);
    std::fill(given_.begin() + row, given_.begin() + static_cast<std::ptrdiff_t>(end), true);
  }

  void run(const std::stop_token& stop) {
    drops_ = habits_.drops;
    if (habits_.garbage_s >= 0) garbage_ = {habits_.garbage_s};
    while (!stop.stop_requested()) {
      std::string peer;
      link_ = listener_.accept(std::chrono::milliseconds(50), stop, peer);
      while (link_.is_open() && !stop.stop_requested()) {
        std::array<std::byte, 20> request{};
        if (link_.receive(std::span(request).first(1), std::chrono::milliseconds(50), stop) == 0) continue;
        const auto word = [&](std::size_t at, std::size_t count) {
          std::uint32_t all = 0;
          for (std::size_t k = count; k-- > 0;) all = all << 8 | std::to_integer<std::uint32_t>(request[at + k]);
          return all;
        };
        if (!link_.receive_all(std::span(request).subspan(1, 7), std::chrono::seconds(1), stop)) break;
        const std::uint32_t size = word(4, 4);
        if (word(0, 2) != 1 || size > 12) break;
        if (size > 0 && !link_.receive_all(std::span(request).subspan(8, size), std::chrono::seconds(1), stop)) break;
        if (word(2, 2) == 0x201) send(0x204, fieldtrip_header_body(stream_, samples()));
        if (word(2, 2) == 0x202) give(word(8, 4), word(12, 4));
        if (word(2, 2) == 0x402) wait(word(8, 4), word(16, 4), stop);
      }
      link_.close();
    }
  }

  TcpListener listener_{0};
  FieldtripStream stream_;
  Habits habits_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  ByteLink link_;
  std::vector<double> drops_, garbage_;
  std::atomic<int> overruns_ = 0;
  std::mutex mutex_;
  std::vector<bool> given_;
  std::optional<SentRows> sent_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace semg::test
