// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/edf_header.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <istream>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "io/formats/utf8.hpp"

namespace semg {
namespace {

constexpr std::int64_t kPart = 256;  // bytes for the file, and for each signal
constexpr std::int64_t kMaxSignals = 4096;
constexpr double kMaxRate = 1e6;
constexpr std::int64_t kMaxAnnotationBytes = 16 << 20;

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks(" \0", 2);
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

template <class Number>
std::optional<Number> number_from(std::string_view text) {
  text = without_blanks(text);
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
  Number value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if constexpr (std::is_floating_point_v<Number>) {
    if (!std::isfinite(value)) return std::nullopt;
  }
  return value;
}

/// The bytes of a header, cut into fields.
class Fields {
 public:
  Fields(std::string_view bytes, const std::string& name) : bytes_(bytes), name_(name) {}

  std::string_view at(std::int64_t place, std::int64_t width) const {
    return bytes_.substr(static_cast<std::size_t>(place), static_cast<std::size_t>(width));
  }
  std::string sentence(const std::string& field, std::int64_t place, std::int64_t width, const std::string& expected) const {
    return fmt::format("{} (byte {}): found '{}', expected {}", field, place, utf8_of(at(place, width)), expected);
  }
  [[noreturn]] void refuse(const std::string& field, std::int64_t place, std::int64_t width, const std::string& expected) const {
    throw Error(Fault::data, name_ + ": " + sentence(field, place, width, expected));
  }
  template <class Number>
  Number number(const std::string& field, std::int64_t place, const std::string& expected) const {
    const std::optional<Number> value = number_from<Number>(at(place, 8));
    if (!value) refuse(field, place, 8, expected);
    return *value;
  }

 private:
  std::string_view bytes_;
  const std::string& name_;
};

std::optional<std::chrono::year_month_day> date_of(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return date;
}

/// "26.02.18" or "08.24.27" into its three numbers.
std::optional<std::array<int, 3>> three_numbers(std::string_view text) {
  std::array<int, 3> out{};
  for (std::size_t i = 0; i < 3; ++i) {
    const std::optional<int> value = number_from<int>(text.substr(3 * i, 2));
    if (!value || *value < 0 || (i < 2 && text[3 * i + 2] != '.' && text[3 * i + 2] != ':' && text[3 * i + 2] != '-')) return std::nullopt;
    out[i] = *value;
  }
  return out;
}

/// EDF+: "Startdate 29-SEP-2025 ..." says the year in full.
std::optional<std::chrono::year_month_day> long_date(std::string_view recording) {
  constexpr std::string_view kWord = "Startdate ";
  constexpr std::string_view kMonths = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
  if (!recording.starts_with(kWord) || recording.size() < kWord.size() + 11) return std::nullopt;
  const std::string_view date = recording.substr(kWord.size(), 11);
  std::string month(date.substr(3, 3));
  for (char& c : month) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  const std::size_t found = kMonths.find(month);
  const std::optional<int> day = number_from<int>(date.substr(0, 2));
  const std::optional<int> year = number_from<int>(date.substr(7, 4));
  if (found == std::string_view::npos || found % 3 != 0 || !day || !year || *year < 1900) return std::nullopt;
  return date_of(*year, static_cast<int>(found / 3) + 1, *day);
}

void read_start(const Fields& fields, EdfHeader& header) {
  const std::optional<std::array<int, 3>> day = three_numbers(fields.at(168, 8));
  const std::optional<std::array<int, 3>> clock = three_numbers(fields.at(176, 8));
  std::optional<std::chrono::year_month_day> date = long_date(fields.at(88, 80));
  if (!date && day) date = date_of((*day)[2] + ((*day)[2] < 85 ? 2000 : 1900), (*day)[1], (*day)[0]);  // two digits: 1985 to 2084
  if (!date) {
    header.start_fault = fields.sentence("start date", 168, 8, "a date as 31.12.25");
  } else if (!clock || (*clock)[0] > 23 || (*clock)[1] > 59 || (*clock)[2] > 59) {
    header.start_fault = fields.sentence("start time", 176, 8, "a time as 23.59.59");
  } else {
    header.start = std::chrono::sys_days(*date) + std::chrono::hours((*clock)[0]) + std::chrono::minutes((*clock)[1]) +
                   std::chrono::seconds((*clock)[2]);
  }
}

std::string plain_unit(std::string unit) {
  return unit == "\xC2\xB5V" || unit == "\xCE\xBCV" ? "uV" : unit;  // U+00B5 and U+03BC
}

/// The fields of one signal. Of each field those of all signals stand together, so a place is start of the field + signal x width.
EdfSignal read_signal(const Fields& fields, const EdfHeader& header, std::int64_t count, std::int64_t i) {
  const auto place = [&](std::int64_t before, std::int64_t width) { return kPart + before * count + i * width; };
  const auto field = [&](const char* what) { return fmt::format("{} of signal {}", what, i + 1); };
  EdfSignal signal;
  const std::string_view label = without_blanks(fields.at(place(0, 16), 16));
  signal.label = utf8_of(label);
  signal.annotations = label == "EDF Annotations" || label == "BDF Annotations";
  signal.unit = plain_unit(utf8_of(fields.at(place(96, 8), 8)));
  const std::string field_samples = field("samples per data record");
  signal.samples = fields.number<std::int64_t>(field_samples, place(216, 8), "a whole number from 1 on");
  if (signal.samples < 1) fields.refuse(field_samples, place(216, 8), 8, "a whole number from 1 on");
  if (signal.annotations) {
    if (signal.samples * header.sample_bytes > kMaxAnnotationBytes) {
      fields.refuse(field_samples, place(216, 8), 8, fmt::format("at most {} for annotations", kMaxAnnotationBytes / header.sample_bytes));
    }
    return signal;  // its ranges mean nothing
  }

  signal.physical_min = fields.number<double>(field("physical minimum"), place(104, 8), "a number");
  signal.physical_max = fields.number<double>(field("physical maximum"), place(112, 8), "a number");
  const double lowest = header.sample_bytes == 2 ? -32768 : -8388608;
  const double highest = header.sample_bytes == 2 ? 32767 : 8388607;
  const std::string digital = fmt::format("a whole number from {} to {}", lowest, highest);
  signal.digital_min = static_cast<double>(fields.number<std::int64_t>(field("digital minimum"), place(120, 8), digital));
  signal.digital_max = static_cast<double>(fields.number<std::int64_t>(field("digital maximum"), place(128, 8), digital));
  if (signal.digital_min < lowest || signal.digital_min > highest) {
    signal.fault = fields.sentence(field("digital minimum"), place(120, 8), 8, digital);
  } else if (signal.digital_max <= signal.digital_min || signal.digital_max > highest) {
    signal.fault = fields.sentence(field("digital maximum"), place(128, 8), 8,
                                   fmt::format("a whole number above the digital minimum {}, at most {}", signal.digital_min, highest));
  } else if (signal.physical_max <= signal.physical_min) {
    signal.fault = fields.sentence(field("physical maximum"), place(112, 8), 8,
                                   fmt::format("a number above the physical minimum {}", signal.physical_min));
  } else if (header.record_s > 0 && static_cast<double>(signal.samples) / header.record_s > kMaxRate) {
    signal.fault =
        fields.sentence(field_samples, place(216, 8), 8, fmt::format("at most {} Hz with data records of {} s", kMaxRate, header.record_s));
  }
  return signal;
}

}  // namespace

EdfHeader read_edf_header(std::istream& file, const std::string& name) {
  std::string bytes(kPart, '\0');
  file.read(bytes.data(), kPart);
  if (file.gcount() < kPart) {
    throw Error(Fault::data, fmt::format("{}: header: found {} bytes, expected {} for the file and {} for each signal", name, file.gcount(),
                                         kPart, kPart));
  }
  EdfHeader header;
  std::int64_t count = 0;
  {
    const Fields fields(bytes, name);
    const bool bdf = bytes.starts_with(
        "\xFF"
        "BIOSEMI");
    if (!bdf && fields.at(0, 8) != "0       ") fields.refuse("version", 0, 8, "'0' and seven blanks (EDF) or byte 255 and 'BIOSEMI' (BDF)");
    header.sample_bytes = bdf ? 3 : 2;
    const std::string_view kind = fields.at(192, 5);
    const bool continuous = kind == (bdf ? "BDF+C" : "EDF+C");
    header.time = kind == (bdf ? "BDF+D" : "EDF+D") ? EdfTime::jumps : EdfTime::continuous;
    header.format = std::string(bdf ? "BDF" : "EDF") + (continuous || header.time == EdfTime::jumps ? "+" : "");
    const std::string signals_expected = fmt::format("a whole number from 1 to {}", kMaxSignals);
    const auto signals = number_from<std::int64_t>(fields.at(252, 4));
    if (!signals || *signals < 1 || *signals > kMaxSignals) fields.refuse("number of signals", 252, 4, signals_expected);
    count = *signals;
    header.bytes = kPart * (count + 1);
    const std::string size = fmt::format("{} for {} signals", header.bytes, count);
    if (fields.number<std::int64_t>("bytes of the header", 184, size) != header.bytes) fields.refuse("bytes of the header", 184, 8, size);
    header.records = fields.number<std::int64_t>("number of data records", 236, "a whole number, or -1");
    if (header.records < -1) fields.refuse("number of data records", 236, 8, "a whole number, or -1");
    header.record_s = fields.number<double>("duration of a data record", 244, "a number of seconds");
    read_start(fields, header);
  }

  bytes.resize(static_cast<std::size_t>(header.bytes));  // at most 1 MiB
  file.read(bytes.data() + kPart, header.bytes - kPart);
  if (file.gcount() < header.bytes - kPart) {
    throw Error(Fault::data,
                fmt::format("{}: header: found {} bytes, expected {} for {} signals", name, kPart + file.gcount(), header.bytes, count));
  }
  const Fields fields(bytes, name);
  bool samples = false;
  for (std::int64_t i = 0; i < count; ++i) {
    EdfSignal signal = read_signal(fields, header, count, i);
    signal.offset = header.record_bytes;
    header.record_bytes += signal.samples * header.sample_bytes;
    samples = samples || !signal.annotations;
    header.signals.push_back(std::move(signal));
  }
  if (!samples) fields.refuse("number of signals", 252, 4, "one that holds samples beside the annotations");
  if (header.record_s <= 0) fields.refuse("duration of a data record", 244, 8, "more than 0 s");
  return header;
}

}  // namespace semg
