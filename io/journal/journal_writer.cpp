// SPDX-License-Identifier: BSD-3-Clause
#include "io/journal/journal_writer.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <mutex>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "io/devices/raw_block.hpp"
#include "io/journal/crc32c.hpp"
#include "io/journal/journal_format.hpp"
#include "io/journal/journal_segments.hpp"
#include "io/journal/journal_text.hpp"
#include "io/sha256.hpp"

namespace semg {
namespace {

struct StoredPeriod {
  PeriodWord word;
  bool is_stored = false;
};

JournalSegments::Plan checked_plan(const std::filesystem::path& folder, const Recording& head, const JournalSettings& settings) {
  const std::string name = folder.filename().string();
  if (head.stream.channels.empty()) throw Error(Fault::data, name + ": channels: found none, expected at least one");
  if (!(head.stream.fs_hz > 0 && std::isfinite(head.stream.fs_hz)))
    throw Error(Fault::data, fmt::format("{}: rate: found {} Hz, expected more than 0", name, head.stream.fs_hz));
  JournalSegments::Plan plan{.folder = folder,
                             .head = head_to_text(head),
                             .segment_rows = std::max<std::int64_t>(std::llround(settings.segment_s * head.stream.fs_hz), 1),
                             .sync_s = settings.sync_s};
  if (plan.head.size() > kMaxPayloadBytes)
    throw Error(Fault::data, fmt::format("{}: head: found {} bytes, expected {} at most", name, plan.head.size(), kMaxPayloadBytes));
  return plan;
}

}  // namespace

struct JournalWriter::Body {
  Body(JournalSegments::Plan plan, const Recording& head, FileOps& files)
      : folder(plan.folder),
        journal(crc32c(std::as_bytes(std::span(plan.head)))),
        row_bytes(head.stream.channels.size() * size_of(head.sample_type)),
        most_rows(std::max<std::size_t>(kMaxRowsBytes / row_bytes, 1)),
        block(kBlockHeaderBytes + most_rows * row_bytes),
        segments(std::move(plan), files) {}

  bool fail(const char* why) noexcept {
    trouble = why;
    return false;
  }

  /// A block whose payload stands in its place. The chain goes on from it only where it was taken whole.
  bool write(BlockHeader header, std::span<std::byte> bytes) noexcept {
    header.previous = previous;
    header.journal = journal;
    const std::int64_t rows = header.type == BlockType::rows ? header.rows : 0;
    const std::uint32_t crc = seal_block(header, bytes);
    if (const int why = segments.write(bytes, good_rows + rows); why != 0) {
      trouble_errno = why;
      return fail(nullptr);
    }
    previous = crc;
    good_rows += rows;
    return true;
  }

  bool write_rows(std::int64_t first, std::span<const std::byte> rows) noexcept {
    std::memcpy(block.data() + kBlockHeaderBytes, rows.data(), rows.size());
    const auto count = static_cast<std::uint32_t>(rows.size() / row_bytes);
    const BlockHeader header{.type = BlockType::rows, .rows = count, .first_row = first, .steady_ns = steady_ns};
    if (!write(header, std::span(block).first(kBlockHeaderBytes + rows.size()))) return false;
    hash.add(rows);
    next_row = first + count;
    return true;
  }

  bool append(std::int64_t first, std::span<const std::byte> rows, std::int64_t at_ns) noexcept {
    if (is_ending) return fail("the journal has its end");
    if (rows.size() % row_bytes != 0) return fail("a part of a row");
    if (first == cut_first && cut_rows > 0) {  // offered again: the part that was taken is not offered twice
      const std::size_t taken = std::min(rows.size(), static_cast<std::size_t>(cut_rows) * row_bytes);
      rows = rows.subspan(taken);
      first += static_cast<std::int64_t>(taken / row_bytes);
    } else {
      cut_first = first;
      cut_rows = 0;
    }
    if (first < next_row && !rows.empty()) return fail("rows that are stored already");
    steady_ns = at_ns;
    while (!rows.empty()) {
      const std::size_t part = std::min(most_rows * row_bytes, rows.size());
      if (!write_rows(first, rows.first(part))) return false;
      rows = rows.subspan(part);
      first = next_row;
      cut_rows = next_row - cut_first;
    }
    cut_rows = 0;
    return true;
  }

  bool write_word(BlockType type, const std::string& text) {
    if (text.size() > kMaxPayloadBytes) return fail("a text too long");
    std::vector<std::byte> bytes(kBlockHeaderBytes + text.size());
    std::memcpy(bytes.data() + kBlockHeaderBytes, text.data(), text.size());
    if (!write({.type = type, .first_row = next_row, .steady_ns = steady_ns}, bytes)) return false;
    segments.sync_soon();
    return true;
  }

  bool write_periods() {
    for (StoredPeriod& period : periods) {
      if (!period.is_stored) period.is_stored = write_word(BlockType::period, to_text(period.word));
      if (!period.is_stored) return false;
    }
    return true;
  }

  bool say(BlockType type, const std::string& text) {
    if (is_ending) return fail("the journal has its end");
    return write_periods() && write_word(type, text);
  }

  const std::filesystem::path folder;
  const std::uint32_t journal;
  const std::size_t row_bytes, most_rows;

  std::mutex mutex;  // rows and words may come from two threads
  std::vector<std::byte> block;
  std::uint32_t previous = 0;
  std::int64_t next_row = 0, good_rows = 0, steady_ns = 0;
  std::int64_t cut_first = -1, cut_rows = 0;  // of the last rows offered, those taken when the rest was not
  std::int64_t events = 0;
  std::vector<StoredPeriod> periods;
  Sha256 hash;
  std::string sha256;
  bool is_ending = false, has_end = false;
  const char* trouble = "";
  int trouble_errno = 0;  // where trouble is null
  JournalSegments segments;
};

JournalWriter::JournalWriter(const std::filesystem::path& folder, const Recording& head, JournalSettings settings, FileOps& files)
    : body_(std::make_unique<Body>(checked_plan(folder, head, settings), head, files)) {}

JournalWriter::~JournalWriter() = default;

bool JournalWriter::append(std::int64_t first, std::span<const std::byte> rows, std::int64_t steady_ns) noexcept {
  const std::lock_guard lock(body_->mutex);
  return body_->append(first, rows, steady_ns);
}

bool JournalWriter::append_event(const Event& event) {
  const std::lock_guard lock(body_->mutex);
  if (!body_->say(BlockType::event, to_text(EventWord{body_->events, event}))) return false;
  ++body_->events;
  return true;
}

bool JournalWriter::strike_event(std::size_t number) {
  const std::lock_guard lock(body_->mutex);
  if (std::cmp_greater_equal(number, body_->events)) return body_->fail("an event that is not there");
  return body_->say(BlockType::strike, strike_to_text(static_cast<std::int64_t>(number)));
}

bool JournalWriter::begin_period(std::int64_t first_row, const std::string& task, int repetition) {
  const std::lock_guard lock(body_->mutex);
  if (body_->is_ending) return body_->fail("the journal has its end");
  auto& periods = body_->periods;
  periods.push_back({.word = {.number = std::ssize(periods), .first_row = first_row, .task = task, .repetition = repetition}});
  return body_->write_periods();
}

bool JournalWriter::end_period(std::int64_t end_row) {
  const std::lock_guard lock(body_->mutex);
  if (body_->is_ending) return body_->fail("the journal has its end");
  auto& periods = body_->periods;
  const auto open = std::find_if(periods.rbegin(), periods.rend(), [](const StoredPeriod& period) { return period.word.end_row < 0; });
  if (open == periods.rend()) return body_->fail("no period is open");
  open->word.end_row = std::max<std::int64_t>(end_row, 0);
  open->is_stored = false;
  return body_->write_periods();
}

bool JournalWriter::drop_period(std::size_t number) {
  const std::lock_guard lock(body_->mutex);
  if (body_->is_ending) return body_->fail("the journal has its end");
  if (number >= body_->periods.size()) return body_->fail("a period that is not there");
  body_->periods[number].word.dropped = true;
  body_->periods[number].is_stored = false;
  return body_->write_periods();
}

bool JournalWriter::append_clock(double fs_hz, double drift_ppm, const std::string& utc) {
  const std::lock_guard lock(body_->mutex);
  return body_->say(BlockType::clock, clock_to_text(fs_hz, drift_ppm, utc));
}

bool JournalWriter::finish() {
  const std::lock_guard lock(body_->mutex);
  Body& body = *body_;
  if (!body.is_ending) body.sha256 = body.hash.finish();
  body.is_ending = true;
  if (!body.has_end) body.has_end = body.write_periods() && body.write_word(BlockType::end, to_text(EndWord{body.good_rows, body.sha256}));
  const int why = body.segments.sync_now();
  if (!body.has_end) return false;
  if (why == 0) return true;
  body.trouble_errno = why;
  return body.fail(nullptr);
}

std::int64_t JournalWriter::acknowledged_rows() const noexcept {
  return body_->segments.written_rows();
}

std::int64_t JournalWriter::synced_rows() const noexcept {
  return body_->segments.synced_rows();
}

std::string JournalWriter::trouble() const {
  const std::lock_guard lock(body_->mutex);
  return body_->trouble != nullptr ? body_->trouble : std::strerror(body_->trouble_errno);
}

const std::filesystem::path& JournalWriter::folder() const noexcept {
  return body_->folder;
}

}  // namespace semg
