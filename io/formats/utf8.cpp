// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/utf8.hpp"

#include <algorithm>
#include <cstddef>

namespace semg {
namespace {

// Length of the valid UTF-8 sequence at the front of `text`; 0 where there is none.
std::size_t sequence_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                             : (lead & 0xF0U) == 0xE0      ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  if (lead == 0xE0 && byte(1) < 0xA0) return 0;  // longer than it need be
  if (lead == 0xED && byte(1) > 0x9F) return 0;  // a half of a UTF-16 pair
  if (lead == 0xF0 && byte(1) < 0x90) return 0;
  if (lead == 0xF4 && byte(1) > 0x8F) return 0;
  return length;
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool begins_as_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) {
      // Whatever could follow, some continuation would have to make it whole.
      const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
      const std::size_t wanted = byte(0) >= 0xC2 && byte(0) < 0xE0   ? 2
                                 : byte(0) >= 0xE0 && byte(0) < 0xF0 ? 3
                                 : byte(0) >= 0xF0 && byte(0) < 0xF5 ? 4
                                                                     : 0;
      return text.size() < wanted &&
             std::all_of(text.begin() + 1, text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; });
    }
    text.remove_prefix(length);
  }
  return true;
}

std::string valid_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = sequence_length(bytes);
    text += length > 0 ? bytes.substr(0, length) : "\xEF\xBF\xBD";
    bytes.remove_prefix(length > 0 ? length : 1);
  }
  return text;
}

std::string utf8_of(std::string_view text) {
  const bool latin1 = !is_utf8(text);
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || (latin1 && byte >= 0x80 && byte < 0xA0)) {
      out += ' ';
    } else if (latin1 && byte >= 0x80) {
      out += static_cast<char>(0xC0U | (byte >> 6U));
      out += static_cast<char>(0x80U | (byte & 0x3FU));
    } else {
      out += c;
    }
  }
  const std::size_t first = out.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return out.substr(first, out.find_last_not_of(' ') - first + 1);
}

}  // namespace semg
