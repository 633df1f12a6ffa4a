// SPDX-License-Identifier: BSD-3-Clause
// An emulated OpenBCI Cyton behind its dongle: a pseudo terminal under a name that stays, as a serial port that is pulled and plugged
// again.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tests/io/devices/emulated_stream.hpp"
#include "tests/io/devices/garbage_bytes.hpp"

namespace semg::test {

/// What the board makes of the time without its dongle.
enum class CytonAway {
  streams_on,   ///< the dongle was pulled: the board never noticed
  switched_off  ///< the board was switched off and on: it waits to be started again
};

class CytonEmulator {
 public:
  CytonEmulator(std::filesystem::path port, bool daisy, CytonAway away, Habits habits)
      : port_(std::move(port)), daisy_(daisy), away_(away), habits_(std::move(habits)), gains_(daisy ? 16 : 8, 24) {
    open_port();
    thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
  }
  ~CytonEmulator() {
    thread_ = {};
    std::filesystem::remove(port_);
  }

  /// Rows that were sent and can be known to be rows: the packets beside garbage are not among them, for it may have cut them.
  const SentRows& sent() const { return sent_; }
  std::vector<int> gains() const { return gains_; }
  bool is_told_to_stop() const {
    for (int k = 0; k < 200 && !told_to_stop_; ++k) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return told_to_stop_;
  }
  static std::int32_t value(std::int64_t row, std::size_t channel) { return emulated_count(row, channel) * 3001; }
  /// Packets are counted from here, close to the counter's wrap, and even: a Daisy's row begins with an even packet.
  static constexpr std::int64_t kFirstCount = 200;

 private:
  void open_port() {
    const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    ::grantpt(master);
    ::unlockpt(master);
    ::fcntl(master, F_SETFL, O_NONBLOCK);
    link_ = ByteLink(master);
    ::close(::open(::ptsname(master), O_RDWR | O_NOCTTY));  // from now on it tells whether anybody has it open
    std::filesystem::remove(port_);
    std::filesystem::create_symlink(::ptsname(master), port_);
  }

  /// The board is not streaming: it answers until it is told to stream.
  bool answer_until_started(const std::stop_token& stop) {
    std::string heard;
    while (!stop.stop_requested()) {
      std::array<std::byte, 64> room{};
      const std::size_t got = receive(room, std::chrono::milliseconds(20), stop);
      for (std::size_t k = 0; k < got; ++k) heard += static_cast<char>(room[k]);
      while (!heard.empty()) {
        if (heard[0] == 'x' && heard.find('X') == std::string::npos) break;
        const std::string command = heard.substr(0, heard[0] == 'x' ? heard.find('X') + 1 : 1);
        heard.erase(0, command.size());
        if (command == "b") {
          told_to_stop_ = false;
          return true;
        }
        if (command == "s") {
          told_to_stop_ = streamed_.load();
        } else if (command == "v") {
          link_.send(daisy_ ? "OpenBCI V3 8-16 channel\nOn Board ADS1299 Device ID: 0x3E\nOn Daisy ADS1299 Device ID: 0x3E\n"
                              "LIS3DH Device ID: 0x33\nFirmware: v3.1.1\n"
                            : "OpenBCI V3 8-16 channel\nOn Board ADS1299 Device ID: 0x3E\nLIS3DH Device ID: 0x33\nFirmware: v3.1.1\n");
          std::this_thread::sleep_for(std::chrono::milliseconds(30));
          link_.send("$$$");
        } else if (command == "d") {
          std::fill(gains_.begin(), gains_.end(), 24);
          link_.send("updating channel settings to default$$$");
        } else if (command.size() == 9) {
          const std::size_t channel = std::string("12345678QWERTYUI").find(command[1]);
          static constexpr std::array<int, 7> kGains{1, 2, 4, 6, 8, 12, 24};
          if (channel < gains_.size()) gains_[channel] = kGains[static_cast<std::size_t>(command[3] - '0')];
          link_.send(channel < gains_.size() ? "Success: Channel set for it$$$" : "Failure: channel$$$");
        } else {
          link_.send("Failure: what?$$$");
        }
      }
    }
    return false;
  }

  /// Whoever opens the port throws away what came before.
  bool wait_until_opened(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pollfd ask{.fd = link_.descriptor(), .events = POLLIN, .revents = 0};
      ::poll(&ask, 1, 0);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      if ((ask.revents & POLLHUP) == 0) return true;
    }
    return false;
  }

  /// As ByteLink::receive(), but a pseudo terminal that nobody has open is waited for, not closed.
  std::size_t receive(std::span<std::byte> room, std::chrono::milliseconds patience, const std::stop_token& stop) {
    const auto until = std::chrono::steady_clock::now() + patience;
    do {
      const auto got = ::read(link_.descriptor(), room.data(), room.size());
      if (got > 0) return static_cast<std::size_t>(got);
      if (patience.count() > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    } while (std::chrono::steady_clock::now() < until && !stop.stop_requested());
    return 0;
  }

  void append_packet(std::int64_t packet, std::vector<std::byte>& bytes) const {
    bytes.push_back(std::byte{0xA0});
    bytes.push_back(static_cast<std::byte>((count_of_packet_0_ + packet) & 0xFF));
    // Even packets hold the Daisy's channels, the odd one after it the board's own.
    const std::int64_t row = daisy_ ? packet / 2 : packet;
    const std::size_t channel = daisy_ && packet % 2 == 0 ? 8 : 0;
    for (std::size_t c = 0; c < 8; ++c) {
      const std::int32_t count = value(row, channel + c);
      for (const int shift : {16, 8, 0}) bytes.push_back(static_cast<std::byte>(count >> shift & 0xFF));
    }
    for (int k = 0; k < 6; ++k) bytes.push_back(static_cast<std::byte>(packet * 7 + k));
    bytes.push_back(static_cast<std::byte>(0xC0 + packet / 50 % 7));
  }

  void sent(std::int64_t packet) {
    if (!daisy_) return sent_.sent(packet, 1);
    if (packet % 2 == 1 && last_sent_ == packet - 1) sent_.sent(packet / 2, 1);
    last_sent_ = packet;
  }

  static std::int64_t packet_at(double t_s) { return static_cast<std::int64_t>(t_s * 250); }
  bool is_near(std::int64_t packet, double t_s) const { return std::abs(packet - packet_at(t_s)) <= 4; }

  void run(const std::stop_token& stop) {
    if (!answer_until_started(stop)) return;
    streamed_ = true;
    const Pace pace(250.0, habits_.drift_ppm);
    const auto start = std::chrono::steady_clock::now();
    const std::int64_t packets = packet_at(habits_.seconds);
    std::vector<std::byte> bytes;
    for (std::int64_t packet = 0; packet < packets && !stop.stop_requested(); ++packet) {
      pace.wait_for(packet + 1);
      std::array<std::byte, 1> command{};
      if (receive(command, std::chrono::milliseconds(0), stop) > 0 && command[0] == std::byte{'s'}) {
        told_to_stop_ = true;
        return;
      }
      const bool drops = std::any_of(habits_.drops.begin(), habits_.drops.end(), [&](double t_s) { return packet == packet_at(t_s); });
      const bool spared = std::any_of(habits_.drops.begin(), habits_.drops.end(), [&](double t_s) { return is_near(packet, t_s); }) ||
                          (habits_.garbage_s >= 0 && is_near(packet, habits_.garbage_s)) || packet < 4 || packet + 4 > packets;
      if (!spared && falls(static_cast<std::uint64_t>(packet), habits_.lost_share)) continue;
      bytes.clear();
      const bool garbage = habits_.garbage_s >= 0 && packet == packet_at(habits_.garbage_s);
      if (garbage) bytes = garbage_bytes(habits_.garbage_bytes, 78);
      append_packet(packet, bytes);
      if (drops) bytes.resize(bytes.size() - 12);
      const bool went = habits_.splits ? send_in_pieces(link_, bytes, static_cast<std::uint64_t>(packet)) : link_.send(bytes);
      const bool before_garbage = habits_.garbage_s >= 0 && packet + 1 == packet_at(habits_.garbage_s);
      if (went && !garbage && !before_garbage && !drops) sent(packet);
      if (drops || !went) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));  // a hangup throws away what was not read
        link_.close();
        std::filesystem::remove(port_);
        pace.wait_for(packet + 1 + packet_at(habits_.away_s));
        open_port();
        if (away_ == CytonAway::switched_off ? !answer_until_started(stop) : !wait_until_opened(stop)) return;
        // What was due meanwhile is lost. The next packet is an even one, where a Daisy's row begins.
        const std::chrono::duration<double> since = std::chrono::steady_clock::now() - start;
        packet = packet_at(since.count()) | 1;
        if (away_ == CytonAway::switched_off) count_of_packet_0_ = -(packet + 1);
      }
    }
    bytes.clear();  // the last that comes of it is a packet's begin
    append_packet(packets, bytes);
    link_.send(std::span(bytes).first(20));
    std::array<std::byte, 1> command{};
    while (!stop.stop_requested() && !told_to_stop_) {
      if (receive(command, std::chrono::milliseconds(50), stop) > 0 && command[0] == std::byte{'s'}) told_to_stop_ = true;
    }
  }

  std::filesystem::path port_;
  bool daisy_;
  CytonAway away_;
  Habits habits_;
  std::vector<int> gains_;
  ByteLink link_;
  SentRows sent_;
  std::int64_t last_sent_ = -2, count_of_packet_0_ = kFirstCount;
  std::atomic<bool> told_to_stop_ = false, streamed_ = false;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace semg::test
