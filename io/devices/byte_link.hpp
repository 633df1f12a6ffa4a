// SPDX-License-Identifier: BSD-3-Clause
// Bytes to and from a device: TCP either way round, a serial port. Waits end when the reader is to stop.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

namespace semg {

/// An open connection. Move only; closes itself. Nothing here throws once it is open: a connection that ended is an ordinary event.
class ByteLink {
 public:
  ByteLink() = default;
  explicit ByteLink(int descriptor) noexcept : descriptor_(descriptor) {}
  ~ByteLink() { close(); }
  ByteLink(ByteLink&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  ByteLink& operator=(ByteLink&& other) noexcept;

  bool is_open() const noexcept { return descriptor_ >= 0; }
  int descriptor() const noexcept { return descriptor_; }
  void close() noexcept;

  /// Waits for bytes and gives what has come, at most room.size(): never assume that all of a message came at once.
  /// 0: nothing came within `patience`, or `stop` was asked for, or the connection ended, which closes the link.
  std::size_t receive(std::span<std::byte> room, std::chrono::milliseconds patience, const std::stop_token& stop) noexcept;
  /// Exactly `room`; false where the connection ended, `patience` (for all of it) is over or `stop` was asked for. Received bytes are lost
  /// then.
  bool receive_all(std::span<std::byte> room, std::chrono::milliseconds patience, const std::stop_token& stop) noexcept;
  /// All of it; false where the connection ended or took nothing for 5 s, which closes the link.
  bool send(std::span<const std::byte> bytes) noexcept;
  bool send(std::string_view text) noexcept;

 private:
  int descriptor_ = -1;
};

/// Connects to host:port; no link where nobody answers within `patience`, with why in `trouble`. TCP_NODELAY and TCP_QUICKACK are on, and
/// keep-alive finds a dead peer within about ten seconds.
ByteLink connect_tcp(const std::string& host, int port, std::chrono::milliseconds patience, const std::stop_token& stop,
                     std::string& trouble);

/// Waits for a device that connects to us.
class TcpListener {
 public:
  /// Listens on all addresses of this computer, since the device comes from the network. Port 0: any free one. Throws Error(try_again)
  /// where the port is taken, Error(cannot_create) else.
  explicit TcpListener(int port);
  int port() const noexcept { return port_; }
  /// No link where nobody came within `patience` or `stop` was asked for. `peer`: its address.
  ByteLink accept(std::chrono::milliseconds patience, const std::stop_token& stop, std::string& peer);

 private:
  ByteLink listener_;
  int port_ = 0;
};

/// A serial port in raw mode, 8N1, ours alone. No link where it cannot be opened, with why in `trouble`. Throws Error(usage) for a speed
/// that no port has.
ByteLink open_serial(const std::string& path, int baud, std::string& trouble);

/// False where `stop` was asked for before.
bool wait_until(std::chrono::steady_clock::time_point when, const std::stop_token& stop);

/// Waits between attempts to connect again: 0.25 s, doubled up to 5 s. False where `stop` was asked for meanwhile.
class Backoff {
 public:
  bool wait(const std::stop_token& stop);
  void reset() noexcept { next_ = std::chrono::milliseconds(250); }

 private:
  std::chrono::milliseconds next_{250};
};

}  // namespace semg
