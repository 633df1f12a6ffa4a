// SPDX-License-Identifier: BSD-3-Clause
// What a journal says in words, from any text whose checksum holds: heads, events, strikes, periods, the end.
#include <cmath>
#include <optional>

#include "dsp/error.hpp"
#include "io/journal/journal_words.hpp"
#include "tests/fuzz/fuzz_input.hpp"

namespace semg::test {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

/// A field that is sound, or any text.
std::string field(FuzzInput& input, const char* name, const std::string& sound) {
  return "\"" + std::string(name) + "\":" + (input.below(8) == 0 ? input.text(input.below(24)) : sound);
}

/// A field with a number of the fuzzer.
std::string number_field(FuzzInput& input, const char* name) {
  return field(input, name, std::to_string(static_cast<int>(input.number()) - 2));
}

std::string word_as_wanted(FuzzInput& input, BlockType type) {
  switch (type) {
    case BlockType::event:
      return "{" + number_field(input, "number") + "," + number_field(input, "t_s") + "," + number_field(input, "duration_s") + "," +
             field(input, "text", "\"a\"") + "}";
    case BlockType::period:
      return "{" + number_field(input, "number") + "," + number_field(input, "first_row") + "," + number_field(input, "end_row") + "," +
             field(input, "task", "\"rest\"") + "," + number_field(input, "repetition") + "," + field(input, "dropped", "false") + "}";
    case BlockType::strike: return "{" + number_field(input, "number") + "}";
    default: return input.text(input.number());
  }
}

void read_head(const std::string& text) {
  std::optional<Recording> head;
  try {
    head = head_from_text("a.emgj", bytes_of(text));
  } catch (const Error& error) {
    must(error.fault() == Fault::data, "a head of a newer semg is refused as data");
  }
  if (!head) return;
  must(!head->stream.channels.empty() && head->stream.fs_hz > 0 && std::isfinite(head->stream.fs_hz), "a head that is taken is possible");
  const std::string said = head_to_text(*head);
  const auto again = head_from_text("a.emgj", bytes_of(said));
  must(again && head_to_text(*again) == said, "a head comes back as it was said");
}

std::string head_as_wanted(FuzzInput& input) {
  Recording head{.recording_id = "r", .participant_id = "P1", .sample_type = SampleType::int16};
  head.stream = {.fs_hz = 2000, .channels = {{.label = "E1", .muscle = "biceps", .lsb = 1e-6}}};
  std::string text = head_to_text(head);
  const std::size_t at = input.number() * 256 + input.number(), length = input.below(32);
  return text.replace(std::min(at, text.size()), length, input.text(32));
}

void check(const JournalWords& words, std::int64_t rows) {
  words.events();
  std::vector<std::string> notes;
  std::int64_t end = 0;
  for (const Period& period : words.periods(rows, notes)) {
    must(period.first_row >= end && period.rows > 0, "periods are in order and apart");
    must(period.first_row < rows && period.rows <= rows - period.first_row, "periods lie within the rows");
    end = period.first_row + period.rows;
  }
}

template <class Word>
void comes_back(const std::optional<Word>& word, std::optional<Word> (*read)(std::span<const std::byte>)) {
  if (!word) return;
  const std::string said = to_text(*word);
  const auto again = read(bytes_of(said));
  must(again && to_text(*again) == said, "a word comes back as it was said");
}

}  // namespace
}  // namespace semg::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace semg::test;
  using semg::BlockType;
  FuzzInput input(data, size);
  const auto rows = static_cast<std::int64_t>(input.number());
  semg::JournalWords words;
  while (!input.is_over()) {
    const auto type = static_cast<BlockType>(1 + input.below(7));
    const std::string text = type == BlockType::head && input.below(4) > 0 ? head_as_wanted(input) : word_as_wanted(input, type);
    semg::JournalBlock block{.payload = bytes_of(text)};
    block.header.type = type;
    words.take(block);
    read_head(text);
    comes_back(semg::event_from_text(block.payload), semg::event_from_text);
    comes_back(semg::period_from_text(block.payload), semg::period_from_text);
    comes_back(semg::end_from_text(block.payload), semg::end_from_text);
    if (const auto number = semg::strike_from_text(block.payload)) must(*number >= 0, "a strike names an event");
  }
  check(words, rows);
  return 0;
}
