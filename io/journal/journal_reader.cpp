// SPDX-License-Identifier: BSD-3-Clause
#include "io/journal/journal_reader.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "io/devices/raw_block.hpp"
#include "io/journal/crc32c.hpp"
#include "io/journal/folder_lock.hpp"
#include "io/journal/journal_words.hpp"
#include "io/journal/segment_file.hpp"
#include "io/sample_dataset.hpp"
#include "io/sha256.hpp"

namespace semg {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostNotes = 50;

struct Segment {
  std::int64_t number = 0;
  fs::path path;
};

/// In the order of their numbers.
std::vector<Segment> segments_in(const fs::path& folder) {
  std::vector<Segment> segments;
  std::error_code failed;
  for (auto entry = fs::directory_iterator(folder, failed); !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
    if (const auto number = segment_number(entry->path().filename().string())) segments.push_back({*number, entry->path()});
  }
  if (failed) throw Error(Fault::no_input, fmt::format("{}: cannot be read: {}", folder.string(), failed.message()));
  std::sort(segments.begin(), segments.end(), [](const Segment& a, const Segment& b) { return a.number < b.number; });
  if (segments.empty())
    throw Error(Fault::data, fmt::format("{}: segments: found none, expected {} and more", folder.filename().string(), segment_name(1)));
  return segments;
}

FolderLock lock_to_read(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::exists(folder, ignored)) throw Error(Fault::no_input, folder.string() + ": no such journal");
  if (!fs::is_directory(folder, ignored))
    throw Error(Fault::data, folder.filename().string() + ": found a file, expected the folder NAME.nwb.journal");
  auto lock = FolderLock::to_read(folder);
  if (!lock)
    throw Error(Fault::try_again, folder.filename().string() + ": found it being written just now, expected a writer that is gone");
  return std::move(*lock);
}

struct Head {
  Recording recording;
  std::uint32_t journal = 0;
  std::int64_t block_bytes = 0;
};

std::optional<Head> head_in(const Segment& segment) {
  SegmentFile file(segment.path);
  JournalBlock block;
  while (file.next(block)) {
    if (block.header.type != BlockType::head || block.header.journal != crc32c(block.payload)) continue;
    if (auto recording = head_from_text(segment.path.filename().string(), block.payload))
      return Head{std::move(*recording), block.header.journal, static_cast<std::int64_t>(kBlockHeaderBytes + block.payload.size())};
  }
  return {};
}

Head head_of(const fs::path& folder, const std::vector<Segment>& segments) {
  for (const Segment& segment : segments) {
    if (auto head = head_in(segment)) return std::move(*head);
  }
  throw Error(Fault::data, fmt::format("{}: head: found none that can be read in {} segments, expected one in each",
                                       folder.filename().string(), segments.size()));
}

}  // namespace

struct JournalReader::Body {
  explicit Body(const fs::path& folder)
      : lock(lock_to_read(folder)), segments(segments_in(folder)), head(head_of(folder, segments)), recording(head.recording) {
    row_bytes = recording.stream.channels.size() * size_of(recording.sample_type);
    survey();
    rewind();
  }

  void rewind() {
    next_row = 0;
    at_segment = 0;
    file.reset();
  }

  /// The next block of this journal. Segment by segment, from wherever it stands.
  bool next(JournalBlock& block) {
    while (at_segment < segments.size()) {
      if (!file) file.emplace(segments[at_segment].path);
      while (file->next(block)) {
        if (block.header.journal != head.journal) {
          ++foreign_blocks;
          continue;
        }
        is_begun = true;
        return true;
      }
      unbegun_bytes = std::exchange(is_begun, false) ? 0 : file->skipped_bytes();
      damaged_bytes += file->skipped_bytes();
      file.reset();
      ++at_segment;
    }
    return false;
  }

  /// Bytes of damage so far.
  std::int64_t damage() const { return damaged_bytes + (file ? file->skipped_bytes() : 0); }

  bool is_good(const JournalBlock& block) const {
    const BlockHeader& header = block.header;
    return header.rows > 0 && header.payload_bytes == header.rows * row_bytes && header.first_row >= next_row &&
           header.first_row <= SampleDataset::kMaxRows - header.rows;
  }

  void survey() {
    Sha256 hash;
    JournalWords words;
    std::optional<EndWord> end;
    std::int64_t damage_before = 0;  // the last block that is no head
    std::int64_t largest = 0;        // block of rows
    note_missing_segments();
    for (JournalBlock block; next(block);) {
      if (block.header.type == BlockType::head) continue;
      see_chain(block);
      damage_before = damage();
      if (block.header.type == BlockType::rows) {
        largest = std::max(largest, static_cast<std::int64_t>(kBlockHeaderBytes + block.payload.size()));
        if (take_rows(block)) hash.add(block.payload);
      } else if (block.header.type == BlockType::end) {
        end = end_from_text(block.payload);
      } else if (!words.take(block)) {
        note(fmt::format("a word at row {} cannot be understood and is left out", block.header.first_row));
      }
    }
    const std::string sha256 = hash.finish();
    findings.ended = end && end->good_rows == findings.good_rows && end->sha256 == sha256;
    if (end && !findings.ended)
      note(fmt::format("the end speaks of {} rows, {} are there; or they have another hash", end->good_rows, findings.good_rows));
    findings.damaged_bytes = damage();
    if (!end) see_tail(findings.damaged_bytes - damage_before, largest);
    if (foreign_blocks > 0) note(fmt::format("{} blocks belong to another journal and are left out", foreign_blocks));
    findings.rows = recording.rows = next_row;
    findings.gaps = std::ssize(recording.gaps);
    findings.segments = std::ssize(segments);
    recording.events = words.events();
    recording.periods = words.periods(next_row, findings.notes);
    if (more_notes > 0) findings.notes.push_back(fmt::format("and {} more like these", more_notes));
  }

  /// What was being written when it ended: one block, and the head of a segment that nothing was written to yet. More is damage.
  void see_tail(std::int64_t bytes, std::int64_t largest_block) {
    const std::int64_t torn = bytes - std::min(unbegun_bytes, head.block_bytes);
    if (torn <= (largest_block > 0 ? largest_block : static_cast<std::int64_t>(kMaxBlockBytes))) return;
    ++findings.broken_places;
    note(fmt::format("{} bytes at the end are damaged, more than one block", torn));
  }

  void note_missing_segments() {
    std::int64_t expected = 1;
    for (const Segment& segment : segments) {
      if (segment.number != expected)
        note(fmt::format("segments {} to {} are missing", segment_name(expected), segment_name(segment.number - 1)));
      expected = segment.number + 1;
    }
  }

  /// Each block names the one before it. One that was written but reported as failed is named by nobody, so the last two are looked at.
  void see_chain(const JournalBlock& block) {
    const bool is_chained = block.header.previous == last[0] || block.header.previous == last[1];
    last = {block.crc, last[0]};
    if (is_chained) return;
    ++findings.broken_places;
    if (block.header.first_row > next_row) {
      note(
          fmt::format("rows {} to {} are missing: blocks that had been written are damaged or lost", next_row, block.header.first_row - 1));
    } else {
      note(fmt::format("before row {} something that had been written is damaged or lost", block.header.first_row));
    }
  }

  bool take_rows(const JournalBlock& block) {
    const BlockHeader& header = block.header;
    if (!is_good(block)) {
      note(fmt::format("a block of {} rows from row {} is left out: found it after row {}", header.rows, header.first_row, next_row - 1));
      return false;
    }
    if (header.first_row > next_row) recording.gaps.push_back({next_row, header.first_row - next_row});
    next_row = header.first_row + header.rows;
    findings.good_rows += header.rows;
    return true;
  }

  void note(std::string sentence) {
    if (findings.notes.size() < kMostNotes) {
      findings.notes.push_back(std::move(sentence));
    } else {
      ++more_notes;
    }
  }

  FolderLock lock;  // a writer would be kept out; there can be none, as a journal is never opened again
  std::vector<Segment> segments;
  Head head;
  Recording recording;
  JournalFindings findings;
  std::size_t row_bytes = 0;
  std::int64_t next_row = 0;
  std::size_t at_segment = 0;
  std::optional<SegmentFile> file;
  std::int64_t damaged_bytes = 0;  // of segments that are through
  bool is_begun = false;           // the segment holds a block of this journal
  std::int64_t unbegun_bytes = 0;  // of damage in the last segment, where it holds none
  std::int64_t foreign_blocks = 0, more_notes = 0;
  std::array<std::uint32_t, 2> last{};  // checksums of the last two blocks
};

// A name that ends with / is the folder's all the same.
JournalReader::JournalReader(const fs::path& folder)
    : body_(std::make_unique<Body>(folder.has_filename() ? folder : folder.parent_path())) {}
JournalReader::~JournalReader() = default;

const Recording& JournalReader::recording() const noexcept {
  return body_->recording;
}

const JournalFindings& JournalReader::findings() const noexcept {
  return body_->findings;
}

void JournalReader::rewind() {
  body_->rewind();
}

std::span<const std::byte> JournalReader::next(std::int64_t& first) {
  for (JournalBlock block; body_->next(block);) {
    if (block.header.type != BlockType::rows || !body_->is_good(block)) continue;
    first = block.header.first_row;
    body_->next_row = first + block.header.rows;
    return block.payload;
  }
  return {};
}

}  // namespace semg
