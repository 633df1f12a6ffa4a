// SPDX-License-Identifier: BSD-3-Clause
// Frames and replies of a Trigno server.
#include <cmath>
#include <cstring>

#include "io/devices/trigno_frames.hpp"
#include "tests/fuzz/fuzz_input.hpp"

namespace semg::test {
namespace {

constexpr std::size_t kFrame = TrignoLayout::kFrameBytes;

struct Given {
  std::vector<std::int64_t> index;  ///< of each row
  std::vector<float> samples;
  std::size_t garbage = 0;

  void take(const TrignoRows& rows, std::size_t channels) {
    std::size_t at = 0;
    for (const TrignoRun& run : rows.runs) {
      must(run.rows > 0 && run.first == at, "runs follow each other");
      for (std::size_t k = 0; k < run.rows; ++k, ++at) index.push_back(run.index + static_cast<std::int64_t>(k));
    }
    must(at * channels == rows.samples.size(), "every sample is in a run");
    samples.insert(samples.end(), rows.samples.begin(), rows.samples.end());
    garbage += rows.garbage;
  }
  bool is_same(const Given& other) const {
    const auto same = [](float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); };
    return index == other.index && garbage == other.garbage &&
           std::equal(samples.begin(), samples.end(), other.samples.begin(), other.samples.end(), same);
  }
};

float sent_at(std::span<const std::byte> bytes, std::size_t frame, std::size_t slot) {
  float value = 0;
  std::memcpy(&value, bytes.data() + frame * kFrame + 4 * slot, sizeof value);
  return value;
}

/// Row k of a connection is its k-th frame; a sample is what was sent, or NaN in a run of more zeros than a sensor gives.
void check_rows(std::span<const std::byte> bytes, const Given& given, const TrignoLayout& layout) {
  const std::size_t channels = layout.columns.size();
  std::int64_t before = -1;
  for (std::size_t row = 0; row < given.index.size(); ++row) {
    const std::int64_t index = given.index[row];
    must(index > before && (static_cast<std::size_t>(index) + 1) * kFrame <= bytes.size(), "rows go on within the bytes");
    for (std::size_t c = 0; c < channels; ++c) {
      const float sent = sent_at(bytes, static_cast<std::size_t>(index), layout.columns[c]), got = given.samples[row * channels + c];
      must(std::isnan(got) ? sent == 0 : got == sent, "every sample given was in the bytes, at its place");
      if (!std::isnan(got)) continue;
      std::size_t zeros = 0, from = static_cast<std::size_t>(index);
      while (from > 0 && sent_at(bytes, from - 1, layout.columns[c]) == 0) --from;
      for (std::size_t k = from; (k + 1) * kFrame <= bytes.size() && sent_at(bytes, k, layout.columns[c]) == 0; ++k) ++zeros;
      must(zeros > layout.most_zeros, "only many zeros are a loss");
    }
    before = index;
  }
}

std::vector<std::byte> frames_as_wanted(FuzzInput& input, const TrignoLayout& layout) {
  std::vector<std::byte> bytes;
  while (!input.is_over() && bytes.size() < 1 << 14) {
    const std::size_t word = input.number();
    if (word % 8 == 0) {
      append(bytes, input.bytes(1 + word / 8));
    } else if (word % 8 == 1) {
      bytes.resize(bytes.size() - std::min(bytes.size(), 1 + word / 8));
    } else {
      const std::size_t zero = word % 8 < 4 ? input.number() : 0;  // slots without their radio
      for (std::size_t k = 0; k <= word / 8; ++k) {
        for (std::size_t slot = 0; slot < TrignoLayout::kSlots; ++slot) {
          const bool silent = !layout.is_used[slot] || (zero >> (slot % 8) & 1) == 1;
          const float value = silent ? 0.0F : 1e-5F * static_cast<float>(word + slot);
          append(bytes, std::as_bytes(std::span(&value, 1)));
        }
      }
    }
  }
  return bytes;
}

void check_frames(FuzzInput& input) {
  const Cuts cuts(input);
  TrignoLayout layout;
  layout.most_zeros = input.below(8);
  for (std::size_t channels = 1 + input.below(4); channels > 0; --channels) {
    const std::size_t slot = input.below(TrignoLayout::kSlots);
    if (layout.is_used[slot]) continue;
    layout.is_used[slot] = true;
    layout.columns.push_back(slot);
  }
  layout.is_used[input.below(TrignoLayout::kSlots)] = true;  // a sensor that is not wanted, perhaps
  const std::size_t channels = layout.columns.size();
  const auto bytes = frames_as_wanted(input, layout);

  TrignoFramer whole(layout), cut(layout);
  for (int connection = 0; connection < 2; ++connection) {
    Given rows, rows_of_cut;
    rows.take(whole.feed(bytes), channels);
    cuts.feed(bytes, [&](std::span<const std::byte> piece) { rows_of_cut.take(cut.feed(piece), channels); });
    must(rows.is_same(rows_of_cut), "bytes cut anywhere give the same rows");
    must(whole.is_lost() == cut.is_lost() && whole.all_silent() == cut.all_silent(), "its state does not depend on the cut");
    check_rows(bytes, rows, layout);
    whole.start_anew();
    cut.start_anew();
    rows.take(whole.feed({}), channels);
    rows_of_cut.take(cut.feed({}), channels);
    must(rows.is_same(rows_of_cut), "what is left of a connection is the same garbage");
    must(rows.garbage <= bytes.size() && (bytes.size() - rows.garbage) % kFrame == 0, "what is no garbage is whole frames");
    must(rows.index.size() * kFrame + rows.garbage <= bytes.size(), "no byte is in a row and garbage");
  }
}

void check_replies(FuzzInput& input) {
  const Cuts cuts(input);
  std::vector<std::byte> bytes;
  while (!input.is_over() && bytes.size() < 4000) {
    constexpr std::string_view kParts[] = {"\r\n", "\r\n\r\n", "STOPPED\r\n", "YES", "OK ", "\r"};
    const std::size_t word = input.below(8);
    const std::string part = word < std::size(kParts) ? std::string(kParts[word]) : input.text(1 + input.below(16));
    append(bytes, std::as_bytes(std::span(part)));
  }
  struct Heard {
    std::vector<std::string> replies;
    bool stopped = false;
    bool operator==(const Heard&) const = default;
  };
  const auto listen = [](TrignoReplies& replies, Heard& heard, std::span<const std::byte> piece) {
    replies.put(piece);
    while (const auto reply = replies.next()) heard.replies.push_back(*reply);
    heard.stopped = replies.take_stopped() || heard.stopped;
  };
  TrignoReplies whole, cut;
  Heard heard, heard_of_cut;
  listen(whole, heard, bytes);
  cuts.feed(bytes, [&](std::span<const std::byte> piece) { listen(cut, heard_of_cut, piece); });
  must(heard == heard_of_cut, "replies are the same wherever they are cut");
  must(!whole.is_spoiled() && !cut.is_spoiled(), "a few bytes spoil nothing");
  for (const std::string& reply : heard.replies) {
    must(!reply.starts_with("STOPPED\r\n"), "that it stopped is no reply");
    must(reply.find("\r\n\r\n") == std::string::npos, "a reply ends at its end");
  }
}

}  // namespace
}  // namespace semg::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  semg::test::FuzzInput input(data, size);
  if (input.below(4) == 0) {
    semg::test::check_replies(input);
  } else {
    semg::test::check_frames(input);
  }
  return 0;
}
