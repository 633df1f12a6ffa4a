// SPDX-License-Identifier: BSD-3-Clause
// What came through, held against what was sent, row by row and sample by sample.
#pragma once

#include <cstdlib>
#include <cstring>

#include <doctest/doctest.h>

#include "io/devices/raw_block.hpp"
#include "tests/io/devices/emulated_stream.hpp"

namespace semg::test {

/// A port of this computer that nobody listens on just now.
inline int free_port() {
  return TcpListener(0).port();
}

/// The same runs as were sent, of the same lengths, each beginning within `off_rows` of where it was sent (0: exactly), and every sample
/// equal to value(row, channel). The first row sent is row 0 of what came.
template <class Value>
void check_rows_came(const Received& got, const SentRows& sent, std::int64_t off_rows, Value value) {
  const auto runs = sent.runs();
  REQUIRE(!runs.empty());
  REQUIRE(!got.runs.empty());
  const std::int64_t first = runs.front().first;
  const std::size_t channels = got.head.stream.channels.size();
  const std::size_t bytes = size_of(got.head.sample_type);
  std::size_t at = 0;
  for (std::size_t k = 0; k < std::min(runs.size(), got.runs.size()); ++k) {
    CAPTURE(k);
    const auto& run = runs[k];
    const auto& came = got.runs[k];
    REQUIRE(came.second - came.first == run.second - run.first);
    REQUIRE(std::abs(came.first - (run.first - first)) <= off_rows);
    std::int64_t wrong = 0;
    for (std::int64_t row = run.first; row < run.second; ++row) {
      for (std::size_t c = 0; c < channels; ++c, at += bytes) {
        std::int32_t sample = 0;
        if (bytes == 2) {
          std::int16_t narrow = 0;
          std::memcpy(&narrow, got.samples.data() + at, 2);
          sample = narrow;
        } else {
          std::memcpy(&sample, got.samples.data() + at, 4);
        }
        wrong += sample != value(row, c);
      }
    }
    REQUIRE(wrong == 0);
  }
  CHECK(got.runs.size() == runs.size());
  CHECK(at == got.samples.size());
}

}  // namespace semg::test
