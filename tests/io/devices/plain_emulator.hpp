// SPDX-License-Identifier: BSD-3-Clause
// An emulated device that sends plain frames, at a TCP port or at a pseudo terminal under a name that stays.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <filesystem>
#include <memory>

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "io/devices/plain_frames.hpp"
#include "tests/io/devices/emulated_stream.hpp"
#include "tests/io/devices/garbage_bytes.hpp"

namespace semg::test {

/// A sample as the recording gets it; float32 as its bits.
inline std::int32_t plain_value(PlainType type, std::int64_t row, std::size_t channel) {
  const int count = emulated_count(row, channel);
  if (type == PlainType::f32le) return std::bit_cast<std::int32_t>(static_cast<float>(count) * 0.37F);
  return count * (bytes_of(type) == 2 ? 1 : bytes_of(type) == 3 ? 3001 : 700001);
}

/// The counter of row 0 is 700 before its wrap, so that it wraps within the first second.
inline std::uint32_t plain_counter(std::int64_t row) {
  return static_cast<std::uint32_t>(row - 700);
}

inline void append_plain_frame(const PlainLayout& layout, std::int64_t row, std::vector<std::byte>& bytes) {
  const bool big_endian = layout.type == PlainType::i16be || layout.type == PlainType::i24be;
  const auto append = [&](std::uint32_t word, std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) bytes.push_back(static_cast<std::byte>(word >> (8 * (big_endian ? count - 1 - k : k)) & 0xFF));
  };
  bytes.insert(bytes.end(), layout.sync.begin(), layout.sync.end());
  append(plain_counter(row), static_cast<std::size_t>(layout.counter_bits) / 8);
  for (std::size_t c = 0; c < layout.channels; ++c)
    append(static_cast<std::uint32_t>(plain_value(layout.type, row, c)), bytes_of(layout.type));
}

/// Where an emulated device can be reached.
class PlainLine {
 public:
  virtual ~PlainLine() = default;
  /// Waits until somebody connects; no link where `stop` was asked for.
  virtual ByteLink connect(const std::stop_token& stop) = 0;
  virtual void leave() {}  ///< the connection was cut
};

class TcpLine : public PlainLine {
 public:
  int port() const { return listener_.port(); }
  ByteLink connect(const std::stop_token& stop) override {
    ByteLink link;
    std::string peer;
    while (!link.is_open() && !stop.stop_requested()) link = listener_.accept(std::chrono::milliseconds(100), stop, peer);
    return link;
  }

 private:
  TcpListener listener_{0};
};

class SerialLine : public PlainLine {
 public:
  explicit SerialLine(std::filesystem::path name) : name_(std::move(name)) {}
  ~SerialLine() override { std::filesystem::remove(name_); }
  ByteLink connect(const std::stop_token& stop) override {
    const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    ::grantpt(master);
    ::unlockpt(master);
    ::fcntl(master, F_SETFL, O_NONBLOCK);
    ByteLink link(master);
    ::close(::open(::ptsname(master), O_RDWR | O_NOCTTY));  // from now on it tells whether anybody has it open
    std::filesystem::remove(name_);
    std::filesystem::create_symlink(::ptsname(master), name_);
    while (!stop.stop_requested()) {
      pollfd ask{.fd = master, .events = POLLIN, .revents = 0};
      ::poll(&ask, 1, 0);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));  // whoever opens the port throws away what came before
      if ((ask.revents & POLLHUP) == 0) return link;
    }
    return {};
  }
  void leave() override { std::filesystem::remove(name_); }

 private:
  std::filesystem::path name_;
};

class PlainEmulator {
 public:
  PlainEmulator(std::unique_ptr<PlainLine> line, PlainLayout layout, double fs_hz, Habits habits)
      : line_(std::move(line)), layout_(std::move(layout)), fs_hz_(fs_hz), habits_(std::move(habits)) {
    thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
  }

  /// Rows that were sent and can be known to be rows: those beside garbage are not among them, for it may have cut them.
  const SentRows& sent() const { return sent_; }

 private:
  std::int64_t row_at(double t_s) const { return static_cast<std::int64_t>(t_s * fs_hz_); }
  bool is_near(std::int64_t row, double t_s) const { return t_s >= 0 && std::abs(row - row_at(t_s)) <= 12; }
  /// One frame is lost at a time, and the next not within eight frames: without a sync word four must follow each other.
  bool is_lost(std::int64_t row, std::int64_t rows) const {
    const bool spared = row < 12 || row + 12 > rows || is_near(row, habits_.garbage_s) ||
                        std::any_of(habits_.drops.begin(), habits_.drops.end(), [&](double t_s) { return is_near(row, t_s); });
    return !spared && row % 8 == 3 && row - row_came_back_ > 12 && falls(static_cast<std::uint64_t>(row), 8 * habits_.lost_share);
  }

  void run(const std::stop_token& stop) {
    link_ = line_->connect(stop);
    const Pace pace(fs_hz_, habits_.drift_ppm);
    const auto start = std::chrono::steady_clock::now();
    const std::int64_t rows = row_at(habits_.seconds), portion = std::max<std::int64_t>(1, row_at(0.01));
    const std::int64_t garbage_row = habits_.garbage_s < 0 ? -9 : row_at(habits_.garbage_s);
    std::vector<std::byte> bytes;
    for (std::int64_t row = 0; row < rows && !stop.stop_requested();) {
      const std::int64_t end = std::min(row + portion, rows);
      pace.wait_for(end);
      bytes.clear();
      bool drops = false;
      std::vector<std::int64_t> whole;
      for (; row < end && !drops; ++row) {
        if (is_lost(row, rows)) continue;
        if (row == garbage_row) {
          const auto garbage = garbage_bytes(habits_.garbage_bytes, 79);
          bytes.insert(bytes.end(), garbage.begin(), garbage.end());
        }
        drops = std::any_of(habits_.drops.begin(), habits_.drops.end(), [&](double t_s) { return row == row_at(t_s); });
        append_plain_frame(layout_, row, bytes);
        if (drops) bytes.resize(bytes.size() - bytes_of(layout_.type) * layout_.channels / 2);
        if (!drops && row != garbage_row && row != garbage_row - 1) whole.push_back(row);
      }
      const bool went = habits_.splits ? send_in_pieces(link_, bytes, static_cast<std::uint64_t>(row)) : link_.send(bytes);
      if (went)
        for (const std::int64_t each : whole) sent_.sent(each, 1);
      if (!drops && went) continue;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));  // a hangup of a terminal throws away what was not read
      link_.close();
      line_->leave();
      pace.wait_for(row + row_at(habits_.away_s));
      link_ = line_->connect(stop);
      const std::chrono::duration<double> since = std::chrono::steady_clock::now() - start;
      row = row_came_back_ = row_at(since.count() * (1 + habits_.drift_ppm * 1e-6));  // what was due meanwhile is lost
    }
    bytes.clear();  // the last that comes of it is a frame's begin
    append_plain_frame(layout_, rows, bytes);
    link_.send(std::span(bytes).first(layout_.head_bytes()));
    while (!stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }

  std::unique_ptr<PlainLine> line_;
  PlainLayout layout_;
  double fs_hz_;
  Habits habits_;
  ByteLink link_;
  SentRows sent_;
  std::int64_t row_came_back_ = -100;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace semg::test
