// SPDX-License-Identifier: BSD-3-Clause
// Samples of a lab streaming layer stream, in every format that is recorded and both byte orders.
#include <cmath>
#include <cstring>

#include "io/devices/lsl_frames.hpp"
#include "tests/fuzz/fuzz_input.hpp"

namespace semg::test {
namespace {

constexpr std::size_t kStampBytes = 8;

struct Given {
  std::vector<std::byte> samples;
  std::vector<double> stamps;
  std::size_t garbage = 0;

  void take(const LslRows& rows) {
    append(samples, rows.samples);
    stamps.insert(stamps.end(), rows.stamps.begin(), rows.stamps.end());
    garbage += rows.garbage;
  }
  bool is_same(const Given& other) const {
    const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
    return samples == other.samples && garbage == other.garbage &&
           std::equal(stamps.begin(), stamps.end(), other.stamps.begin(), other.stamps.end(), same);
  }
};

/// Bytes as the stream has them, lowest first on this side.
template <class T>
void send(std::vector<std::byte>& to, T value, int byte_order) {
  std::vector<std::byte> bytes(sizeof value);
  std::memcpy(bytes.data(), &value, sizeof value);
  if (byte_order == 4321) std::reverse(bytes.begin(), bytes.end());
  append(to, bytes);
}

void send_value(std::vector<std::byte>& to, double value, const LslLayout& layout) {
  switch (layout.format) {
    case LslFormat::double64: return send(to, value, layout.byte_order);
    case LslFormat::int32: return send(to, static_cast<std::int32_t>(value), layout.byte_order);
    case LslFormat::int16: return send(to, static_cast<std::int16_t>(value), layout.byte_order);
    default: return send(to, static_cast<float>(value), layout.byte_order);
  }
}

/// liblsl's sample::assign_test_pattern().
void send_pattern(std::vector<std::byte>& to, int offset, const LslLayout& layout) {
  const double first = layout.format == LslFormat::double64 ? 16777217
                       : layout.format == LslFormat::int32  ? 65537
                       : layout.format == LslFormat::int16  ? 257
                                                            : 0;
  to.push_back(std::byte{2});
  send(to, 123456.789, layout.byte_order);
  for (std::size_t k = 0; k < layout.channels; ++k)
    send_value(to, (k % 2 == 0 ? 1 : -1) * (first + offset + static_cast<double>(k)), layout);
}

LslLayout layout_as_wanted(FuzzInput& input) {
  constexpr LslFormat kFormats[] = {LslFormat::float32, LslFormat::double64, LslFormat::int32, LslFormat::int16};
  LslLayout layout{.format = kFormats[input.below(4)], .channels = 1 + input.below(5), .byte_order = input.below(2) == 0 ? 1234 : 4321};
  for (std::size_t k = input.below(4); k > 0 || layout.picks.empty(); k -= std::min<std::size_t>(k, 1))
    layout.picks.push_back(input.below(layout.channels));
  return layout;
}

struct Sent {
  std::vector<std::byte> bytes;
  std::size_t rows = 0;
  bool only_rows = true;
};

Sent sent_as_wanted(FuzzInput& input, const LslLayout& layout) {
  Sent sent;
  if (input.below(8) > 0) {
    send_pattern(sent.bytes, 4, layout);
    send_pattern(sent.bytes, 2, layout);
  } else {
    sent.only_rows = false;
  }
  while (!input.is_over() && sent.bytes.size() < 1 << 14) {
    const std::size_t word = input.number();
    if (word % 4 == 0) {
      append(sent.bytes, input.bytes(1 + word / 4));
      sent.only_rows = false;
    } else if (word % 4 == 1) {
      sent.bytes.resize(sent.bytes.size() - std::min(sent.bytes.size(), 1 + word / 4));
      sent.only_rows = false;
    } else {
      sent.bytes.push_back(static_cast<std::byte>(word % 4 - 1));
      if (word % 4 == 3) send(sent.bytes, 0.5 * static_cast<double>(word), layout.byte_order);
      for (std::size_t k = 0; k < layout.channels; ++k) send_value(sent.bytes, static_cast<double>(word + k), layout);
      ++sent.rows;
    }
  }
  return sent;
}

/// Rows stand in the bytes one behind the other, right behind the pattern: nothing marks a place but the row before.
bool stand_in(std::span<const std::byte> bytes, const Given& given, const LslLayout& layout) {
  const std::size_t sent_bytes = bytes_of(layout.format), stored_bytes = layout.format == LslFormat::double64 ? 4 : sent_bytes;
  const auto in_our_order = [&](std::size_t at, std::size_t length) {
    std::vector<std::byte> turned(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                                  bytes.begin() + static_cast<std::ptrdiff_t>(at + length));
    if (layout.byte_order == 4321) std::reverse(turned.begin(), turned.end());
    return turned;
  };
  std::size_t at = 2 * (1 + kStampBytes + layout.channels * sent_bytes), stored = 0;
  for (const double stamp_s : given.stamps) {
    const bool stamped = !std::isnan(stamp_s);
    const std::size_t values = at + 1 + (stamped ? kStampBytes : 0), end = values + layout.channels * sent_bytes;
    if (end > bytes.size() || bytes[at] != (stamped ? std::byte{2} : std::byte{1})) return false;
    if (stamped && std::memcmp(in_our_order(at + 1, kStampBytes).data(), &stamp_s, sizeof stamp_s) != 0) return false;
    for (const std::size_t pick : layout.picks) {
      auto value = in_our_order(values + pick * sent_bytes, sent_bytes);
      if (layout.format == LslFormat::double64) {
        double wide = 0;
        std::memcpy(&wide, value.data(), sizeof wide);
        const auto narrow = static_cast<float>(wide);
        value.resize(sizeof narrow);
        std::memcpy(value.data(), &narrow, sizeof narrow);
      }
      if (stored + stored_bytes > given.samples.size()) return false;
      if (!std::equal(value.begin(), value.end(), given.samples.begin() + static_cast<std::ptrdiff_t>(stored))) return false;
      stored += stored_bytes;
    }
    at = end;
  }
  return stored == given.samples.size();
}

}  // namespace
}  // namespace semg::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace semg::test;
  FuzzInput input(data, size);
  const Cuts cuts(input);
  const semg::LslLayout layout = layout_as_wanted(input);
  const bool pauses = input.below(4) == 0;
  const Sent sent = sent_as_wanted(input, layout);
  const std::size_t values = layout.channels * bytes_of(layout.format), most_held = 2 * (1 + kStampBytes + values);

  const auto bytes_in = [&](const Given& given, std::size_t patterns) {
    std::size_t bytes = given.garbage + patterns * (1 + kStampBytes + values);
    for (const double stamp_s : given.stamps) bytes += 1 + (std::isnan(stamp_s) ? 0 : kStampBytes) + values;
    return bytes;
  };
  semg::LslFramer whole(layout), cut(layout);
  Given rows, rows_of_cut;
  rows.take(whole.feed(sent.bytes));
  std::size_t fed = 0;
  cuts.feed(sent.bytes, [&](std::span<const std::byte> piece) {
    rows_of_cut.take(cut.feed(piece));
    fed += piece.size();
    must(fed <= bytes_in(rows_of_cut, 2) + most_held, "only a few bytes wait for what follows them");
    if (pauses) rows_of_cut.take(cut.pause());
  });
  if (!pauses) must(whole.is_open() == cut.is_open() && whole.is_lost() == cut.is_lost(), "a place is lost wherever the bytes are cut");
  const bool was_lost = whole.is_lost();
  rows.take(whole.end());
  rows_of_cut.take(cut.end());
  if (!pauses) must(rows.is_same(rows_of_cut), "bytes cut anywhere give the same rows");
  for (const Given* given : {&rows, &rows_of_cut}) {
    must(stand_in(sent.bytes, *given, layout), "every row given was in the bytes, in this order");
    const std::size_t fewest = given->stamps.empty() ? 0 : 2;
    const bool adds_up = bytes_in(*given, 2) == sent.bytes.size() ||
                         (fewest == 0 && (bytes_in(*given, 0) == sent.bytes.size() || bytes_in(*given, 1) == sent.bytes.size()));
    must(adds_up, "every byte is in a row, in the pattern or garbage, and only once");
  }
  must(!sent.only_rows || (rows.stamps.size() == sent.rows && rows.garbage == 0 && !was_lost), "rows behind their pattern are given");
  must(whole.feed(sent.bytes).stamps.empty(), "a connection that is over gives nothing");
  return 0;
}
