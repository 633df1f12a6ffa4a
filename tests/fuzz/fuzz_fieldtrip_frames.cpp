// SPDX-License-Identifier: BSD-3-Clause
// Replies, headers and rows of a FieldTrip buffer.
#include <cmath>
#include <cstring>

#include "io/devices/fieldtrip_frames.hpp"
#include "tests/fuzz/fuzz_input.hpp"

namespace semg::test {
namespace {

void append_word(std::vector<std::byte>& to, std::size_t value, std::size_t bytes) {
  for (std::size_t k = 0; k < bytes; ++k) to.push_back(static_cast<std::byte>(value >> (8 * k)));
}

std::size_t word_at(std::span<const std::byte> bytes, std::size_t at) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

void check_replies(FuzzInput& input) {
  constexpr std::size_t kCommands[] = {0x204, 0x205, 0x404, 0x405};
  const Cuts cuts(input);
  std::vector<std::byte> bytes;
  while (!input.is_over() && bytes.size() < 1 << 14) {
    if (input.below(8) == 0) {
      append(bytes, input.bytes(input.number()));
      continue;
    }
    const std::size_t command = kCommands[input.below(4)], stated = input.number(), there = input.below(8) == 0 ? input.number() : stated;
    append_word(bytes, 1, 2);
    append_word(bytes, command, 2);
    append_word(bytes, stated, 4);
    const std::size_t end = bytes.size() + there;
    append(bytes, input.bytes(std::min<std::size_t>(there, 8)));
    bytes.resize(end, std::byte{7});
  }
  struct Heard {
    FieldtripReplies replies = {};
    std::vector<std::byte> again = {};  // as it was sent
    std::size_t garbage = 0;
    void listen(std::span<const std::byte> piece) {
      replies.put(piece);
      FieldtripReply reply;
      while (replies.next(reply)) {
        append_word(again, 1, 2);
        append_word(again, static_cast<std::size_t>(reply.command), 2);
        append_word(again, reply.body.size(), 4);
        append(again, reply.body);
      }
      garbage += replies.take_garbage();
    }
  };
  Heard whole, cut;
  whole.listen(bytes);
  cuts.feed(bytes, [&](std::span<const std::byte> piece) { cut.listen(piece); });
  must(whole.again == cut.again && whole.garbage == cut.garbage, "bytes cut anywhere give the same replies");
  must(whole.replies.is_spoiled() == cut.replies.is_spoiled(), "a connection is spoiled wherever the bytes are cut");
  must(whole.again.size() <= bytes.size() && std::equal(whole.again.begin(), whole.again.end(), bytes.begin()),
       "replies given are the bytes from the first on");
  must(!whole.replies.is_spoiled() || whole.again.size() + whole.garbage == bytes.size(), "what belongs to no reply is garbage");
  must(whole.replies.is_spoiled() || whole.garbage == 0, "without an error there is no garbage");
}

void check_header(std::span<const std::byte> body) {
  const auto header = fieldtrip_header(body);
  if (!header) return;
  must(header->channels >= 1 && header->channels <= 4096 && header->channels == word_at(body, 0), "a header has channels");
  must(std::isfinite(header->fs_hz) && header->fs_hz > 0, "a header has a rate");
  must(header->names.size() <= header->channels, "a name belongs to a channel");
  must(header->resolutions.empty() || header->resolutions.size() == header->channels, "all channels have a resolution, or none");
  must(!fieldtrip_type_name(header->data_type).empty(), "a type has a name");
}

void check_any_header(FuzzInput& input) {
  if (input.below(4) == 0) return check_header(input.rest());
  std::vector<std::byte> body, chunks;
  const std::size_t channels = 1 + input.below(8);
  const float fs_hz = 2000;
  append_word(body, channels, 4);
  append_word(body, input.number(), 4);
  append_word(body, 0, 4);
  append(body, std::as_bytes(std::span(&fs_hz, 1)));
  append_word(body, input.below(12), 4);
  while (!input.is_over()) {
    const std::size_t kind = 1 + input.below(4), size = kind == 3 ? 8 * channels : input.number();
    append_word(chunks, kind, 4);
    append_word(chunks, size + (input.below(16) == 0 ? input.number() : 0), 4);
    append(chunks, input.bytes(size));
  }
  append_word(body, chunks.size(), 4);
  append(body, chunks);
  check_header(body);
}

void check_rows(FuzzInput& input) {
  constexpr std::uint32_t kTypes[] = {6, 7, 9, 10};  // int16, int32, float32, float64
  const FieldtripHeader header{.channels = static_cast<std::uint32_t>(1 + input.below(6)), .data_type = kTypes[input.below(4)]};
  const std::size_t value_bytes = fieldtrip_value_bytes(header.data_type), stored_bytes = value_bytes == 2 ? 2 : 4;
  const std::size_t rows = input.below(32), columns_wanted = input.below(5);
  std::vector<std::size_t> columns;
  for (std::size_t c = 0; c < columns_wanted; ++c) columns.push_back(input.below(header.channels));
  std::vector<std::byte> body;
  if (input.below(4) > 0) {
    const std::size_t size = rows * header.channels * value_bytes;
    for (const std::size_t word : {std::size_t{header.channels}, rows, std::size_t{header.data_type}, size}) append_word(body, word, 4);
    append(body, input.bytes(size));
    if (input.below(4) > 0) body.resize(16 + size, std::byte{0x41});
  } else {
    append(body, input.rest());
  }
  std::vector<std::byte> samples(3, std::byte{9});
  if (!append_fieldtrip_rows(header, columns, rows, body, samples)) {
    must(samples.size() == 3, "of a body that is refused nothing is taken");
    return;
  }
  must(samples.size() == 3 + rows * columns.size() * stored_bytes, "so many rows are appended");
  const std::byte* stored = samples.data() + 3;
  for (std::size_t row = 0; row < rows; ++row) {
    for (const std::size_t column : columns) {
      const std::byte* sent = body.data() + 16 + (row * header.channels + column) * value_bytes;
      double wide = 0;
      if (value_bytes == 8) std::memcpy(&wide, sent, sizeof wide);
      const auto narrow = static_cast<float>(wide);
      const void* expected = value_bytes == 8 ? static_cast<const void*>(&narrow) : sent;
      must(std::memcmp(stored, expected, stored_bytes) == 0, "every sample given was in the bytes, at its place");
      stored += stored_bytes;
    }
  }
}

}  // namespace
}  // namespace semg::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  semg::test::FuzzInput input(data, size);
  switch (input.below(3)) {
    case 0: semg::test::check_replies(input); break;
    case 1: semg::test::check_any_header(input); break;
    default: semg::test::check_rows(input);
  }
  return 0;
}
