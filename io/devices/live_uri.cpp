// SPDX-License-Identifier: BSD-3-Clause
#include "io/devices/live_uri.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "dsp/error.hpp"

namespace semg {
namespace {

[[noreturn]] void refuse(const std::string& uri, const std::string& field, const std::string& found, const std::string& expected) {
  throw Error(Fault::usage, fmt::format("{}: {}: found {}, expected {}", uri, field, found, expected));
}

std::string decoded(const std::string& uri, std::string_view text) {
  std::string plain;
  for (std::size_t k = 0; k < text.size(); ++k) {
    if (text[k] != '%') {
      plain += text[k];
      continue;
    }
    unsigned byte = 0;
    const char* from = text.data() + k + 1;
    if (k + 2 >= text.size() || std::from_chars(from, from + 2, byte, 16).ptr != from + 2)
      refuse(uri, "percent sign", fmt::format("'{}'", text.substr(k, 3)), "two hexadecimal digits after it, %25 for the sign itself");
    plain += static_cast<char>(byte);
    k += 2;
  }
  return plain;
}

}  // namespace

LiveUri::LiveUri(const std::string& text) : text_(text) {
  const std::size_t colon = text.find(':');
  if (colon == 0 || colon == std::string::npos)
    refuse(text, "source", fmt::format("'{}'", text),
           "SCHEME:[TARGET][?key=value&...], as in synthetic:?channels=4 (semg devices lists the schemes)");
  scheme_ = text.substr(0, colon);
  const std::size_t question = text.find('?', colon);
  target_ = decoded(text, std::string_view(text).substr(colon + 1, question == std::string::npos ? question : question - colon - 1));
  if (question == std::string::npos) return;
  std::string_view rest = std::string_view(text).substr(question + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const std::size_t equal = pair.find('=');
    if (equal == 0 || equal == std::string_view::npos) refuse(text, "key", fmt::format("'{}'", pair), "key=value");
    const std::string key(pair.substr(0, equal));
    if (!values_.emplace(key, decoded(text, pair.substr(equal + 1))).second) refuse(text, key, "it twice", "it once");
  }
}

void LiveUri::expect_keys(std::initializer_list<std::string_view> known) const {
  for (const auto& [key, value] : values_) {
    if (std::find(known.begin(), known.end(), key) == known.end())
      refuse(text_, "key", fmt::format("'{}'", key), known.size() == 0 ? "none" : fmt::format("{}", fmt::join(known, ", ")));
  }
}

const std::string& LiveUri::target_or_refuse(const std::string& what) const {
  if (target_.empty()) refuse(text_, "target", "nothing", fmt::format("{} after '{}:'", what, scheme_));
  return target_;
}

std::optional<std::string> LiveUri::value(std::string_view key) const {
  const auto at = values_.find(key);
  return at == values_.end() ? std::nullopt : std::optional(at->second);
}

std::string LiveUri::word(std::string_view key, const std::vector<std::string>& words, const std::string& otherwise) const {
  const std::string word = value(key).value_or(otherwise);
  if (std::find(words.begin(), words.end(), word) == words.end())
    refuse(text_, std::string(key), fmt::format("'{}'", word), fmt::format("{}", fmt::join(words, ", ")));
  return word;
}

double LiveUri::number(std::string_view key, double lowest, double highest, std::optional<double> otherwise) const {
  const auto text = value(key);
  const std::string expected = fmt::format("a number from {:g} to {:g}", lowest, highest);
  if (!text) {
    if (!otherwise) refuse(text_, std::string(key), "nothing", expected);
    return *otherwise;
  }
  double number = 0;
  const auto done = std::from_chars(text->data(), text->data() + text->size(), number);
  if (done.ec != std::errc() || done.ptr != text->data() + text->size() || !(number >= lowest && number <= highest))
    refuse(text_, std::string(key), fmt::format("'{}'", *text), expected);
  return number;
}

std::int64_t LiveUri::whole(std::string_view key, std::int64_t lowest, std::int64_t highest, std::optional<std::int64_t> otherwise) const {
  const auto text = value(key);
  const std::string expected = fmt::format("a whole number from {} to {}", lowest, highest);
  if (!text) {
    if (!otherwise) refuse(text_, std::string(key), "nothing", expected);
    return *otherwise;
  }
  std::int64_t number = 0;
  const auto done = std::from_chars(text->data(), text->data() + text->size(), number);
  if (done.ec != std::errc() || done.ptr != text->data() + text->size() || number < lowest || number > highest)
    refuse(text_, std::string(key), fmt::format("'{}'", *text), expected);
  return number;
}

HostAndPort host_and_port(const LiveUri& uri, const std::string& text, std::optional<int> default_port) {
  const std::string expected = default_port ? "HOST or HOST:PORT" : "HOST:PORT";
  const auto bad = [&]() { refuse(uri.text(), "target", fmt::format("'{}'", text), expected); };
  HostAndPort place{.host = text, .port = default_port.value_or(0)};
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : std::string::npos;
  const std::size_t colon = bracket == std::string::npos ? text.rfind(':') : text.find(':', bracket);
  if (bracket != std::string::npos) {
    if (bracket + 1 != text.size() && colon != bracket + 1) bad();
    place.host = text.substr(1, bracket - 1);
  } else if (colon != std::string::npos) {
    if (text.find(':') != colon) bad();  // an address of IPv6 stands in brackets
    place.host = text.substr(0, colon);
  }
  if (colon != std::string::npos) {
    const char* from = text.data() + colon + 1;
    const char* end = text.data() + text.size();
    const auto done = std::from_chars(from, end, place.port);
    if (done.ec != std::errc() || done.ptr != end || place.port < 1 || place.port > 65535) bad();
  } else if (!default_port) {
    bad();
  }
  if (place.host.empty()) bad();
  return place;
}

}  // namespace semg
