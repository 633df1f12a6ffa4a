// SPDX-License-Identifier: BSD-3-Clause
// Packets of an OpenBCI Cyton, alone and with a Daisy.
#include <cstring>

#include "io/devices/cyton_frames.hpp"
#include "tests/fuzz/framer_check.hpp"

namespace semg::test {
namespace {

constexpr std::size_t kPacket = CytonPackets::kBytes;

/// One packet: marks, count, eight values.
struct Packet {
  unsigned count = 0;
  std::span<const std::byte> samples;

  bool operator()(std::span<const std::byte> bytes) const {
    if (bytes[0] != std::byte{0xA0} || (bytes[kPacket - 1] & std::byte{0xF0}) != std::byte{0xC0}) return false;
    if (std::to_integer<unsigned>(bytes[1]) != count) return false;
    for (std::size_t c = 0; c < CytonPackets::kChannels; ++c) {
      std::int32_t stored = 0;
      std::memcpy(&stored, samples.data() + 4 * c, 4);
      std::uint32_t top = 0;
      for (std::size_t k = 0; k < 3; ++k) top |= std::to_integer<std::uint32_t>(bytes[2 + 3 * c + k]) << (24 - 8 * k);
      if (static_cast<std::int32_t>(top) >> 8 != stored) return false;
    }
    return true;
  }
};

template <class Framer>
struct CytonFace {
  static constexpr std::size_t kPackets = Framer::kChannels / CytonPackets::kChannels;  // a row
  static constexpr std::size_t kRow = 4 * Framer::kChannels;
  std::size_t row_bytes = kPackets * kPacket, most_held = 67 * kPacket;
  Framer framer = {};

  std::size_t feed(std::span<const std::byte> bytes, std::vector<GivenRow>& rows) {
    const CytonRows& given = framer.feed(bytes);
    const auto all = std::as_bytes(std::span(given.samples));
    std::size_t at = 0;
    for (const RowRun& run : given.runs) {
      must(run.rows > 0 && run.first == at, "runs follow each other");
      for (std::size_t k = 0; k < run.rows; ++k, ++at) {
        must((at + 1) * kRow <= all.size(), "a run has its samples");
        const auto samples = all.subspan(at * kRow, kRow);
        const auto mask = (std::uint32_t{1} << Framer::kCounterBits) - 1;
        rows.push_back({.counter = (run.counter + static_cast<std::uint32_t>(k)) & mask, .samples = {samples.begin(), samples.end()}});
      }
    }
    must(at * kRow == all.size(), "every sample is in a run");
    return given.garbage;
  }
  void start() { framer.start_anew(); }
  bool is_lost() const { return framer.is_lost(); }
  bool stand_in(std::span<const std::byte> bytes, const std::vector<GivenRow>& rows) const {
    std::vector<Packet> parts;
    for (const GivenRow& row : rows) {
      const auto samples = std::span(row.samples);
      if (kPackets == 1) {
        parts.push_back({row.counter, samples});
      } else {
        parts.push_back({2 * row.counter, samples.subspan(kRow / 2)});
        parts.push_back({2 * row.counter + 1, samples.first(kRow / 2)});
      }
    }
    return test::stand_in(bytes, kPacket, parts);
  }
  std::size_t owed(const Sent& sent) const { return sent.rows < 2 ? 0 : sent.rows - 1; }
};

}  // namespace
}  // namespace semg::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace semg::test;
  FuzzInput input(data, size);
  const Cuts cuts(input);
  const bool with_daisy = input.below(2) == 1;
  const std::size_t seed = input.number();
  const auto packet = [&](std::uint32_t count) {
    std::vector<std::byte> bytes(kPacket, std::byte{0xA0});
    for (std::size_t k = 2; k < kPacket; ++k) bytes[k] = static_cast<std::byte>(seed * k * count);
    bytes[1] = static_cast<std::byte>(count);
    bytes[kPacket - 1] = static_cast<std::byte>(0xC0 + seed % 16);
    return bytes;
  };
  auto sent = sent_as_wanted(input, packet);
  if (with_daisy) {
    for (auto& one : sent) one.only_rows = false;  // a half without its other half is garbage
    check_framer([] { return CytonFace<semg::CytonDaisyFramer>(); }, sent, cuts);
  } else {
    check_framer([] { return CytonFace<semg::CytonFramer>(); }, sent, cuts);
  }
  return 0;
}
