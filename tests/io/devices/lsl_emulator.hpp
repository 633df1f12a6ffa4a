// SPDX-License-Identifier: BSD-3-Clause
// A lab streaming layer outlet: answers by UDP who it is and what time it is, by TCP with its description and its samples.
#pragma once

#include <atomic>
#include <bit>
#include <cmath>
#include <map>
#include <sstream>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <pugixml.hpp>
#include <sys/socket.h>

#include "tests/io/devices/emulated_stream.hpp"
#include "tests/io/devices/garbage_bytes.hpp"

namespace semg::test {

/// What comes back after the connection was cut.
enum class LslReturn { same_outlet, restarted, on_another_computer };

struct LslOutlet {
  std::string name = "Emulated", type = "EMG", source_id = "its own";  ///< this: made of its name, since several stream at once in tests
  std::string format = "float32";
  double fs_hz = 2000;
  std::size_t channels = 8;
  std::int64_t chunk_rows = 20;  ///< pushed at once: one time stamp
  double jitter_s = 0;           ///< stamps are off by up to so much
  bool big_endian = false;
  std::string version = "1.1";
  std::string channel_unit = "microvolts", channel_type = "EMG";
  LslReturn returns = LslReturn::same_outlet;
  double clock_ahead_s = 5000;  ///< of this computer's
};

class LslEmulator {
 public:
  LslEmulator(LslOutlet outlet, Habits habits)
      : outlet_(std::move(outlet)), habits_(std::move(habits)), listener_(0), ahead_s_(outlet_.clock_ahead_s) {
    if (outlet_.source_id == "its own") outlet_.source_id = "source of " + outlet_.name;
    udp_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    for (port_ = 16572; port_ <= 16603; ++port_) {
      const sockaddr_in here = at_loopback(port_);
      if (::bind(udp_, reinterpret_cast<const sockaddr*>(&here), sizeof here) == 0) break;
    }
    answers_ = std::jthread([this](std::stop_token stop) { answer(stop); });
    samples_ = std::jthread([this](std::stop_token stop) { serve(stop); });
  }
  ~LslEmulator() {
    answers_ = {};
    samples_ = {};
    ::close(udp_);
  }

  /// The sample as it is sent, as a number.
  double sent_value(std::int64_t row, std::size_t channel) const {
    return emulated_count(row, channel) * (outlet_.format.starts_with("int") ? 1 : 0.25);
  }
  /// The sample as it is recorded, as check_rows_came() reads it.
  std::int32_t value(std::int64_t row, std::size_t channel) const {
    const double sent = sent_value(row, channel);
    return outlet_.format.starts_with("int") ? static_cast<std::int32_t>(sent) : std::bit_cast<std::int32_t>(static_cast<float>(sent));
  }
  /// Rows that were sent and can be known to be rows: the one before garbage is not among them.
  const SentRows& sent() const { return sent_; }
  int times_asked() const { return times_asked_; }  ///< for its clock

  std::string description(bool full) const {
    std::ostringstream xml;
    xml << "<?xml version=\"1.0\"?>\n<info><name>" << outlet_.name << "</name><type>" << outlet_.type << "</type><channel_count>"
        << outlet_.channels << "</channel_count><channel_format>" << outlet_.format << "</channel_format><source_id>" << outlet_.source_id
        << "</source_id><nominal_srate>" << outlet_.fs_hz << "</nominal_srate><version>" << outlet_.version
        << "</version><created_at>1234.5</created_at><uid>" << uid() << "</uid><session_id>default</session_id><hostname>bench</hostname>"
        << "<v4address /><v4data_port>" << data_port_ << "</v4data_port><v4service_port>" << port_
        << "</v4service_port><v6address /><v6data_port>0</v6data_port><v6service_port>0</v6service_port>";
    if (!full) return xml.str() + "<desc /></info>\n";
    xml << "<desc><channels>";
    for (std::size_t c = 0; c < outlet_.channels; ++c)
      xml << "<channel><label>M" << c + 1 << "</label><unit>" << outlet_.channel_unit << "</unit><type>" << outlet_.channel_type
          << "</type></channel>";
    return xml.str() + "</channels></desc></info>\n";
  }

 private:
  using Clock = std::chrono::steady_clock;

  static sockaddr_in at_loopback(int port) {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(static_cast<std::uint16_t>(port));
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return place;
  }
  std::string uid() const { return fmt::format("uid-{}-{}", port_, lives_.load()); }
  double own_time_s() const { return std::chrono::duration<double>(Clock::now().time_since_epoch()).count() + ahead_s_; }

  void answer(const std::stop_token& stop) {
    std::array<char, 4096> room{};
    while (!stop.stop_requested()) {
      pollfd ask{.fd = udp_, .events = POLLIN, .revents = 0};
      if (::poll(&ask, 1, 20) <= 0) continue;
      sockaddr_in from{};
      socklen_t size = sizeof from;
      const auto got = ::recvfrom(udp_, room.data(), room.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
      if (got <= 0 || away_) continue;
      std::istringstream request(std::string(room.data(), static_cast<std::size_t>(got)));
      std::string method, query, id;
      std::getline(request, method);
      std::string reply;
      if (method == "LSL:shortinfo\r") {
        int port = 0;
        std::getline(request, query);
        request >> port >> id;
        pugi::xml_document document;
        document.load_string(description(false).c_str());
        if (!pugi::xpath_query(query.c_str()).evaluate_boolean(document.first_child())) continue;
        from.sin_port = htons(static_cast<std::uint16_t>(port));
        reply = id + "\r\n" + description(false);
      } else if (method == "LSL:timedata\r") {
        int wave = 0;
        double t0 = 0;
        request >> wave >> t0;
        const double t1 = own_time_s();
        reply = fmt::format(" {} {:.16g} {:.16g} {:.16g}", wave, t0, t1, own_time_s());
        ++times_asked_;
      }
      ::sendto(udp_, reply.data(), reply.size(), 0, reinterpret_cast<const sockaddr*>(&from), size);
    }
  }

  void append_number(std::vector<std::byte>& bytes, auto number) const {
    auto raw = std::bit_cast<std::array<std::byte, sizeof number>>(number);
    if (outlet_.big_endian) std::reverse(raw.begin(), raw.end());
    bytes.insert(bytes.end(), raw.begin(), raw.end());
  }
  void append_value(std::vector<std::byte>& bytes, double value) const {
    if (outlet_.format == "float32") append_number(bytes, static_cast<float>(value));
    if (outlet_.format == "double64") append_number(bytes, value);
    if (outlet_.format == "int32") append_number(bytes, static_cast<std::int32_t>(value));
    if (outlet_.format == "int16") append_number(bytes, static_cast<std::int16_t>(value));
  }
  void append_pattern(std::vector<std::byte>& bytes, int offset) const {
    const std::map<std::string, int> more{{"float32", 0}, {"double64", 16777217}, {"int32", 65537}, {"int16", 257}};
    bytes.push_back(std::byte{2});
    append_number(bytes, 123456.789);
    for (int k = 0; k < static_cast<int>(outlet_.channels); ++k)
      append_value(bytes, (k % 2 == 0 ? 1 : -1) * (k + offset + more.at(outlet_.format)));
  }
  void append_row(std::vector<std::byte>& bytes, std::int64_t row) const {
    const bool stamped = row % outlet_.chunk_rows == 0;
    bytes.push_back(std::byte{static_cast<unsigned char>(stamped ? 2 : 1)});
    if (stamped) {
      const double off = static_cast<double>(emulated_count(row, 99) % 100) / 100 * outlet_.jitter_s;
      append_number(bytes, std::chrono::duration<double>(due(row).time_since_epoch()).count() + ahead_s_ + off);
    }
    for (std::size_t c = 0; c < outlet_.channels; ++c) append_value(bytes, sent_value(row, c));
  }

  Clock::time_point due(std::int64_t row) const {
    const double s = static_cast<double>(row) / (outlet_.fs_hz * (1 + habits_.drift_ppm * 1e-6));
    return start_ + std::chrono::nanoseconds(static_cast<std::int64_t>(s * 1e9));
  }
  std::int64_t chunk_at(double t_s) const { return static_cast<std::int64_t>(t_s * outlet_.fs_hz) / outlet_.chunk_rows; }

  void serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::string peer;
      ByteLink link = listener_.accept(std::chrono::milliseconds(50), stop, peer);
      std::string request;
      std::array<std::byte, 1> byte{};
      const auto is_whole = [&] { return request == "LSL:fullinfo\r\n" || request.ends_with("\r\n\r\n"); };
      while (link.is_open() && !is_whole() && link.receive_all(byte, std::chrono::seconds(1), stop)) request += static_cast<char>(byte[0]);
      if (request == "LSL:fullinfo\r\n") link.send(description(true));
      if (!request.starts_with("LSL:streamfeed/110 ")) continue;
      const std::string uid = this->uid();
      if (!request.starts_with("LSL:streamfeed/110 " + uid + "\r\n")) {
        link.send("LSL/110 404 Not found");
        continue;
      }
      std::vector<std::byte> bytes;
      for (const char c :
           fmt::format("LSL/110 200 OK\r\nUID: {}\r\nByte-Order: {}\r\nSuppress-Subnormals: 0\r\nData-Protocol-Version: 110\r\n\r\n", uid,
                       outlet_.big_endian ? 4321 : 1234))
        bytes.push_back(static_cast<std::byte>(c));
      append_pattern(bytes, 4);
      append_pattern(bytes, 2);
      send_in_pieces(link, bytes, 5);
      if (!std::exchange(has_started_, true)) start_ = Clock::now();
      send_samples(link, stop);
    }
  }

  /// From the next chunk that is due until the connection ends.
  void send_samples(ByteLink& link, const std::stop_token& stop) {
    const auto elapsed_s = std::chrono::duration<double>(Clock::now() - start_).count();
    std::vector<std::byte> bytes;
    next_chunk_ = std::max(next_chunk_, chunk_at(elapsed_s));
    while (!stop.stop_requested()) {
      const std::int64_t chunk = next_chunk_++;  // none is sent twice, however soon somebody connects again
      const std::int64_t first = chunk * outlet_.chunk_rows, end = first + outlet_.chunk_rows;
      const bool drops = std::any_of(habits_.drops.begin(), habits_.drops.end(), [&](double t_s) { return chunk_at(t_s) == chunk; });
      const bool garbage = habits_.garbage_s >= 0 && chunk_at(habits_.garbage_s) == chunk;
      std::this_thread::sleep_until(due(end));
      if (chunk >= chunk_at(habits_.seconds)) return wait_for_close(link, stop, std::chrono::seconds(1000));
      if (!drops && !garbage && falls(static_cast<std::uint64_t>(chunk), habits_.lost_share)) continue;
      bytes.clear();
      const std::int64_t whole = drops ? first + outlet_.chunk_rows / 2 : end;
      for (std::int64_t row = first; row < whole; ++row) append_row(bytes, row);
      if (drops) {  // in the middle of a row
        std::vector<std::byte> row;
        append_row(row, whole);
        bytes.insert(bytes.end(), row.begin(), row.begin() + static_cast<std::ptrdiff_t>(row.size() / 2));
      }
      if (garbage) {
        const auto more = garbage_bytes(habits_.garbage_bytes, 77);
        bytes.insert(bytes.end(), more.begin(), more.end());
      }
      const bool went = habits_.splits ? send_in_pieces(link, bytes, static_cast<std::uint64_t>(chunk)) : link.send(bytes);
      if (!went) return;
      sent_.sent(first, whole - first - (garbage ? 1 : 0));
      if (garbage) return wait_for_close(link, stop, std::chrono::seconds(2));
      if (drops) return go_away(link);
    }
  }

  void wait_for_close(ByteLink& link, const std::stop_token& stop, std::chrono::milliseconds patience) {
    std::array<std::byte, 64> room{};
    const auto until = Clock::now() + patience;
    while (link.is_open() && !stop.stop_requested() && Clock::now() < until) link.receive(room, std::chrono::milliseconds(50), stop);
  }

  void go_away(ByteLink& link) {
    away_ = true;
    link.close();
    if (outlet_.returns != LslReturn::same_outlet) {
      ++lives_;
      listener_ = TcpListener(0);
      data_port_ = listener_.port();
    }
    if (outlet_.returns == LslReturn::on_another_computer) ahead_s_ = ahead_s_ - 3333.25;
    std::this_thread::sleep_for(std::chrono::duration<double>(habits_.away_s));
    away_ = false;
  }

  LslOutlet outlet_;
  Habits habits_;
  TcpListener listener_;
  int udp_ = -1, port_ = 0;
  std::atomic<int> data_port_ = listener_.port(), lives_ = 1, times_asked_ = 0;
  std::atomic<double> ahead_s_;
  std::atomic<bool> away_ = false;
  bool has_started_ = false;
  std::int64_t next_chunk_ = 0;
  Clock::time_point start_;
  SentRows sent_;
  std::jthread answers_, samples_;
};

}  // namespace semg::test
