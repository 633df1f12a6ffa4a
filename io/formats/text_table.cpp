// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/text_table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "io/formats/text_cells.hpp"
#include "io/formats/unique_labels.hpp"
#include "io/formats/utf8.hpp"
#include "io/formats/voltage_unit.hpp"

namespace semg {
namespace {

constexpr std::int64_t kChunkRows = 4096;
constexpr std::size_t kMaxColumns = 1024;
constexpr std::size_t kProbeLines = 512;
constexpr std::size_t kProbeBytes = 4U << 20U;
constexpr double kRateTolerance = 0.005;

std::vector<std::string> first_lines(TextLines& lines, std::int64_t skip) {
  std::vector<std::string> result;
  std::string_view line;
  std::size_t bytes = 0;
  while (bytes < kProbeBytes && result.size() < kProbeLines + static_cast<std::size_t>(skip) && lines.next(line)) {
    result.emplace_back(static_cast<std::int64_t>(result.size()) < skip ? std::string_view() : line);
    bytes += line.size();
  }
  return result;
}

// 10^-n of the last digit printed, as in 0.00025 or 2.5e-4.
double quantum_of(std::string_view cell, char decimal) {
  const std::size_t e = cell.find_first_of("eE");
  const std::size_t point = cell.find(decimal);
  const std::size_t end = std::min(e, cell.size());
  int digits = point == std::string_view::npos ? 0 : static_cast<int>(end - point) - 1;
  double exponent = 0;
  if (e != std::string_view::npos && read_cell(cell.substr(e + 1), '.', exponent) == CellKind::number) digits -= static_cast<int>(exponent);
  return std::pow(10.0, -digits);
}

bool is_known_other_unit(const std::string& unit) {
  return unit == "g" || unit == "deg" || unit == "\xC2\xB0" || unit == "\xC2\xB0/s" || unit == "deg/s" || unit == "m/s^2" || unit == "N" ||
         unit == "Nm";
}

bool differ(double a, double b) {
  return std::abs(a - b) > kRateTolerance * b;
}

std::vector<TextColumn> plain_columns(const TextLayout& layout) {
  std::vector<TextColumn> columns(layout.columns);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    TextColumn& column = columns[i];
    if (i < layout.names.size()) column.label = layout.names[i];
    if (i < layout.units.size()) column.unit = layout.units[i];
    if (column.unit.empty()) {
      const std::string unit = unit_of_name(column.label);
      if (microvolts_per(unit) || is_known_other_unit(unit)) column.unit = unit;
    }
    column.time = names_time(column.label);
    column.signal = !column.time && !names_no_signal(column.label);
  }
  return columns;
}

}  // namespace

TextTable::TextTable(const std::filesystem::path& path, const TextOptions& options)
    : name_(path.filename().string()), lines_(path, options.encoding.value_or(text_encoding_of(path))) {
  const std::int64_t start = lines_.offset();
  const std::vector<std::string> probe = first_lines(lines_, options.skip_rows);
  const auto header = options.skip_rows == 0 ? recognise_text_header(probe) : std::nullopt;
  format = header ? header->format : "text";
  device = header ? header->device : "";

  const std::int64_t from = header ? header->data_line.value_or(0) : options.skip_rows;
  const auto layout = find_layout(probe, from, options, header ? header->columns.size() : 0, name_);
  if (!layout) throw Error(Fault::data, name_ + ": found no row of numbers, expected a table of samples");
  layout_ = *layout;
  if (layout_.columns > kMaxColumns) {
    throw Error(Fault::data,
                fmt::format("{}: found rows of {} values, expected one row per sample and one column per signal; transpose the table",
                            name_, layout_.columns));
  }
  if (header && header->columns.size() > layout_.columns) {
    throw Error(Fault::data,
                fmt::format("{}: columns: found {}, expected {} as its header says", name_, layout_.columns, header->columns.size()));
  }

  lines_.seek(start);
  std::string_view line;
  for (std::int64_t i = 0; i < layout_.data_line; ++i) lines_.next(line);
  columns_.resize(layout_.columns);
  index();
  if (rows_ < 16 && layout_.columns > 64) {
    throw Error(Fault::data,
                fmt::format("{}: found {} rows of {} values, expected one row per sample and one column per signal; transpose the table",
                            name_, rows_, layout_.columns));
  }

  std::vector<TextColumn> stated = header && !header->columns.empty() ? header->columns : plain_columns(layout_);
  stated.resize(layout_.columns);
  for (TextColumn& column : stated) column.time = column.time || names_time(column.label);
  settle_rates(stated, options);
  describe(std::move(stated));
}

void TextTable::note(std::string_view cell, Column& column) const {
  double value = 0;
  const CellKind kind = read_cell(cell, layout_.decimal, value);
  if (kind == CellKind::missing && cell.empty()) return;
  column.rows = rows_ + 1;
  if (kind == CellKind::text && column.words_row < 0) column.words_row = rows_;
  if (kind != CellKind::number) return;
  constexpr double kMost = std::numeric_limits<std::int32_t>::max();
  column.whole = column.whole && std::abs(value) <= kMost && value == std::nearbyint(value);
  if (rows_ < kChunkRows) column.steps.quantum = std::min(column.steps.quantum, quantum_of(cell, layout_.decimal));
  column.steps.push(value);
}

void TextTable::index() {
  std::vector<std::string_view> cells;
  std::string_view line;
  while (true) {
    const std::int64_t offset = lines_.offset();
    if (!lines_.next(line)) break;
    if (is_comment(line)) continue;
    if (rows_ % kChunkRows == 0) chunk_offsets_.push_back(offset);
    split_cells(line, layout_.delimiter, cells);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i < columns_.size()) {
        note(cells[i], columns_[i]);
      } else if (!cells[i].empty()) {
        throw Error(Fault::data, fmt::format("{}: row {}: found {} cells, expected {}", name_, rows_ + 1, cells.size(), columns_.size()));
      }
    }
    ++rows_;
  }
}

// The rate that a time column gives; 0 where its steps can be no seconds and its unit is not stated.
double TextTable::rate_of_time(const TextColumn& time, const Steps& steps, double stated_hz, const TextOptions& options) {
  constexpr double kSlowest = 20;  // Hz; a step above 50 ms is a counter or another unit
  const double chosen = options.fs_hz.value_or(stated_hz);
  const auto unit = seconds_per(time.unit.empty() ? time.label : time.unit);
  if (!steps.even()) {
    const std::string found = fmt::format("time column {} that steps from {:.6g} to {:.6g}, {:.6g} on average", time.label, steps.smallest,
                                          steps.largest, steps.mean());
    if (!(chosen > 0)) throw Error(Fault::data, name_ + ": sampling rate: found a " + found + ", expected even steps or --fs HZ");
    warnings.push_back({"irregular_time", "", fmt::format("found a {}; rows are taken as evenly spaced at {:.10g} Hz", found, chosen)});
    // Lost rows lengthen the average step, never the shortest: slower than all steps allow, or faster on average, is another rate.
    constexpr double kUneven = 0.05;  // a clock that wanders
    const double second = unit.value_or(rate_of(steps, 1.0) >= kSlowest ? 1.0 : 1e-3);
    const double average = rate_of(steps, second);
    const bool slower = steps.smallest * second * chosen > 1 + kUneven, faster = average > (1 + kUneven) * chosen;
    if (average >= kSlowest && (slower || faster)) {
      warnings.push_back(
          {"rate_contradicts", "",
           fmt::format("found {:.6g} Hz on average by column {}, taken as {:.10g} Hz as stated", average, time.label, chosen)});
    }
    return chosen;
  }
  if (!unit) {
    const double rate = rate_of(steps, 1.0);
    if (rate >= kSlowest) return rate;
    const double as_ms = rate_of(steps, 1e-3);
    // Steps of 1 may count rows. Others are milliseconds, and say another rate than the one that was stated if they do not fit it.
    const bool counts = steps.mean() == 1 && differ(as_ms, chosen);
    return chosen > 0 && !counts && as_ms >= kSlowest ? as_ms : 0;
  }
  return rate_of(steps, *unit);
}

void TextTable::settle_rates(std::vector<TextColumn>& stated, const TextOptions& options) {
  // A first column without a name that goes up evenly by less than 50 ms is one of times.
  if (layout_.names.empty() && stated.size() > 1 && stated[0].label.empty() && columns_[0].words_row < 0 && columns_[0].steps.constant()) {
    const bool seconds = columns_[0].steps.mean() <= 0.05;
    stated[0].label = seconds ? "time" : "counter";
    stated[0].time = seconds;
    stated[0].signal = false;
  }
  const bool time_before_each = std::count_if(stated.begin(), stated.end(), [](const auto& c) { return c.time; }) > 1;
  for (std::size_t t = 0; t < stated.size(); ++t) {
    if (!stated[t].time || columns_[t].words_row >= 0 || columns_[t].steps.count < 2) continue;
    const std::size_t first = time_before_each ? t + 1 : 0;
    std::size_t last = first;
    while (last < stated.size() && (!time_before_each || !stated[last].time)) ++last;
    const auto states = [](const TextColumn& c) { return c.fs_hz > 0; };
    const auto begin = stated.begin() + static_cast<std::ptrdiff_t>(first), end = stated.begin() + static_cast<std::ptrdiff_t>(last);
    const auto stating = std::find_if(begin, end, states);
    const double stated_hz = stating == end ? 0 : stating->fs_hz;
    const double rate = rate_of_time(stated[t], columns_[t].steps, stated_hz, options);
    if (!(rate > 0)) continue;
    const double other = options.fs_hz.value_or(stated_hz);
    if (other > 0 && differ(rate, other)) {
      const std::string found = fmt::format("{:.10g} Hz by column {}", rate, stated[t].label);
      if (!options.fs_hz) {
        throw Error(Fault::data, fmt::format("{}: sampling rate: found {}, expected {:.10g} Hz as its header says; state one with --fs HZ",
                                             name_, found, other));
      }
      warnings.push_back({"rate_contradicts", "", fmt::format("found {}, taken as {:.10g} Hz as stated", found, other)});
    }
    for (std::size_t i = first; i < last; ++i) {
      if (stated[i].fs_hz == 0) stated[i].fs_hz = rate;
    }
    if (!time_before_each) break;
  }
}

void TextTable::describe(std::vector<TextColumn> stated) {
  while (!stated.empty() && stated.back().label.empty() && columns_[stated.size() - 1].rows == 0) stated.pop_back();  // "1,2,3,"
  for (std::size_t i = 0; i < stated.size(); ++i) {
    if (stated[i].label.empty()) stated[i].label = fmt::format("column {}", i + 1);
  }
  for (std::size_t i = 0; i < stated.size(); ++i) {
    const TextColumn& from = stated[i];
    const Column& column = columns_[i];
    ForeignChannel channel;
    channel.label = utf8_of(from.label);
    channel.fs_hz = from.fs_hz;
    channel.unit = from.unit;
    channel.integer = column.whole && column.words_row < 0 && column.steps.count > 0;
    channel.count_low = from.count_low;
    channel.count_high = from.count_high;
    channel.rows = std::min(from.rows.value_or(column.rows), column.rows);
    const bool voltage = from.unit.empty() || microvolts_per(from.unit);
    channel.signal = from.signal && !from.time && voltage && column.words_row != 0 && column.rows > 0 && !names_no_signal(from.label);
    channels.push_back(std::move(channel));
  }
  make_labels_unique(channels);
  for (std::size_t i = 0; i < channels.size(); ++i) {
    if (!stated[i].rows || *stated[i].rows <= columns_[i].rows) continue;
    incomplete = true;
    warnings.push_back({"truncated", channels[i].label, fmt::format("ends after {} of {} values", columns_[i].rows, *stated[i].rows)});
  }
}

void TextTable::load(std::int64_t chunk) {
  chunk_.assign(layout_.columns * static_cast<std::size_t>(kChunkRows), std::numeric_limits<double>::quiet_NaN());
  lines_.seek(chunk_offsets_[static_cast<std::size_t>(chunk)]);
  std::vector<std::string_view> cells;
  std::string_view line;
  for (std::size_t row = 0; row < static_cast<std::size_t>(kChunkRows) && lines_.next(line);) {
    if (is_comment(line)) continue;
    split_cells(line, layout_.delimiter, cells);
    for (std::size_t i = 0; i < std::min(cells.size(), layout_.columns); ++i) {
      read_cell(cells[i], layout_.decimal, chunk_[i * static_cast<std::size_t>(kChunkRows) + row]);
    }
    ++row;
  }
  loaded_ = chunk;
}

void TextTable::read(std::size_t channel, std::int64_t first, std::span<double> out) {
  const Column& column = columns_.at(channel);
  if (column.words_row >= 0) {
    throw Error(Fault::data,
                fmt::format("{}: row {} of {}: found words, expected a number", name_, column.words_row + 1, channels[channel].label));
  }
  if (first < 0 || first + static_cast<std::int64_t>(out.size()) > rows_)
    throw Error(Fault::data, name_ + ": ends before the rows that were asked for");
  for (std::size_t done = 0; done < out.size();) {
    const std::int64_t row = first + static_cast<std::int64_t>(done);
    if (row / kChunkRows != loaded_) load(row / kChunkRows);
    const auto within = static_cast<std::size_t>(row % kChunkRows);
    const std::size_t count = std::min(out.size() - done, static_cast<std::size_t>(kChunkRows) - within);
    const double* from = chunk_.data() + channel * static_cast<std::size_t>(kChunkRows) + within;
    std::copy_n(from, count, out.data() + done);
    done += count;
  }
}

}  // namespace semg
