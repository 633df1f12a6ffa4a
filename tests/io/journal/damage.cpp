// SPDX-License-Identifier: BSD-3-Clause
// Journals whose bytes were changed, cut, moved or never were a journal's.
#include <utility>

#include <doctest/doctest.h>

#include "io/journal/segment_file.hpp"
#include "tests/io/journal/journal_stream.hpp"

using namespace semg;

namespace {

using Bytes = std::vector<std::byte>;

/// 40 blocks, words between them, an end.
Bytes good_segment(const std::filesystem::path& place) {
  {
    JournalWriter writer(place, stream_head());
    for (std::int64_t k = 0; k < 40; ++k) {
      if (k % 4 == 0) REQUIRE(writer.begin_period(k * kStreamRows, "grip", static_cast<int>(k / 4)));
      REQUIRE(append_stream(writer, k * kStreamRows));
      if (k % 4 == 3) REQUIRE(writer.end_period((k + 1) * kStreamRows));
      if (k % 3 == 0) REQUIRE(writer.append_event({.t_s = 0.1, .duration_s = 0, .text = "event"}));
    }
    REQUIRE(writer.finish());
  }
  return bytes_at(place / segment_name(1));
}

/// One of the things that happen to files.
void damage(Bytes& bytes, Dice& dice) {
  if (bytes.empty()) return;
  const std::size_t at = dice.roll(bytes.size());
  const std::size_t size = std::min(bytes.size() - at, 1 + dice.roll(dice.roll(4) == 0 ? 9000 : 40));
  const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(at), to = from + static_cast<std::ptrdiff_t>(size);
  switch (dice.roll(7)) {
    case 0: bytes[at] ^= std::byte{1} << dice.roll(8); break;
    case 1: std::generate(from, to, [&] { return static_cast<std::byte>(dice.roll(256)); }); break;
    case 2: std::fill(from, to, std::byte{0}); break;
    case 3: bytes.erase(from, to); break;
    case 4: bytes.resize(at); break;
    case 5: {  // a part of itself, blocks among it, in another place
      const Bytes part(from, to);
      bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(dice.roll(bytes.size())), part.begin(), part.end());
      break;
    }
    case 6: {
      const Bytes part(from, to);
      std::copy_n(part.begin(), part.size(), bytes.begin() + static_cast<std::ptrdiff_t>(dice.roll(bytes.size() - size + 1)));
      break;
    }
  }
}

struct Found {
  std::vector<std::uint32_t> crcs;
  std::size_t bytes = 0, skipped = 0;
  bool operator==(const Found&) const = default;
};

void add(Found& found, const JournalBlock& block) {
  found.crcs.push_back(block.crc);
  found.bytes += kBlockHeaderBytes + block.payload.size();
}

Found scan(std::span<const std::byte> bytes) {
  Found found;
  JournalScanner scanner(bytes);
  for (JournalBlock block; scanner.next(block);) add(found, block);
  found.skipped = scanner.skipped_bytes();
  CHECK(found.bytes + found.skipped == bytes.size());
  return found;
}

TEST_CASE("a torn block that the next one happens to make whole does not cost the next one") {
  std::vector<std::byte> torn(kBlockHeaderBytes + 9), next(kBlockHeaderBytes + 5);
  torn.back() = static_cast<std::byte>(kBlockMagic & 0xFF);  // what the torn block lacks is what every block begins with
  seal_block({.type = BlockType::rows, .rows = 1, .first_row = 5}, torn);
  seal_block({.type = BlockType::rows, .rows = 1, .first_row = 6}, next);
  std::vector<std::byte> bytes(torn.begin(), torn.end() - 1);
  bytes.insert(bytes.end(), next.begin(), next.end());
  JournalScanner scanner(bytes);
  std::vector<std::int64_t> first_rows;
  for (JournalBlock block; scanner.next(block);) first_rows.push_back(block.header.first_row);
  CHECK(first_rows == std::vector<std::int64_t>{5, 6});
  CHECK(scanner.skipped_bytes() == 0);
}

}  // namespace

TEST_CASE("random bytes hold no block, and headers without payloads none either") {
  Dice dice(3);
  for (int k = 0; k < 200; ++k) {
    Bytes bytes(dice.roll(5000));
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(dice.roll(256));
    for (std::size_t m = 0; m + 4 <= bytes.size(); m += 1 + dice.roll(200))
      std::memcpy(bytes.data() + m, &kBlockMagic, std::min<std::size_t>(4, bytes.size() - m));
    CHECK(scan(bytes).crcs.empty());
  }
  Bytes block(kBlockHeaderBytes + 100);
  seal_block({.type = BlockType::rows, .rows = 1, .first_row = 5}, block);
  CHECK(scan(block).crcs.size() == 1);
  for (std::size_t size = 0; size < block.size(); ++size) CHECK(scan(std::span(block).first(size)).crcs.empty());
}

TEST_CASE("one changed bit anywhere costs the block it is in, and nothing else") {
  const TemporaryFolder folder;
  const Bytes good = good_segment(folder / "j");
  const Found whole = scan(good);
  CHECK(whole.skipped == 0);
  Dice dice(4);
  for (int k = 0; k < 400; ++k) {
    Bytes bytes = good;
    bytes[dice.roll(bytes.size())] ^= std::byte{1} << dice.roll(8);
    const Found found = scan(bytes);
    CHECK(found.crcs.size() == whole.crcs.size() - 1);
  }
}

TEST_CASE("a journal cut anywhere holds every block before the cut") {
  const TemporaryFolder folder;
  const Bytes good = good_segment(folder / "j");
  std::vector<std::size_t> ends;
  JournalScanner scanner(good);
  for (JournalBlock block; scanner.next(block);) ends.push_back(scanner.position());
  for (std::size_t cut = 0; cut <= good.size(); cut += 13) {
    const Found found = scan(std::span(good).first(cut));
    CHECK(std::cmp_equal(found.crcs.size(), std::upper_bound(ends.begin(), ends.end(), cut) - ends.begin()));
  }
}

TEST_CASE("a damaged journal is read without a wrong row, whatever was done to it") {
  const TemporaryFolder folder;
  const Bytes good = good_segment(folder / "j");
  std::filesystem::create_directory(folder / "damaged");
  Dice dice(5);
  std::int64_t readable = 0, refused = 0, kept_rows = 0, wrong = 0, miscounted = 0;
  for (int k = 0; k < 800; ++k) {
    Bytes bytes = good;
    for (std::size_t times = 1 + dice.roll(6); times > 0; --times) damage(bytes, dice);
    write_bytes(folder.path() / "damaged" / segment_name(1), bytes);
    const CameBack back = read_back(folder / "damaged");
    wrong += back.wrong_samples;
    readable += back.is_readable;
    refused += !back.refusal.empty();
    kept_rows += back.good_rows;
    if (!back.is_readable) continue;
    std::int64_t lost = 0, end = 0;
    for (const Gap& gap : back.recording.gaps) lost += gap.rows;
    for (const Period& period : back.recording.periods) {
      miscounted += period.first_row < end || period.rows <= 0 || period.first_row + period.rows > back.findings.rows;
      end = period.first_row + period.rows;
    }
    miscounted += back.good_rows != back.findings.good_rows || back.findings.rows != back.findings.good_rows + lost;
    miscounted += back.findings.ended && back.good_rows != 40 * kStreamRows;
  }
  CHECK(wrong == 0);
  CHECK(miscounted == 0);
  CHECK(readable + refused == 800);
  CHECK(readable > 500);
  CHECK(refused > 10);
  CHECK(kept_rows > readable * 10 * kStreamRows);
}

TEST_CASE("blocks that hold and say what cannot be are left out") {
  const TemporaryFolder folder;
  { JournalWriter writer(folder / "j", stream_head()); }
  const auto place = folder.path() / "j" / segment_name(1);
  Bytes bytes = bytes_at(place);
  const auto head = read_header(bytes);
  REQUIRE(head);
  const auto put = [&](BlockHeader header, std::span<const std::byte> payload) {
    header.journal = head->header.journal;
    Bytes block(kBlockHeaderBytes);
    block.insert(block.end(), payload.begin(), payload.end());
    seal_block(header, block);
    bytes.insert(bytes.end(), block.begin(), block.end());
  };
  const auto say = [&](BlockType type, const std::string& text) { put({.type = type}, std::as_bytes(std::span(text))); };
  const auto rows = stream_rows(0, 2);
  const auto two = std::as_bytes(std::span(rows));
  const std::int64_t far = std::numeric_limits<std::int64_t>::max();
  put({.type = BlockType::rows, .rows = 2, .first_row = far}, two);
  put({.type = BlockType::rows, .rows = 2, .first_row = -1}, two);
  put({.type = BlockType::rows, .rows = 2, .first_row = std::int64_t{1} << 36}, two);
  put({.type = BlockType::rows, .rows = 3, .first_row = 0}, two);
  put({.type = BlockType::rows, .rows = 0, .first_row = 0}, {});
  put({.type = BlockType::rows, .rows = 2, .first_row = 0}, two);
  put({.type = BlockType::rows, .rows = 2, .first_row = 1}, two);
  for (const char* text :
       {"", "{", "[]", "{\"number\":0}", "null", "\xff\xfe", "{\"number\":1e300,\"first_row\":0}",
        "{\"number\":-1,\"first_row\":0,\"end_row\":2,\"task\":\"a\",\"repetition\":1,\"dropped\":false}",
        "{\"number\":0,\"first_row\":0,\"end_row\":2,\"task\":\"a\",\"repetition\":-1,\"dropped\":false}",
        "{\"number\":0,\"first_row\":9223372036854775807,\"end_row\":-1,\"task\":\"a\",\"repetition\":1,\"dropped\":false}",
        "{\"number\":0,\"t_s\":null,\"duration_s\":0,\"text\":\"a\"}"}) {
    say(BlockType::event, text);
    say(BlockType::period, text);
    say(BlockType::end, text);
    say(BlockType::head, text);
  }
  say(BlockType::strike, "{\"number\":7}");
  say(BlockType::clock, "anything");
  write_bytes(place, bytes);
  const CameBack back = read_back(folder / "j");
  CHECK(back.is_readable);
  CHECK(back.wrong_samples == 0);
  CHECK(back.good_rows == 2);
  CHECK(back.findings.rows == 2);
  CHECK(back.recording.events.empty());
  CHECK(back.recording.periods.empty());
  CHECK_FALSE(back.findings.ended);
  CHECK(back.findings.notes.size() == 51);
  CHECK(back.findings.notes.back().starts_with("and "));
}

TEST_CASE("a journal of a newer kind is refused, and says what it needs") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "j");
  const std::string text = "{\"schema\":2}";
  Bytes block(kBlockHeaderBytes + text.size());
  std::memcpy(block.data() + kBlockHeaderBytes, text.data(), text.size());
  // The number of the journal is the checksum of its head's text, which stands in the header that is sealed first.
  seal_block({.type = BlockType::head}, block);
  const auto read = read_header(block);
  REQUIRE(read);
  seal_block({.type = BlockType::head, .rows = 1, .journal = read->header.payload_crc}, block);
  write_bytes(folder.path() / "j" / segment_name(1), block);
  CHECK(read_back(folder / "j").refusal == "000001.emgj: schema: found 2, expected 1; a newer journal needs a newer semg");
}

TEST_CASE("a long segment is read through a window as if it were read whole") {
  const TemporaryFolder folder;
  {
    JournalWriter writer(folder / "j", stream_head());
    Dice dice(6);
    for (std::int64_t first = 0; first < 900'000;) {
      const std::int64_t rows = 1 + static_cast<std::int64_t>(dice.roll(16'000));
      REQUIRE(append_stream(writer, first, rows));
      first += rows;
    }
  }
  const auto place = folder.path() / "j" / segment_name(1);
  const Bytes good = bytes_at(place);
  REQUIRE(good.size() > 14'000'000);
  Dice dice(8);
  for (int k = 0; k < 6; ++k) {
    Bytes bytes = good;
    for (int times = 0; times < 3 * k; ++times) damage(bytes, dice);
    for (const std::size_t edge : {std::size_t{4} << 20, std::size_t{8} << 20}) {
      if (k % 2 == 1 && edge < bytes.size()) bytes[edge - dice.roll(100)] ^= std::byte{1};
    }
    write_bytes(place, bytes);
    SegmentFile file(place);
    Found found;
    for (JournalBlock block; file.next(block);) add(found, block);
    found.skipped = static_cast<std::size_t>(file.skipped_bytes());
    CHECK(found == scan(bytes));
    CHECK(read_back(folder / "j").wrong_samples == 0);
  }
}
