// SPDX-License-Identifier: BSD-3-Clause
#include "io/devices/lsl_network.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string_view>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "io/devices/look_up.hpp"

namespace semg {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kGroupPort = 16571;
constexpr int kFirstPort = 16572, kLastPort = 16603;                                          // of the streams of one computer
constexpr std::array<const char*, 3> kGroups{"224.0.0.1", "224.0.0.183", "239.255.172.215"};  // the link's hosts; liblsl's link and site
constexpr int kHops = 24;                                                                     // within a site
constexpr milliseconds kAskAgain{250};
constexpr milliseconds kOthersAnswerWithin{500};
constexpr int kProbes = 8;
constexpr milliseconds kProbeEvery{64};
constexpr milliseconds kProbesEvery{2000};
constexpr milliseconds kProbeAnswers{128};  // the last of eight is waited for as long
constexpr milliseconds kHurried{60};

double seconds_of(steady_clock::time_point time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

sockaddr_in at(in_addr address, int port) {
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(static_cast<std::uint16_t>(port));
  place.sin_addr = address;
  return place;
}

void wait_for_bytes(int descriptor, milliseconds patience) {
  pollfd ask{.fd = descriptor, .events = POLLIN, .revents = 0};
  ::poll(&ask, 1, static_cast<int>(patience.count()));
}

/// The address of a host in IPv4, of which lab streaming layer's ports are; nothing where there is none.
std::optional<in_addr> address_of(const std::string& host, const std::stop_token& stop, std::string& trouble) {
  const Addresses found = look_up(host, 0, AF_INET, SOCK_DGRAM, stop, trouble);
  if (!found) return std::nullopt;
  return reinterpret_cast<const sockaddr_in*>(found->ai_addr)->sin_addr;
}

/// One socket that asks and hears.
class Asker {
 public:
  Asker() : link_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    const auto hops = static_cast<unsigned char>(kHops);
    ::setsockopt(link_.descriptor(), SOL_SOCKET, SO_BROADCAST, &on, sizeof on);
    ::setsockopt(link_.descriptor(), IPPROTO_IP, IP_MULTICAST_TTL, &hops, sizeof hops);
    sockaddr_in here = at({htonl(INADDR_ANY)}, 0);
    socklen_t size = sizeof here;
    ::bind(link_.descriptor(), reinterpret_cast<const sockaddr*>(&here), size);
    ::getsockname(link_.descriptor(), reinterpret_cast<sockaddr*>(&here), &size);
    port_ = ntohs(here.sin_port);
  }
  int port() const noexcept { return port_; }

  void ask_host(in_addr address, const std::string& question) {
    for (int port = kGroupPort; port <= kLastPort; ++port) send(at(address, port), question);
  }

  /// All networks this computer is in. What a network does not carry is not sent: no error.
  void ask_around(const std::string& question) {
    ask_host({htonl(INADDR_LOOPBACK)}, question);
    send(at({htonl(INADDR_BROADCAST)}, kGroupPort), question);
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0) return;
    const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner(first, ::freeifaddrs);
    for (const ifaddrs* own = first; own != nullptr; own = own->ifa_next) {
      if (own->ifa_addr == nullptr || own->ifa_addr->sa_family != AF_INET || (own->ifa_flags & IFF_UP) == 0) continue;
      const in_addr address = reinterpret_cast<const sockaddr_in*>(own->ifa_addr)->sin_addr;
      ::setsockopt(link_.descriptor(), IPPROTO_IP, IP_MULTICAST_IF, &address, sizeof address);
      for (const char* group : kGroups) {
        in_addr members{};
        ::inet_pton(AF_INET, group, &members);
        send(at(members, kGroupPort), question);
      }
      if ((own->ifa_flags & IFF_BROADCAST) != 0 && own->ifa_broadaddr != nullptr)
        send(at(reinterpret_cast<const sockaddr_in*>(own->ifa_broadaddr)->sin_addr, kGroupPort), question);
    }
  }

  /// The next answer, with who sent it; empty where none came within `patience`.
  std::string_view hear(std::span<char> room, milliseconds patience, const std::stop_token& stop, std::string& sender) {
    const auto until = steady_clock::now() + patience;
    do {
      wait_for_bytes(link_.descriptor(), milliseconds(5));
      sockaddr_in from{};
      socklen_t size = sizeof from;
      const auto got = ::recvfrom(link_.descriptor(), room.data(), room.size(), MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&from), &size);
      if (got > 0) {
        std::array<char, INET_ADDRSTRLEN> text{};
        ::inet_ntop(AF_INET, &from.sin_addr, text.data(), text.size());
        sender = text.data();
        return {room.data(), static_cast<std::size_t>(got)};
      }
    } while (!stop.stop_requested() && steady_clock::now() < until);
    return {};
  }

 private:
  void send(const sockaddr_in& to, const std::string& text) {
    ::sendto(link_.descriptor(), text.data(), text.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  }

  ByteLink link_;
  int port_ = 0;
};

}  // namespace

std::vector<LslFound> look_for_lsl_streams(const LslWanted& wanted, const std::string& host, milliseconds patience,
                                           const std::function<bool(const LslFound&)>& is_enough, const std::stop_token& stop,
                                           std::string& trouble) {
  std::optional<in_addr> address;
  if (!host.empty() && !(address = address_of(host, stop, trouble))) return {};
  Asker asker;
  const std::string id = "semg";
  const std::string question = lsl_question(wanted, asker.port(), id);
  std::vector<char> room(1 << 16);
  std::vector<LslFound> found;
  auto until = steady_clock::now() + patience;
  auto ask_at = steady_clock::now();
  while (!stop.stop_requested() && steady_clock::now() < until) {
    if (steady_clock::now() >= ask_at) {
      if (address) asker.ask_host(*address, question);
      if (!address) asker.ask_around(question);
      ask_at += kAskAgain;
    }
    std::string sender;
    auto info = read_lsl_answer(asker.hear(room, milliseconds(20), stop, sender), id);
    if (!info || !matches(*info, wanted)) continue;
    if (std::any_of(found.begin(), found.end(), [&](const LslFound& other) { return other.info.uid == info->uid; })) continue;
    if (found.empty()) until = std::min(until, steady_clock::now() + kOthersAnswerWithin);
    found.push_back({.info = std::move(*info), .address = sender});
    if (is_enough(found.back())) return {found.back()};
  }
  return found;
}

LslClockProbe::LslClockProbe(const std::string& address, int port)
    : link_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  in_addr there{};
  ::inet_pton(AF_INET, address.c_str(), &there);
  const sockaddr_in place = at(there, port);
  ::connect(link_.descriptor(), reinterpret_cast<const sockaddr*>(&place), sizeof place);
}

void LslClockProbe::ask() {
  const std::string question = lsl_time_request(wave_, seconds_of(steady_clock::now()));
  ::send(link_.descriptor(), question.data(), question.size(), MSG_NOSIGNAL);  // who does not listen is asked again in two seconds
  ++asked_;
}

void LslClockProbe::ask_when_due(Time now) {
  if (now < due_) return;
  if (asked_ < kProbes) {
    ask();
    due_ = now + (asked_ < kProbes ? kProbeEvery : kProbeAnswers);
    return;
  }
  if (best_s_) ahead_s_ = best_s_;
  best_s_.reset();
  asked_ = 0;
  ++wave_;
  due_ = now + kProbesEvery - kProbes * kProbeEvery - kProbeAnswers;
}

void LslClockProbe::hear() {
  std::array<char, 512> room{};
  for (;;) {
    const auto got = ::recv(link_.descriptor(), room.data(), room.size(), MSG_DONTWAIT);
    if (got <= 0) return;
    const double t3_s = seconds_of(steady_clock::now());
    const auto reply = read_lsl_time_reply({room.data(), static_cast<std::size_t>(got)});
    if (!reply || reply->wave != wave_) continue;
    ++heard_;
    const double way_s = (t3_s - reply->t0_s) - (reply->t2_s - reply->t1_s);
    if (best_s_ && way_s >= quickest_s_) continue;
    quickest_s_ = way_s;
    best_s_ = ((reply->t1_s - reply->t0_s) + (reply->t2_s - t3_s)) / 2;
  }
}

std::optional<double> LslClockProbe::ahead_now_s(const std::stop_token& stop) {
  const auto until = steady_clock::now() + kHurried;
  for (int k = 0; k < kProbes && !stop.stop_requested(); ++k) {
    ++wave_;
    const int before = heard_;
    ask();
    do {
      wait_for_bytes(link_.descriptor(), milliseconds(5));
      hear();
    } while (heard_ == before && steady_clock::now() < until);
  }
  if (best_s_) ahead_s_ = best_s_;
  return ahead_s_;
}

}  // namespace semg
