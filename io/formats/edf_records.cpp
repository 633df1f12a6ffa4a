// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/edf_records.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "io/formats/edf_annotations.hpp"

namespace semg {
namespace {

constexpr double kMaxJump = 86400;  // seconds that may be missing in one place
constexpr std::size_t kMaxStretches = 1'000'000;
constexpr std::size_t kMaxAnnotations = 1'000'000;
constexpr std::int64_t kSliceBytes = 1 << 20;  // most that is held of a file's samples

}  // namespace

EdfRecords::EdfRecords(const std::filesystem::path& path) : name_(path.filename().string()) {
  std::error_code fault;
  const auto bytes = std::filesystem::file_size(path, fault);
  file_.rdbuf()->pubsetbuf(nullptr, 0);  // slices are read from all over the file
  if (!fault) file_.open(path, std::ios::binary);
  if (fault || !file_) throw Error(Fault::no_input, name_ + ": cannot be read");
  header_ = read_edf_header(file_, name_);
  count(static_cast<std::int64_t>(bytes));
  read_annotations();
}

/// The file's size decides: the stated number is often not brought up to date.
void EdfRecords::count(std::int64_t file_bytes) {
  const std::int64_t data = file_bytes - header_.bytes;
  count_ = data / header_.record_bytes;
  if (count_ == 0) {
    throw Error(Fault::data,
                fmt::format("{}: data records: found {} bytes, expected at least {} for one", name_, data, header_.record_bytes));
  }
  const auto length = [&](std::int64_t records) {
    return fmt::format("{} ({:.6g} s)", records, static_cast<double>(records) * header_.record_s);
  };
  const std::int64_t left = data % header_.record_bytes;
  const std::string rest = left > 0 ? fmt::format("; the {} bytes of an incomplete one are left out", left) : "";
  const std::string found = "data records: found " + length(count_) + " complete, expected ";
  if (header_.records == -1) {
    warnings_.push_back({"unfinished", "", found + "their number in the header (the recording was not closed)" + rest});
  } else if (count_ < header_.records) {
    warnings_.push_back({"truncated", "", found + length(header_.records) + rest});
  } else if (count_ > header_.records || left > 0) {
    warnings_.push_back({"oversized", "", found + length(header_.records) + " and nothing after them" + rest});
  }
  left_out_ = !warnings_.empty();
}

void EdfRecords::leave_out_from(std::int64_t record, const std::string& found, const std::string& expected) {
  const std::string sentence = fmt::format("start of data record {}: found {}, expected {}", record + 1, found, expected);
  if (record == 0) throw Error(Fault::data, name_ + ": " + sentence);
  warnings_.push_back({"truncated", "", fmt::format("{}; it and what follows ({} records) is left out", sentence, count_ - record)});
  count_ = record;
  left_out_ = true;
}

/// Begins a stretch where rows are missing before the record. False where it and what follows cannot be placed.
bool EdfRecords::place(std::int64_t record, double onset_s) {
  if (record == 0) {
    if (std::abs(onset_s) > kMaxJump) leave_out_from(0, fmt::format("{} s", onset_s), fmt::format("at most {} s", kMaxJump));
    start_s_ = record_start_s_ = onset_s;
    return true;
  }
  if (onset_s <= record_start_s_) {
    leave_out_from(record, fmt::format("{} s", onset_s), fmt::format("a time after {} s", record_start_s_));
    return false;
  }
  record_start_s_ = onset_s;
  const Stretch& last = stretches_.back();
  const double expected = last.at_records + static_cast<double>(record - last.first_record);
  const double late = (onset_s - start_s_) / header_.record_s - expected;
  std::int64_t most = 1;
  for (const EdfSignal& signal : header_.signals) most = std::max(most, signal.annotations ? 1 : signal.samples);
  const double half_row = 0.5 / static_cast<double>(most);
  if (late < half_row) {
    early_records_ += late < -half_row;  // their clock runs slow; the samples are all there
    return true;
  }
  if (late * header_.record_s > kMaxJump || stretches_.size() == kMaxStretches) {
    leave_out_from(record, fmt::format("{} s", onset_s),
                   fmt::format("at most {} s and {} jumps", start_s_ + expected * header_.record_s + kMaxJump, kMaxStretches));
    return false;
  }
  stretches_.push_back({record, expected + late});
  return true;
}

/// The first annotation of a data record has no text and says when the record began; the others become events.
void EdfRecords::read_annotations() {
  const bool jumps = header_.time == EdfTime::jumps;
  const bool timed = header_.format.ends_with('+');
  std::vector<const EdfSignal*> signals;
  for (const EdfSignal& signal : header_.signals) {
    if (signal.annotations) signals.push_back(&signal);
  }
  if (jumps && signals.empty()) leave_out_from(0, "no annotations", "one that says when the record began");

  std::vector<char> bytes;
  std::vector<EdfAnnotation> found;
  std::int64_t damaged = 0;
  for (std::int64_t record = 0; record < count_ && !signals.empty(); ++record) {
    found.clear();
    bool whole = true;
    for (const EdfSignal* signal : signals) {
      bytes.resize(static_cast<std::size_t>(signal->samples * header_.sample_bytes));
      read_bytes(header_.bytes + record * header_.record_bytes + signal->offset, bytes);
      whole = append_annotations({bytes.data(), bytes.size()}, found) && whole;
    }
    damaged += whole ? 0 : 1;
    const bool has_time = !found.empty() && found.front().text.empty();
    if (jumps && !has_time) leave_out_from(record, "no time", "one in the first annotation of each record");
    if (record == count_ || (timed && has_time && (jumps || record == 0) && !place(record, found.front().onset_s))) break;
    for (EdfAnnotation& a : found) {
      if (!a.text.empty() && annotations_.size() < kMaxAnnotations)
        annotations_.push_back({a.onset_s - start_s_, a.duration_s, std::move(a.text)});
    }
  }
  if (damaged > 0) {
    warnings_.push_back(
        {"damaged_annotations", "", fmt::format("annotations: found {} data records where they cannot be read, expected 0", damaged)});
    left_out_ = true;
  }
  if (early_records_ > 0) {
    warnings_.push_back(
        {"early_records", "",
         fmt::format("start of data records: found {} before the end of the one before, expected 0; they are joined", early_records_)});
  }
}

std::int64_t EdfRecords::first_row(std::size_t stretch, std::int64_t samples) const {
  return std::llround(stretches_[stretch].at_records * static_cast<double>(samples));
}

std::int64_t EdfRecords::end_row(std::size_t stretch, std::int64_t samples) const {
  const std::int64_t end = stretch + 1 < stretches_.size() ? stretches_[stretch + 1].first_record : count_;
  return first_row(stretch, samples) + (end - stretches_[stretch].first_record) * samples;
}

std::int64_t EdfRecords::rows(const EdfSignal& signal) const {
  return end_row(stretches_.size() - 1, signal.samples);
}

std::vector<Gap> EdfRecords::gaps(const EdfSignal& signal) const {
  std::vector<Gap> out;
  for (std::size_t s = 1; s < stretches_.size(); ++s) {
    const std::int64_t end = end_row(s - 1, signal.samples);
    const std::int64_t next = first_row(s, signal.samples);
    if (next > end) out.push_back({end, next - end});
  }
  return out;
}

void EdfRecords::read_bytes(std::int64_t place, std::span<char> out) {
  file_.clear();
  file_.seekg(place);
  file_.read(out.data(), static_cast<std::streamsize>(out.size()));
  if (!file_) throw Error(Fault::data, fmt::format("{}: byte {}: found the end of the file, expected {} bytes", name_, place, out.size()));
}

void EdfRecords::read_record(const EdfSignal& signal, std::int64_t record, std::int64_t first, std::span<double> out) {
  const std::int64_t width = header_.sample_bytes;
  std::int64_t place = header_.bytes + record * header_.record_bytes + signal.offset + first * width;
  while (!out.empty()) {
    const std::size_t count = std::min(out.size(), static_cast<std::size_t>(kSliceBytes / width));
    slice_.resize(count * static_cast<std::size_t>(width));
    read_bytes(place, slice_);
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(slice_[i])); };
    for (std::size_t i = 0; i < count; ++i) {  // little-endian; put at the top, so that the sign comes down with it
      const std::uint32_t bits =
          width == 2 ? byte(2 * i) << 16U | byte(2 * i + 1) << 24U : byte(3 * i) << 8U | byte(3 * i + 1) << 16U | byte(3 * i + 2) << 24U;
      out[i] = static_cast<double>(static_cast<std::int32_t>(bits) >> (width == 2 ? 16 : 8));
    }
    place += static_cast<std::int64_t>(slice_.size());
    out = out.subspan(count);
  }
}

void EdfRecords::read(const EdfSignal& signal, std::int64_t first, std::span<double> out) {
  std::fill(out.begin(), out.end(), std::numeric_limits<double>::quiet_NaN());
  const std::int64_t end = first + static_cast<std::int64_t>(out.size());
  const auto begins_after = [&](std::int64_t row, const Stretch& s) {
    return row < std::llround(s.at_records * static_cast<double>(signal.samples));
  };
  const auto after = std::upper_bound(stretches_.begin() + 1, stretches_.end(), first, begins_after);
  for (auto s = static_cast<std::size_t>(after - stretches_.begin()) - 1; s < stretches_.size(); ++s) {
    const std::int64_t start = first_row(s, signal.samples);
    const std::int64_t stop = std::min(end, end_row(s, signal.samples));
    if (start >= end) break;
    for (std::int64_t row = std::max(first, start); row < stop;) {
      const std::int64_t inside = (row - start) % signal.samples;
      const std::int64_t count = std::min(signal.samples - inside, stop - row);
      read_record(signal, stretches_[s].first_record + (row - start) / signal.samples, inside,
                  out.subspan(static_cast<std::size_t>(row - first), static_cast<std::size_t>(count)));
      row += count;
    }
  }
}

}  // namespace semg
