// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/edf_annotations.hpp"

#include <charconv>
#include <cmath>
#include <optional>

#include "io/formats/utf8.hpp"

namespace semg {
namespace {

constexpr char kDurationMark = '\x15';
constexpr char kTextMark = '\x14';

std::optional<double> seconds_from(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (fault != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

// One list without its closing NUL.
bool append_list(std::string_view list, std::vector<EdfAnnotation>& annotations) {
  if (!list.starts_with('+') && !list.starts_with('-')) return false;
  const std::size_t first_text = list.find(kTextMark);
  if (first_text == std::string_view::npos || list.back() != kTextMark) return false;
  const std::string_view stamp = list.substr(0, first_text);
  const std::size_t duration_mark = stamp.find(kDurationMark);
  const std::optional<double> onset = seconds_from(stamp.substr(0, duration_mark));
  std::optional<double> duration = 0.0;
  if (duration_mark != std::string_view::npos) duration = seconds_from(stamp.substr(duration_mark + 1));
  if (!onset || !duration || *duration < 0) return false;

  std::size_t start = first_text + 1;
  if (start == list.size()) annotations.push_back({*onset, *duration, {}});  // written so by some for "no text"
  while (start < list.size()) {
    const std::size_t stop = list.find(kTextMark, start);
    annotations.push_back({*onset, *duration, utf8_of(list.substr(start, stop - start))});
    start = stop + 1;
  }
  return true;
}

}  // namespace

bool append_annotations(std::string_view bytes, std::vector<EdfAnnotation>& annotations) {
  while (!bytes.empty()) {
    if (bytes.front() == '\0') {  // the rest of the signal is filled with NULs
      bytes.remove_prefix(1);
      continue;
    }
    const std::size_t end = bytes.find('\0');
    if (end == std::string_view::npos || !append_list(bytes.substr(0, end), annotations)) return false;
    bytes.remove_prefix(end + 1);
  }
  return true;
}

}  // namespace semg
