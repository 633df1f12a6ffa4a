// SPDX-License-Identifier: BSD-3-Clause
// What is common to all devices: their forms hold every key, and what a device says in the middle of a recording does not end it.
#include "io/devices/device.hpp"

#include <thread>

#include <doctest/doctest.h>

#include "dsp/error.hpp"

namespace semg {
namespace {

/// The keys that a device knows, as its refusal of another one names them.
std::string known_keys(const DeviceKind& kind) {
  try {
    kind.open(LiveUri(kind.scheme + ":h:1?no_such_key=1"));
  } catch (const Error& error) {
    const std::string text = error.what();
    const std::string_view before = "expected ";
    return text.substr(text.find(before) + before.size());
  }
  return "";
}

Recording stream_of(double fs_hz) {
  Recording head;
  head.device = "test";
  head.sample_type = SampleType::int16;
  head.stream.fs_hz = fs_hz;
  head.stream.channels.resize(1);
  return head;
}

}  // namespace

TEST_CASE("the form of every device shows every key that it knows") {
  for (const DeviceKind& kind : device_kinds()) {
    CAPTURE(kind.form);
    std::string keys = known_keys(kind);
    REQUIRE(!keys.empty());
    for (std::size_t at = 0, comma; at < keys.size(); at = comma + 2) {
      comma = std::min(keys.find(", ", at), keys.size());
      const std::string key = keys.substr(at, comma - at);
      CAPTURE(key);
      CHECK((kind.form.find(key + "=") != std::string::npos));
    }
  }
}

TEST_CASE("what a device refuses after a reconnect is told and tried again; the recording goes on when it is mended") {
  const std::int16_t row = 5;
  int calls = 0;
  Intake intake;
  const DeviceReader reader = lasting([&](Intake& to, std::stop_token) {
    to.begin(stream_of(++calls == 2 ? 500 : 1000));  // the second time somebody set another rate
    to.push(std::as_bytes(std::span(&row, 1)));
    if (calls == 1) throw Error(Fault::data, "the second board is missing");
    to.end();
  });
  std::jthread thread([&](std::stop_token stop) { reader(intake, stop); });
  std::vector<std::string> told;
  std::int64_t rows = 0;
  while (!intake.is_over()) {
    if (const std::string trouble = intake.trouble(); !trouble.empty() && (told.empty() || told.back() != trouble)) told.push_back(trouble);
    if (intake.wait_for_head(std::chrono::milliseconds(1), {}) == nullptr) continue;
    if (const RawBlock* block = intake.take(std::chrono::milliseconds(1))) rows += static_cast<std::int64_t>(block->rows);
  }
  thread.join();
  CHECK(rows == 2);
  CHECK(calls == 3);
  CHECK(told == std::vector<std::string>{"the second board is missing",
                                         "test: after it was connected again: sampling rate: found 500 Hz, expected 1000 Hz"});
  CHECK(intake.counts().disconnects == 1);
}

TEST_CASE("what a device refuses before its stream has begun ends it") {
  Intake intake;
  const std::stop_source never;
  CHECK_THROWS_WITH_AS(lasting([](Intake&, std::stop_token) { throw Error(Fault::data, "no"); })(intake, never.get_token()), "no", Error);
}

}  // namespace semg
