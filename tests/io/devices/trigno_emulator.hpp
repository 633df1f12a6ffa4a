// SPDX-License-Identifier: BSD-3-Clause
// An emulated Trigno SDK server with its sensors: two ports, text commands, frames of 16 floats, radio losses as zeros.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "tests/io/devices/emulated_stream.hpp"
#include "tests/io/devices/garbage_bytes.hpp"

namespace semg::test {

struct EmulatedSensor {
  int samples = 26;  ///< a frame interval of 13.5 ms
  int channels = 1;
  std::string type = "O";
  std::string unit = "V";
};

/// How the server is set. It sends at the rate of the first sensor all the same.
struct TrignoServer {
  std::string compatibility = "NO", upsampling = "UPSAMPLING OFF";
  int start_index_base = 1;
};

/// Volts; never zero.
inline float trigno_volts(std::int64_t row, std::size_t slot) {
  return static_cast<float>(2 * emulated_count(row, slot) + 1) * 3.3e-7F;
}

/// What the radio does, again and again: all sensors are lost for 90 rows, the first one for 60, and all of them for so short that zeros
/// cannot be told from a signal.
enum class Radio { good, lost, first_lost, blink };
inline Radio trigno_radio(std::int64_t row) {
  const std::int64_t phase = row % 1400;
  if (phase >= 300 && phase < 390) return Radio::lost;
  if (phase >= 700 && phase < 760) return Radio::first_lost;
  if (phase >= 1000 && phase < 1030) return Radio::blink;
  return Radio::good;
}

/// What a recording must hold, as bits: `slot` of the channel, and whether it is the first.
inline std::int32_t trigno_value(std::int64_t row, std::size_t slot, std::size_t channel) {
  const Radio radio = trigno_radio(row);
  float value = trigno_volts(row, slot);
  if (radio == Radio::blink) value = 0;
  if (radio == Radio::first_lost && channel == 0) value = std::numeric_limits<float>::quiet_NaN();
  return std::bit_cast<std::int32_t>(value);
}

inline void append_trigno_frame(const std::map<int, EmulatedSensor>& sensors, std::int64_t row, std::vector<std::byte>& bytes) {
  std::array<float, 16> values{};
  const Radio radio = trigno_radio(row);
  for (const auto& [slot, sensor] : sensors) {
    for (int c = 0; c < sensor.channels; ++c) {
      const auto at = static_cast<std::size_t>(slot - 1 + c);
      const bool lost = radio == Radio::lost || radio == Radio::blink || (radio == Radio::first_lost && slot == sensors.begin()->first);
      values[at] = lost ? 0 : trigno_volts(row, at);
    }
  }
  for (const float value : values)
    for (int k = 0; k < 4; ++k) bytes.push_back(static_cast<std::byte>(std::bit_cast<std::uint32_t>(value) >> (8 * k) & 0xFF));
}

class TrignoEmulator {
 public:
  explicit TrignoEmulator(std::map<int, EmulatedSensor> sensors, Habits habits = {}, TrignoServer server = {})
      : sensors_(std::move(sensors)),
        server_(std::move(server)),
        habits_(std::move(habits)),
        fs_hz_(sensors_.begin()->second.samples / 0.0135) {
    thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
  }

  std::string uri(const std::string& more = "") const {
    return fmt::format("trigno:127.0.0.1?command={}&data={}{}", commands_.port(), data_.port(), more);
  }
  double fs_hz() const { return fs_hz_; }
  /// Rows that were sent and can be known to be rows: two more must have followed, and rows without radio are none.
  const SentRows& sent() const { return sent_; }
  bool is_told_to_stop() const {
    for (int k = 0; k < 100 && !told_to_stop_; ++k) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return told_to_stop_;
  }

 private:
  std::string answer(const std::string& command) const {
    if (command == "FRAME INTERVAL?") return "0.0135";
    if (command == "ENDIAN LITTLE") return "OK";
    if (command == "BACKWARDS COMPATIBILITY?") return server_.compatibility;
    if (command == "UPSAMPLING?") return server_.upsampling;
    int slot = 0, taken = 0;
    if (std::sscanf(command.c_str(), "SENSOR %d %n", &slot, &taken) != 1) return "INVALID COMMAND";
    const std::string what = command.substr(static_cast<std::size_t>(taken));
    const auto at = sensors_.find(slot);
    if (what == "PAIRED?") return at == sensors_.end() ? "NO" : "YES";
    if (at == sensors_.end()) return "INVALID COMMAND";
    if (what == "TYPE?") return at->second.type;
    if (what == "STARTINDEX?") return std::to_string(slot - 1 + server_.start_index_base);
    if (what == "EMGCHANNELCOUNT?") return std::to_string(at->second.channels);
    if (what == "CHANNEL 1 RATE?") return fmt::format("{:.3f}", at->second.samples / 0.0135);
    if (what == "CHANNEL 1 SAMPLES?") return std::to_string(at->second.samples);
    if (what == "CHANNEL 1 UNITS?") return at->second.unit;
    return "INVALID COMMAND";
  }

  void reply(std::string_view text) {
    const std::string all = fmt::format("{}\r\n\r\n", text);
    // Cut within its end now and then.
    const std::size_t cut = habits_.splits && ++replies_ % 7 == 1 ? all.size() - 3 : all.size();
    command_.send(std::string_view(all).substr(0, cut));
    if (cut < all.size()) std::this_thread::sleep_for(std::chrono::milliseconds(3));
    command_.send(std::string_view(all).substr(cut));
  }

  /// The next command, empty where none came within `patience`.
  std::string command(std::chrono::milliseconds patience, const std::stop_token& stop) {
    std::array<std::byte, 256> room{};
    if (heard_.find("\r\n\r\n") == std::string::npos) {
      const std::size_t got = command_.receive(room, patience, stop);
      for (std::size_t k = 0; k < got; ++k) heard_ += static_cast<char>(room[k]);
    }
    const std::size_t end = heard_.find("\r\n\r\n");
    if (end == std::string::npos) return {};
    const std::string text = heard_.substr(0, end);
    heard_.erase(0, end + 4);
    return text;
  }

  /// Waits for a client and answers it until it says START with the data port connected.
  bool serve_until_start(const std::stop_token& stop) {
    std::string peer;
    while (!stop.stop_requested()) {
      if (!command_.is_open()) {
        stream_.close();
        heard_.clear();
        command_ = commands_.accept(std::chrono::milliseconds(50), stop, peer);
        if (command_.is_open()) reply("Delsys Trigno System Digital Protocol Version 3.6.0 ");
        continue;
      }
      const std::string asked = command(std::chrono::milliseconds(50), stop);
      if (asked == "START") {
        stream_ = data_.accept(std::chrono::milliseconds(20), stop, peer);
        reply(stream_.is_open() ? "OK" : "CANNOT COMPLETE");
        if (stream_.is_open()) return true;
      } else if (asked == "STOP") {
        reply("CANNOT COMPLETE");
      } else if (asked == "QUIT") {
        reply("BYE");
        command_.close();
      } else if (!asked.empty()) {
        reply(answer(asked));
      }
    }
    return false;
  }

  /// True where the client stopped the stream or left.
  bool hears_stop(std::chrono::milliseconds patience, const std::stop_token& stop) {
    const std::string asked = command(patience, stop);
    if (asked == "STOP") {
      command_.send("STOPPED\r\nOK\r\n\r\n");
      told_to_stop_ = true;
    }
    return asked == "STOP" || !command_.is_open();
  }

  std::int64_t row_at(double t_s) const { return static_cast<std::int64_t>(t_s * fs_hz_); }
  /// Where the radio is good and was for a while.
  std::int64_t quiet_row(double t_s) const {
    std::int64_t row = row_at(t_s);
    while (trigno_radio(row) != Radio::good || trigno_radio(row - 50) != Radio::good) ++row;
    return row;
  }

  void run(const std::stop_token& stop) {
    if (!serve_until_start(stop)) return;
    const Pace pace(fs_hz_, habits_.drift_ppm);
    const auto start = std::chrono::steady_clock::now();
    const std::int64_t rows = quiet_row(habits_.seconds), burst = sensors_.begin()->second.samples;
    const std::int64_t garbage_row = habits_.garbage_s < 0 ? -1 : quiet_row(habits_.garbage_s);
    std::vector<std::int64_t> drops;
    for (const double t_s : habits_.drops) drops.push_back(quiet_row(t_s));
    std::vector<std::byte> bytes;
    bool stopped = false;
    std::int64_t row = 0;
    while (row < rows && !stop.stop_requested()) {
      const std::int64_t first = row, end = std::min(first + burst, rows);
      pace.wait_for(end);
      stopped = hears_stop(std::chrono::milliseconds(0), stop);
      bytes.clear();
      bool dropped = false, spoiled = false;
      for (; row < end && !dropped && !stopped; ++row) {
        dropped = std::find(drops.begin(), drops.end(), row) != drops.end();
        if (row == garbage_row) {
          const auto garbage = garbage_bytes(habits_.garbage_bytes, 80);
          bytes.insert(bytes.end(), garbage.begin(), garbage.end());
        }
        spoiled = spoiled || row == garbage_row || dropped;
        append_trigno_frame(sensors_, row, bytes);
        if (dropped) bytes.resize(bytes.size() - 30);
        if (!spoiled) certain_.push_back(row);
      }
      if (habits_.splits ? send_in_pieces(stream_, bytes, static_cast<std::uint64_t>(first)) : stream_.send(bytes)) tell(spoiled);
      if (spoiled && !dropped) {  // nothing that is sent now counts, until the client has noticed and comes again
        while (!stop.stop_requested() && !hears_stop(std::chrono::milliseconds(10), stop)) {
        }
      }
      if (!spoiled && !stopped && stream_.is_open()) continue;
      certain_.clear();
      stream_.close();
      if (dropped) {
        command_.close();
        std::this_thread::sleep_for(std::chrono::duration<double>(habits_.away_s));
      }
      if (!serve_until_start(stop)) return;
      told_to_stop_ = false;
      const std::chrono::duration<double> since = std::chrono::steady_clock::now() - start;
      row = row_at(since.count() * (1 + habits_.drift_ppm * 1e-6));
      while (trigno_radio(row) != Radio::good) ++row;
    }
    bytes.clear();
    for (int k = 0; k < 2; ++k) append_trigno_frame({{sensors_.begin()->first, {}}}, 100, bytes);  // these confirm the last rows
    if (stream_.send(bytes)) {
      for (const std::int64_t each : certain_) sent(each);
    }
    while (!stop.stop_requested() && !hears_stop(std::chrono::milliseconds(50), stop)) {
    }
  }

  void sent(std::int64_t row) {
    if (trigno_radio(row) != Radio::lost) sent_.sent(row, 1);
  }
  /// The last two rows of what was sent can be known only when others follow.
  void tell(bool spoiled) {
    const std::size_t known = certain_.size() - std::min<std::size_t>(certain_.size(), 2);
    for (std::size_t k = 0; k < known; ++k) sent(certain_[k]);
    certain_.erase(certain_.begin(), certain_.begin() + static_cast<std::ptrdiff_t>(known));
    if (spoiled) certain_.clear();
  }

  TcpListener commands_{0}, data_{0};
  std::map<int, EmulatedSensor> sensors_;
  TrignoServer server_;
  Habits habits_;
  double fs_hz_;
  ByteLink command_, stream_;
  std::string heard_;
  int replies_ = 0;
  std::vector<std::int64_t> certain_;
  SentRows sent_;
  std::atomic<bool> told_to_stop_ = false;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace semg::test
