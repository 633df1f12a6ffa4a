// SPDX-License-Identifier: BSD-3-Clause
// Where a live stream comes from, as a user writes it: `scheme:[target][?key=value&...]`.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace semg {

/// `muovi:?port=54321` is scheme "muovi", no target, one value. `%41` and the like are decoded in the target and in values.
class LiveUri {
 public:
  /// Throws Error(usage): no scheme, a key twice, a value without a key.
  explicit LiveUri(const std::string& text);

  const std::string& text() const noexcept { return text_; }
  const std::string& scheme() const noexcept { return scheme_; }
  const std::string& target() const noexcept { return target_; }

  /// Throws Error(usage) for a key that is not among `known`; the sentence lists those.
  void expect_keys(std::initializer_list<std::string_view> known) const;
  /// Throws Error(usage) where there is no target; `what` says what it names: "a host", "a serial port".
  const std::string& target_or_refuse(const std::string& what) const;

  std::optional<std::string> value(std::string_view key) const;
  /// Throws Error(usage) where the value is none of `words`.
  std::string word(std::string_view key, const std::vector<std::string>& words, const std::string& otherwise) const;
  /// Throws Error(usage) where the value is no number within [lowest, highest]. Without `otherwise` the key must be there.
  double number(std::string_view key, double lowest, double highest, std::optional<double> otherwise = {}) const;
  std::int64_t whole(std::string_view key, std::int64_t lowest, std::int64_t highest, std::optional<std::int64_t> otherwise = {}) const;

 private:
  std::string text_, scheme_, target_;
  std::map<std::string, std::string, std::less<>> values_;
};

struct HostAndPort {
  std::string host;
  int port = 0;
};
/// "host", "host:port", "[::1]:port". Throws Error(usage) naming `uri` where it is neither, or where there is no port and no
/// `default_port`.
HostAndPort host_and_port(const LiveUri& uri, const std::string& text, std::optional<int> default_port);

}  // namespace semg
