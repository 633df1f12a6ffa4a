// SPDX-License-Identifier: BSD-3-Clause
// A journal's bytes: whole blocks, torn ones, overwritten ones, any bytes between.
#include "io/journal/crc32c.hpp"
#include "io/journal/journal_scanner.hpp"
#include "tests/fuzz/fuzz_input.hpp"

namespace semg::test {
namespace {

struct Placed {
  std::size_t at = 0;
  std::vector<std::byte> block;
};

std::vector<std::byte> sealed(FuzzInput& input) {
  BlockHeader header{.type = static_cast<BlockType>(1 + input.below(7)), .rows = static_cast<std::uint32_t>(input.number())};
  header.first_row = static_cast<std::int64_t>(input.number());
  std::vector<std::byte> block(kBlockHeaderBytes);
  append(block, input.bytes(input.number()));
  seal_block(header, block);
  return block;
}

}  // namespace
}  // namespace semg::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace semg::test;
  FuzzInput input(data, size);
  const std::size_t begin_before = 16 * input.number();
  std::vector<std::byte> bytes;
  std::vector<Placed> whole;
  while (!input.is_over() && bytes.size() < 1 << 14) {
    switch (input.below(4)) {
      case 0: append(bytes, input.bytes(input.number())); break;
      case 1: {
        const auto block = sealed(input);
        append(bytes, std::span(block).first(std::min(block.size(), input.number())));
        break;
      }
      case 2: {
        auto block = sealed(input);
        block[input.number() % block.size()] ^= static_cast<std::byte>(1 + input.below(255));
        append(bytes, block);
        break;
      }
      default: whole.push_back({bytes.size(), sealed(input)}); append(bytes, whole.back().block);
    }
  }

  semg::JournalScanner scanner(bytes), front(bytes, begin_before);
  semg::JournalBlock block, same;
  std::size_t in_blocks = 0, expected = 0, end = 0;
  while (scanner.next(block)) {
    const auto at = static_cast<std::size_t>(block.payload.data() - bytes.data()) - semg::kBlockHeaderBytes;
    const std::size_t length = semg::kBlockHeaderBytes + block.payload.size();
    must(at + length == scanner.position() && scanner.position() <= bytes.size(), "a block lies within the bytes");
    must(block.header.payload_bytes == block.payload.size() && semg::crc32c(block.payload) == block.header.payload_crc,
         "a block's checksum holds");
    in_blocks += length - (at < end ? end - at : 0);
    must(at + semg::kBlockHeaderBytes > end, "blocks share no more than a header");
    end = scanner.position();
    must(in_blocks + scanner.skipped_bytes() == scanner.position(), "every byte is in a block or skipped, and only once");
    must(expected == whole.size() || whole[expected].at >= at, "a block that is whole is found");
    if (expected < whole.size() && whole[expected].at == at) ++expected;
    if (at < begin_before)
      must(front.next(same) && same.payload.data() == block.payload.data(), "a scan of the front finds the same blocks");
  }
  must(expected == whole.size(), "every block that is whole is found");
  must(scanner.position() == bytes.size() && in_blocks + scanner.skipped_bytes() == bytes.size(), "a scan ends at the end");
  must(!front.next(same), "a scan of the front ends there");
  return 0;
}
