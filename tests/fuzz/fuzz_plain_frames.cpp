// SPDX-License-Identifier: BSD-3-Clause
// Plain frames in every type, with and without sync word and counter.
#include "io/devices/plain_frames.hpp"
#include "tests/fuzz/framer_check.hpp"

namespace semg::test {
namespace {

enum class Begin { with_frame, anywhere };

struct PlainFace {
  PlainLayout layout;
  Begin begin;
  std::size_t row_bytes, most_held;
  PlainFramer framer;

  PlainFace(const PlainLayout& of, Begin where)
      : layout(of), begin(where), row_bytes(of.frame_bytes()), most_held(66 * row_bytes + of.head_bytes()), framer(of) {
    start();
  }
  std::size_t stored_bytes() const { return bytes_of(layout.type) == 2 ? 2 : 4; }
  std::size_t feed(std::span<const std::byte> bytes, std::vector<GivenRow>& rows) {
    const PlainRows& given = framer.feed(bytes);
    const std::size_t length = layout.channels * stored_bytes();
    const std::uint32_t mask = layout.counter_bits == 0 ? 0 : ~std::uint32_t{0} >> (32 - layout.counter_bits);
    std::size_t at = 0;
    for (const PlainRun& run : given.runs) {
      must(run.rows > 0 && run.first == at, "runs follow each other");
      must(run.lost_before == 0 || layout.counter_bits == 0, "only rows that are not counted are lost by guess");
      for (std::size_t k = 0; k < run.rows; ++k, ++at) {
        must((at + 1) * length <= given.samples.size(), "a run has its samples");
        const auto samples = std::span(given.samples).subspan(at * length, length);
        rows.push_back({.counter = (run.counter + static_cast<std::uint32_t>(k)) & mask,
                        .mark = k == 0 ? run.lost_before : 0,
                        .samples = {samples.begin(), samples.end()}});
      }
    }
    must(at * length == given.samples.size(), "every sample is in a run");
    return given.garbage;
  }
  void start() {
    if (begin == Begin::with_frame) {
      framer.start_with_frame();
    } else {
      framer.start_anywhere();
    }
  }
  bool is_lost() const { return framer.is_lost(); }

  bool is_big_endian() const { return layout.type == PlainType::i16be || layout.type == PlainType::i24be; }
  /// Lowest byte first, whatever the order on the line.
  std::vector<std::byte> lowest_first(std::span<const std::byte> bytes) const {
    std::vector<std::byte> turned(bytes.begin(), bytes.end());
    if (is_big_endian()) std::reverse(turned.begin(), turned.end());
    return turned;
  }
  bool is(const GivenRow& row, std::span<const std::byte> frame) const {
    if (!std::equal(layout.sync.begin(), layout.sync.end(), frame.begin())) return false;
    const auto counter = lowest_first(frame.subspan(layout.sync.size(), layout.head_bytes() - layout.sync.size()));
    if (!std::equal(counter.begin(), counter.end(), std::as_bytes(std::span(&row.counter, 1)).begin())) return false;
    const std::size_t length = bytes_of(layout.type);
    for (std::size_t c = 0; c < layout.channels; ++c) {
      auto value = lowest_first(frame.subspan(layout.head_bytes() + c * length, length));
      if (length == 3) value.push_back(static_cast<std::byte>((value[2] & std::byte{0x80}) == std::byte{0} ? 0 : 0xFF));
      if (!std::equal(value.begin(), value.end(), row.samples.begin() + static_cast<std::ptrdiff_t>(c * stored_bytes()))) return false;
    }
    return true;
  }
  bool stand_in(std::span<const std::byte> bytes, const std::vector<GivenRow>& rows) const {
    const auto part = [this](const GivenRow& row) { return [this, &row](std::span<const std::byte> there) { return is(row, there); }; };
    std::vector<decltype(part(rows[0]))> parts;
    for (const GivenRow& row : rows) parts.push_back(part(row));
    return test::stand_in(bytes, row_bytes, parts);
  }
  std::size_t owed(const Sent& sent) const { return begin == Begin::anywhere || sent.rows < 5 ? 0 : sent.rows - 1; }
};

PlainLayout layout_as_wanted(FuzzInput& input) {
  constexpr int kBits[] = {0, 8, 16, 32};
  constexpr PlainType kTypes[] = {PlainType::i16le, PlainType::i16be, PlainType::i24le,
                                  PlainType::i24be, PlainType::i32le, PlainType::f32le};
  PlainLayout layout{.counter_bits = kBits[input.below(4)], .channels = 1 + input.below(5), .type = kTypes[input.below(6)]};
  append(layout.sync, input.bytes(input.below(5)));
  return layout;
}

}  // namespace
}  // namespace semg::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace semg::test;
  FuzzInput input(data, size);
  const Cuts cuts(input);
  const auto begin = input.below(2) == 0 ? Begin::with_frame : Begin::anywhere;
  const auto layout = layout_as_wanted(input);
  const std::size_t seed = input.number();
  const PlainFace face(layout, begin);
  const auto row = [&](std::uint32_t counter) {
    std::vector<std::byte> bytes = layout.sync;
    const auto number = face.lowest_first(std::as_bytes(std::span(&counter, 1)).first(layout.head_bytes() - layout.sync.size()));
    append(bytes, number);
    while (bytes.size() < layout.frame_bytes()) bytes.push_back(static_cast<std::byte>(seed * bytes.size() * counter));
    return bytes;
  };
  auto sent = sent_as_wanted(input, row);
  if (begin == Begin::anywhere)
    for (auto& one : sent) one.only_rows = false;
  check_framer([&] { return PlainFace(layout, begin); }, sent, cuts);
  return 0;
}
