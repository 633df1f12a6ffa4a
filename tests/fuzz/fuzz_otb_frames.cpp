// SPDX-License-Identifier: BSD-3-Clause
// Rows of OT Bioelettronica's probes, of 2 and of 3 bytes a value.
#include <cstring>

#include "io/devices/otb_frames.hpp"
#include "tests/fuzz/framer_check.hpp"

namespace semg::test {
namespace {

/// Decoded on its own: a value is its bytes, highest first, drawn to the top and back for the sign.
std::int32_t value(std::span<const std::byte> bytes) {
  std::uint32_t top = 0;
  for (std::size_t k = 0; k < bytes.size(); ++k) top |= std::to_integer<std::uint32_t>(bytes[k]) << (24 - 8 * k);
  return static_cast<std::int32_t>(top) >> (32 - 8 * static_cast<int>(bytes.size()));
}

struct OtbFace {
  OtbLayout layout;
  std::size_t row_bytes, most_held;
  OtbFramer framer;

  explicit OtbFace(OtbLayout of) : layout(of), row_bytes(of.words * of.word_bytes), most_held(66 * row_bytes + of.word_bytes), framer(of) {}
  std::size_t stored_bytes() const { return layout.word_bytes == 2 ? 2 : 4; }
  std::size_t feed(std::span<const std::byte> bytes, std::vector<GivenRow>& rows) {
    const OtbRows& given = framer.feed(bytes);
    const std::size_t length = layout.channels * stored_bytes();
    std::size_t at = 0;
    for (const RowRun& run : given.runs) {
      must(run.rows > 0 && run.first == at, "runs follow each other");
      for (std::size_t k = 0; k < run.rows; ++k, ++at) {
        must((at + 1) * length <= given.samples.size(), "a run has its samples");
        const auto samples = std::span(given.samples).subspan(at * length, length);
        rows.push_back({.counter = static_cast<std::uint16_t>(run.counter + k),
                        .mark = run.trigger_began && k == 0 ? std::size_t{1} : 0,
                        .samples = {samples.begin(), samples.end()}});
      }
    }
    must(at * length == given.samples.size(), "every sample is in a run");
    return given.garbage;
  }
  void start() { framer.start_anew(); }
  bool is_lost() const { return framer.is_lost(); }
  bool is(const GivenRow& row, std::span<const std::byte> bytes) const {
    const std::size_t word = layout.word_bytes;
    if ((value(bytes.last(word)) & 0xFFFF) != static_cast<std::int32_t>(row.counter)) return false;
    if (row.mark == 1 && (value(bytes.last(2 * word).first(word)) & 0x8000) == 0) return false;
    for (std::size_t c = 0; c < layout.channels; ++c) {
      std::int32_t stored = 0;
      if (word == 2) {
        std::int16_t narrow = 0;
        std::memcpy(&narrow, row.samples.data() + 2 * c, 2);
        stored = narrow;
      } else {
        std::memcpy(&stored, row.samples.data() + 4 * c, 4);
      }
      if (value(bytes.subspan(c * word, word)) != stored) return false;
    }
    return true;
  }
  bool stand_in(std::span<const std::byte> bytes, const std::vector<GivenRow>& rows) const {
    const auto part = [this](const GivenRow& row) { return [this, &row](std::span<const std::byte> there) { return is(row, there); }; };
    std::vector<decltype(part(rows[0]))> parts;
    for (const GivenRow& row : rows) parts.push_back(part(row));
    return test::stand_in(bytes, row_bytes, parts);
  }
  std::size_t owed(const Sent& sent) const { return sent.rows < 4 ? 0 : sent.rows; }
};

}  // namespace
}  // namespace semg::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace semg::test;
  FuzzInput input(data, size);
  const Cuts cuts(input);
  semg::OtbLayout layout{.words = 3 + input.below(8), .word_bytes = 2 + input.below(2)};
  layout.channels = 1 + input.below(layout.words - 2);
  const std::size_t seed = input.number();
  const auto row = [&](std::uint32_t counter) {
    std::vector<std::byte> bytes(layout.words * layout.word_bytes);
    for (std::size_t k = 0; k < bytes.size(); ++k) bytes[k] = static_cast<std::byte>(seed * k * (counter / 3));
    bytes[bytes.size() - 2] = static_cast<std::byte>(counter >> 8);
    bytes[bytes.size() - 1] = static_cast<std::byte>(counter);
    return bytes;
  };
  check_framer([&] { return OtbFace(layout); }, sent_as_wanted(input, row), cuts);
  return 0;
}
