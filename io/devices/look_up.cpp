// SPDX-License-Identifier: BSD-3-Clause
#include "io/devices/look_up.hpp"

#include <chrono>
#include <future>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <netdb.h>

namespace semg {
namespace {

struct Found {
  int error = 0;
  Addresses addresses{nullptr, ::freeaddrinfo};
};

Found search(const std::string& host, const std::string& port, addrinfo hints, int flags) {
  Found found;
  hints.ai_flags = flags;
  addrinfo* first = nullptr;
  found.error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &first);
  if (found.error == 0) found.addresses.reset(first);
  return found;
}

}  // namespace

Addresses look_up(const std::string& host, int port, int family, int socket_type, const std::stop_token& stop, std::string& trouble) {
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_socktype = socket_type;
  const std::string service = std::to_string(port);
  Found found = search(host, service, hints, AI_NUMERICHOST);
  if (found.error != 0) {
    std::packaged_task<Found()> task([=] { return search(host, service, hints, AI_ADDRCONFIG); });
    auto answer = task.get_future();
    std::thread(std::move(task)).detach();
    while (answer.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready)
      if (stop.stop_requested()) return {nullptr, ::freeaddrinfo};
    found = answer.get();
  }
  if (found.error != 0) trouble = fmt::format("{}: {}", host, ::gai_strerror(found.error));
  return std::move(found.addresses);
}

}  // namespace semg
