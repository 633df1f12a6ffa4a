// SPDX-License-Identifier: BSD-3-Clause
#include "io/devices/byte_link.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "dsp/error.hpp"
#include "io/devices/look_up.hpp"

namespace semg {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kLook{20};  // how often a wait looks whether it is to stop

/// True when the descriptor is ready for `events`; false where `until` is over or `stop` was asked for.
bool wait_for(int descriptor, short events, steady_clock::time_point until, const std::stop_token& stop) noexcept {
  while (!stop.stop_requested()) {
    const auto left = std::chrono::duration_cast<milliseconds>(until - steady_clock::now());
    pollfd ask{.fd = descriptor, .events = events, .revents = 0};
    const int ready = ::poll(&ask, 1, static_cast<int>(std::clamp(left, milliseconds(0), kLook).count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
    if (steady_clock::now() >= until) return false;
  }
  return false;
}

void set(int socket, int level, int name, int value) noexcept {
  ::setsockopt(socket, level, name, &value, sizeof value);
}

void tune(int socket) noexcept {
  set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  set(socket, IPPROTO_TCP, TCP_QUICKACK, 1);
  set(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(socket, IPPROTO_TCP, TCP_KEEPIDLE, 4);
  set(socket, IPPROTO_TCP, TCP_KEEPINTVL, 2);
  set(socket, IPPROTO_TCP, TCP_KEEPCNT, 3);
}

std::string words_of(int error) {
  return std::strerror(error);
}

speed_t speed_of(const std::string& path, int baud) {
  static constexpr std::array<std::pair<int, speed_t>, 12> kSpeeds{{{9600, B9600},
                                                                    {19200, B19200},
                                                                    {38400, B38400},
                                                                    {57600, B57600},
                                                                    {115200, B115200},
                                                                    {230400, B230400},
                                                                    {460800, B460800},
                                                                    {500000, B500000},
                                                                    {921600, B921600},
                                                                    {1000000, B1000000},
                                                                    {2000000, B2000000},
                                                                    {3000000, B3000000}}};
  for (const auto& [speed, code] : kSpeeds)
    if (speed == baud) return code;
  throw Error(Fault::usage, fmt::format("{}: baud: found {}, expected 9600, 19200, 38400, 57600, 115200, 230400, 460800, 500000, 921600, "
                                        "1000000, 2000000 or 3000000",
                                        path, baud));
}

}  // namespace

ByteLink& ByteLink::operator=(ByteLink&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = std::exchange(other.descriptor_, -1);
  }
  return *this;
}

void ByteLink::close() noexcept {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

std::size_t ByteLink::receive(std::span<std::byte> room, milliseconds patience, const std::stop_token& stop) noexcept {
  if (!is_open() || !wait_for(descriptor_, POLLIN, steady_clock::now() + patience, stop)) return 0;
  const auto got = ::read(descriptor_, room.data(), room.size());
  if (got > 0) return static_cast<std::size_t>(got);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return 0;
  close();
  return 0;
}

bool ByteLink::receive_all(std::span<std::byte> room, milliseconds patience, const std::stop_token& stop) noexcept {
  const auto until = steady_clock::now() + patience;
  while (!room.empty()) {
    const auto left = std::chrono::duration_cast<milliseconds>(until - steady_clock::now());
    const std::size_t got = receive(room, std::max(left, milliseconds(0)), stop);
    room = room.subspan(got);
    if (got == 0 && (!is_open() || stop.stop_requested() || steady_clock::now() >= until)) return false;
  }
  return true;
}

bool ByteLink::send(std::span<const std::byte> bytes) noexcept {
  while (!bytes.empty()) {
    if (!is_open()) return false;
    // A serial port is no socket: write() serves both.
    auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == ENOTSOCK) sent = ::write(descriptor_, bytes.data(), bytes.size());
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN && wait_for(descriptor_, POLLOUT, steady_clock::now() + std::chrono::seconds(5), {})) continue;
    if (sent <= 0) {
      close();
      return false;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

bool ByteLink::send(std::string_view text) noexcept {
  return send(std::as_bytes(std::span(text.data(), text.size())));
}

ByteLink connect_tcp(const std::string& host, int port, milliseconds patience, const std::stop_token& stop, std::string& trouble) {
  const Addresses found = look_up(host, port, AF_UNSPEC, SOCK_STREAM, stop, trouble);
  if (!found) return {};
  int left = 0;
  for (const addrinfo* at = found.get(); at != nullptr; at = at->ai_next) ++left;
  const auto until = steady_clock::now() + patience;
  trouble = fmt::format("nobody answers at {}:{}", host, port);
  for (const addrinfo* at = found.get(); at != nullptr; at = at->ai_next, --left) {
    const auto share = steady_clock::now() + (until - steady_clock::now()) / left;  // a silent address leaves time for the next
    ByteLink link(::socket(at->ai_family, at->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, at->ai_protocol));
    if (!link.is_open()) continue;
    int error = 0;
    if (::connect(link.descriptor(), at->ai_addr, at->ai_addrlen) != 0) {
      if (errno != EINPROGRESS) {
        error = errno;
      } else if (!wait_for(link.descriptor(), POLLOUT, share, stop)) {
        if (stop.stop_requested()) return {};
        continue;
      } else {
        socklen_t size = sizeof error;
        ::getsockopt(link.descriptor(), SOL_SOCKET, SO_ERROR, &error, &size);
      }
    }
    if (error == 0) {
      tune(link.descriptor());
      trouble.clear();
      return link;
    }
    trouble = fmt::format("nobody answers at {}:{} ({})", host, port, words_of(error));
  }
  return {};
}

TcpListener::TcpListener(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  listener_ = ByteLink(socket);
  set(socket, SOL_SOCKET, SO_REUSEADDR, 1);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_port = htons(static_cast<std::uint16_t>(port));
  here.sin_addr.s_addr = htonl(INADDR_ANY);
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0 || ::listen(socket, 4) != 0) {
    const int error = errno;
    const Fault fault = error == EADDRINUSE ? Fault::try_again : Fault::cannot_create;
    throw Error(fault, fmt::format("port {}: found {}, expected a port that is free", port, words_of(error)));
  }
  socklen_t size = sizeof here;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&here), &size);
  port_ = ntohs(here.sin_port);
}

ByteLink TcpListener::accept(milliseconds patience, const std::stop_token& stop, std::string& peer) {
  if (!wait_for(listener_.descriptor(), POLLIN, steady_clock::now() + patience, stop)) return {};
  sockaddr_in there{};
  socklen_t size = sizeof there;
  ByteLink link(::accept4(listener_.descriptor(), reinterpret_cast<sockaddr*>(&there), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!link.is_open()) return link;
  tune(link.descriptor());
  std::array<char, NI_MAXHOST> host{};
  ::getnameinfo(reinterpret_cast<const sockaddr*>(&there), size, host.data(), host.size(), nullptr, 0, NI_NUMERICHOST);
  peer = host.data();
  return link;
}

ByteLink open_serial(const std::string& path, int baud, std::string& trouble) {
  const speed_t speed = speed_of(path, baud);
  ByteLink link(::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  termios how{};
  // Nobody else may open it from now on: two readers would share the bytes between them.
  if (!link.is_open() || ::tcgetattr(link.descriptor(), &how) != 0 || ::ioctl(link.descriptor(), TIOCEXCL) != 0) {
    trouble = fmt::format("{}: {}", path, words_of(errno));
    return {};
  }
  ::cfmakeraw(&how);
  how.c_cflag |= CLOCAL | CREAD;
  how.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | CRTSCTS);
  how.c_iflag &= ~static_cast<tcflag_t>(IXOFF | IXANY);
  how.c_cc[VMIN] = 1;
  how.c_cc[VTIME] = 0;
  ::cfsetispeed(&how, speed);
  ::cfsetospeed(&how, speed);
  if (::tcsetattr(link.descriptor(), TCSANOW, &how) != 0) {
    trouble = fmt::format("{}: {}", path, words_of(errno));
    return {};
  }
  ::tcflush(link.descriptor(), TCIOFLUSH);
  return link;
}

bool wait_until(steady_clock::time_point when, const std::stop_token& stop) {
  while (!stop.stop_requested() && steady_clock::now() < when) std::this_thread::sleep_until(std::min(when, steady_clock::now() + kLook));
  return !stop.stop_requested();
}

bool Backoff::wait(const std::stop_token& stop) {
  const auto until = steady_clock::now() + next_;
  next_ = std::min(next_ * 2, milliseconds(5000));
  return wait_until(until, stop);
}

}  // namespace semg
