// SPDX-License-Identifier: BSD-3-Clause
// The monitor page over HTTP and a WebSocket. What is said is apps/monitor/README.md; who may hear it is decided here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace semg {

struct PageSettings {
  std::string address = "127.0.0.1";  ///< loopback, unless somebody who knows better says another one
  int port = 0;                       ///< 0: any free one
  std::string token;                  ///< who has it may act
  std::string viewer_token;           ///< who has it may look; empty: nobody
  std::vector<std::string> hosts;     ///< names beside those of loopback under which the page may be asked for, "HOST:PORT"
};

/// Where the server gets its messages; called on its thread.
struct PageSource {
  std::function<std::string(bool may_act)> hello;
  std::function<std::string(std::int64_t viewers)> status;
  std::function<std::int64_t()> news;  ///< grows when a status should not wait for its turn
  std::function<std::string(std::int64_t& next, std::uint64_t number, std::uint32_t& left_out)> signal;
  std::function<std::string(const std::string& wish)> act;  ///< a wish of the page, JSON; a sentence where it cannot be done
  std::function<std::string()> health, metrics;
};

/// One thread. Every request's Host must be one of ours (421), a WebSocket's Origin too (403), and its first message must bring the token
/// within two seconds (401). A viewer that does not read is sent less, and after five seconds nothing; nobody waits for it.
class PageServer {
 public:
  /// Takes the address and answers nobody before start(). Throws Error(try_again) where the port is taken, Error(usage) for an address that
  /// is none of this computer's.
  PageServer(PageSettings settings, PageSource source);
  ~PageServer();
  PageServer(const PageServer&) = delete;
  PageServer& operator=(const PageServer&) = delete;

  void start();
  int port() const noexcept;
  /// "http://127.0.0.1:8080/#t=TOKEN": what follows # is not sent to any server.
  std::string url() const;
  /// The same for somebody who may only look.
  std::string viewer_url() const;

 private:
  struct Body;
  std::unique_ptr<Body> body_;
};

/// 128 bits from the system's generator, as 32 hexadecimal digits. Throws Error(cannot_create).
std::string new_token();

}  // namespace semg
