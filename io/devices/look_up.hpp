// SPDX-License-Identifier: BSD-3-Clause
// The addresses of a computer's name.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

struct addrinfo;

namespace semg {

using Addresses = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;

/// The addresses of `host` (a name or a number) with `port`; null where there are none, with why in `trouble`, and where `stop` was asked
/// for: the system's own search for a name takes as long as it likes and is left to itself then.
Addresses look_up(const std::string& host, int port, int family, int socket_type, const std::stop_token& stop, std::string& trouble);

}  // namespace semg
