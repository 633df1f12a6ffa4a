// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/edf.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <string_view>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "io/formats/edf_records.hpp"
#include "io/formats/unique_labels.hpp"

namespace semg {
namespace {

constexpr std::size_t kMaxTriggers = 1'000'000;

class EdfFile : public SignalFile {
 public:
  explicit EdfFile(const std::filesystem::path& path);
  void read(std::size_t channel, std::int64_t first, std::span<double> out) override;

 private:
  void add_channel(const EdfSignal& signal);
  void read_triggers(const EdfSignal& signal);
  void say_start();

  EdfRecords records_;
  std::vector<EdfSignal> signals_;  // [channels]
};

EdfFile::EdfFile(const std::filesystem::path& path) : records_(path) {
  format = records_.header().format;
  events = records_.annotations();
  warnings = records_.warnings();
  incomplete = records_.left_out();
  for (const EdfSignal& signal : records_.header().signals) {
    if (!signal.annotations) add_channel(signal);
  }
  make_labels_unique(channels);
  const bool usable = std::any_of(channels.begin(), channels.end(), [](const ForeignChannel& c) { return c.signal; });
  for (std::size_t i = 0; i < channels.size(); ++i) {
    if (signals_[i].fault.empty()) continue;
    if (!usable) throw Error(Fault::data, records_.name() + ": " + signals_[i].fault);
    warnings.push_back({"channel_refused", channels[i].label, signals_[i].fault});
  }
  const auto slower = [](const EdfSignal& a, const EdfSignal& b) { return a.samples < b.samples; };
  gaps = records_.gaps(*std::max_element(signals_.begin(), signals_.end(), slower));
  std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.t_s < b.t_s; });
  say_start();
}

void EdfFile::add_channel(const EdfSignal& signal) {
  ForeignChannel channel;
  channel.label = signal.label;
  channel.fs_hz = static_cast<double>(signal.samples) / records_.header().record_s;
  channel.rows = records_.rows(signal);
  channel.integer = true;
  channel.count_low = signal.digital_min;
  channel.count_high = signal.digital_max;
  signals_.push_back(signal);
  if (signal.label == "Status" && (records_.header().sample_bytes == 3 || signal.unit == "Boolean")) {
    signals_.back().fault.clear();  // bits have no physical range
    channel.signal = false;
    read_triggers(signal);
  } else if (signal.fault.empty()) {
    channel.unit = signal.unit;
    channel.scale = (signal.physical_max - signal.physical_min) / (signal.digital_max - signal.digital_min);
    channel.offset = signal.physical_min - channel.scale * signal.digital_min;
  } else {
    channel.signal = false;
    incomplete = true;
  }
  channels.push_back(std::move(channel));
}

/// BioSemi: the low 16 bits of the status word are the trigger lines. A code that is above the one before it has been sent.
void EdfFile::read_triggers(const EdfSignal& signal) {
  const double fs_hz = static_cast<double>(signal.samples) / records_.header().record_s;
  const std::int64_t rows = records_.rows(signal);
  std::vector<double> words(65536);
  std::int64_t before = 0xFFFF;  // what is there from the start was not sent now
  std::size_t found = 0;
  for (std::int64_t row = 0; row < rows;) {
    const auto part = std::span(words).first(static_cast<std::size_t>(std::min<std::int64_t>(rows - row, 65536)));
    records_.read(signal, row, part);
    for (std::size_t i = 0; i < part.size(); ++i) {
      if (std::isnan(part[i])) continue;  // in a gap
      const std::int64_t code = static_cast<std::int64_t>(part[i]) & 0xFFFF;
      if (code > before && ++found <= kMaxTriggers) {
        events.push_back({static_cast<double>(row + static_cast<std::int64_t>(i)) / fs_hz, 0, fmt::format("trigger {}", code)});
      }
      before = code;
    }
    row += static_cast<std::int64_t>(part.size());
  }
  if (found > kMaxTriggers) {
    warnings.push_back({"too_many_events", signal.label, fmt::format("triggers: found {}, expected at most {}", found, kMaxTriggers)});
    incomplete = true;
  }
}

/// The header's whole seconds, and the first record's time after them.
void EdfFile::say_start() {
  const EdfHeader& header = records_.header();
  if (!header.start) {
    warnings.push_back({"no_start", "", header.start_fault});
    return;
  }
  const auto ticks = std::chrono::microseconds(std::llround(records_.start_s() * 1e6));
  const auto start = std::chrono::floor<std::chrono::seconds>(*header.start + ticks);
  const auto fraction = (*header.start + ticks - start).count();
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(start));
  const std::chrono::hh_mm_ss clock(start - std::chrono::floor<std::chrono::days>(start));
  session_start = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                              static_cast<unsigned>(date.day()), clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (fraction > 0) session_start += fmt::format(".{:06}", fraction);
  warnings.push_back({"no_time_zone", "", "start: found " + session_start + " without a time zone, taken as UTC"});
  session_start += "+00:00";
}

void EdfFile::read(std::size_t channel, std::int64_t first, std::span<double> out) {
  const EdfSignal& signal = signals_.at(channel);
  if (!signal.fault.empty()) throw Error(Fault::data, records_.name() + ": " + signal.fault);
  records_.read(signal, first, out);
}

}  // namespace

bool looks_like_edf(std::span<const std::byte> first_bytes) noexcept {
  constexpr std::string_view kEdf = "0       ";
  constexpr std::string_view kBdf =
      "\xFF"
      "BIOSEMI";
  if (first_bytes.size() < 8) return false;
  return std::memcmp(first_bytes.data(), kEdf.data(), 8) == 0 || std::memcmp(first_bytes.data(), kBdf.data(), 8) == 0;
}

std::unique_ptr<SignalFile> open_edf(const std::filesystem::path& path) {
  return std::make_unique<EdfFile>(path);
}

}  // namespace semg
