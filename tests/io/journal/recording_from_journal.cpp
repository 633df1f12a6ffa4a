// SPDX-License-Identifier: BSD-3-Clause
#include "io/journal/recording_from_journal.hpp"

#include <csignal>
#include <limits>

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "tests/io/journal/journal_stream.hpp"

using namespace semg;

namespace {

namespace fs = std::filesystem;

/// Names, sizes, times and bytes of all that is in a folder.
std::string all_of(const fs::path& folder) {
  std::string all;
  auto names = names_in(folder);
  std::sort(names.begin(), names.end());
  for (const std::string& name : names)
    all += name + sha256_of_file(folder / name) + std::to_string(fs::last_write_time(folder / name).time_since_epoch().count());
  return all + std::to_string(fs::last_write_time(folder).time_since_epoch().count());
}

std::vector<std::string> seen_in(const fs::path& folder) {
  auto names = names_in(folder);
  std::erase_if(names, [](const std::string& name) { return name.starts_with("."); });
  std::sort(names.begin(), names.end());
  return names;
}

/// The sample recording, its gaps left out, in pieces of odd sizes; and directly, gaps filled by nothing.
template <class T>
void write_both(const TemporaryFolder& folder, SampleType type) {
  const Recording head = sample_head(type);
  auto counts = sample_counts<T>();
  if constexpr (std::is_floating_point_v<T>) counts[3000] = std::numeric_limits<T>::quiet_NaN();
  for (const Gap& gap : kSampleGaps) {
    for (std::int64_t row = gap.first_row; row < gap.first_row + gap.rows; ++row) {
      for (std::int64_t c = 0; c < 3; ++c)
        counts[static_cast<std::size_t>(row * 3 + c)] = std::is_floating_point_v<T> ? std::numeric_limits<T>::quiet_NaN() : T{};
    }
  }
  write_sample(folder / "direct.nwb", head, counts);

  // The last gap reaches the end, which a journal does not know: both recordings end before it.
  JournalWriter journal(folder / "a.nwb.journal", head);
  Dice dice(7);
  for (const Event& event : kSampleEvents) REQUIRE(journal.append_event(event));
  std::int64_t row = 0;
  std::size_t period = 0;
  const std::int64_t end = kSampleGaps.back().first_row;
  while (row < end) {
    std::int64_t until = std::min(end, row + 1 + static_cast<std::int64_t>(dice.roll(300)));
    for (const Gap& gap : kSampleGaps) {
      if (row == gap.first_row) row += gap.rows;
      if (row < gap.first_row) until = std::min(until, gap.first_row);
    }
    until = std::max(until, row + 1);
    if (period < kSamplePeriods.size() && kSamplePeriods[period].first_row <= row) {
      if (period > 0) REQUIRE(journal.end_period(kSamplePeriods[period].first_row));
      REQUIRE(journal.begin_period(kSamplePeriods[period].first_row, kSamplePeriods[period].task, kSamplePeriods[period].repetition));
      ++period;
    }
    const auto part = std::span<const T>(counts).subspan(static_cast<std::size_t>(row * 3), static_cast<std::size_t>((until - row) * 3));
    REQUIRE(journal.append(row, std::as_bytes(part), row));
    row = until;
  }
  REQUIRE(journal.end_period(end));
  REQUIRE(journal.finish());

  fs::remove(folder / "direct.nwb");
  RecordingWriter writer(folder / "direct.nwb", head);
  writer.append(std::span<const T>(counts).first(static_cast<std::size_t>(end * 3)));
  auto periods = kSamplePeriods;
  periods.back().rows = end - periods.back().first_row;
  writer.finish({kSampleGaps[0], kSampleGaps[1]}, periods, kSampleEvents);
}

void write_stream(const fs::path& place, std::int64_t blocks) {
  JournalWriter journal(place, stream_head());
  for (std::int64_t k = 0; k < blocks; ++k) REQUIRE(append_stream(journal, k * (kStreamRows + 1)));
  REQUIRE(journal.finish());
}

}  // namespace

TEST_CASE("a recording made of a journal is, byte by byte, the one that is written directly") {
  const auto check = []<class T>(T, SampleType type) {
    const TemporaryFolder folder;
    write_both<T>(folder, type);
    const std::string before = all_of(folder / "a.nwb.journal");
    std::int64_t told = 0;
    const JournalFindings findings = make_recording(folder / "a.nwb.journal", folder / "a.nwb", [&](std::int64_t rows) { told += rows; });
    CHECK(findings.ended);
    CHECK(findings.rows == 4990);
    CHECK(told == findings.good_rows);
    CHECK(findings.good_rows == 4982);
    CHECK(bytes_of_file(folder / "a.nwb") == bytes_of_file(folder / "direct.nwb"));
    make_recording(folder / "a.nwb.journal", folder / "again.nwb", {});
    CHECK(bytes_of_file(folder / "again.nwb") == bytes_of_file(folder / "direct.nwb"));
    CHECK(all_of(folder / "a.nwb.journal") == before);
    CHECK(names_in(folder.path()).size() == 4);  // and nothing hidden
  };
  check(std::int16_t{}, SampleType::int16);
  check(std::int32_t{}, SampleType::int32);
  check(float{}, SampleType::float32);
}

TEST_CASE("a recording that is there is not replaced by one made of a journal") {
  const TemporaryFolder folder;
  write_stream(folder / "j", 3);
  write_bytes(folder / "a.nwb", {});
  try {
    make_recording(folder / "j", folder / "a.nwb", {});
    FAIL("it was replaced");
  } catch (const Error& error) {
    CHECK(error.fault() == Fault::cannot_create);
    CHECK(std::string(error.what()).starts_with((folder / "a.nwb").string() + ": found a file of this name"));
  }
  CHECK(bytes_of_file(folder / "a.nwb").empty());
}

TEST_CASE("a journal without rows makes no recording") {
  const TemporaryFolder folder;
  { JournalWriter journal(folder / "j", stream_head()); }
  CHECK_THROWS_WITH_AS(make_recording(folder / "j", folder / "a.nwb", {}), "j: rows: found none, expected at least one", Error);
  CHECK(names_in(folder.path()) == std::vector<std::string>{"j"});
}

TEST_CASE("a conversion that is killed leaves nothing in its place, and the next one gives the same bytes") {
  const TemporaryFolder folder;
  write_stream(folder / "j", 40);
  make_recording(folder / "j", folder / "undisturbed.nwb", {});
  const std::string before = all_of(folder / "j");
  for (const int last_call : {1, 7, 20, 39, 40}) {
    const int ended = in_child([&] {
      int calls = 0;
      make_recording(folder / "j", folder / "a.nwb", [&](std::int64_t) {
        if (++calls == last_call) ::raise(SIGKILL);
      });
      return 0;
    });
    CHECK(ended == -SIGKILL);
    CHECK(seen_in(folder.path()) == std::vector<std::string>{"j", "undisturbed.nwb"});
  }
  make_recording(folder / "j", folder / "a.nwb", {});
  CHECK(bytes_of_file(folder / "a.nwb") == bytes_of_file(folder / "undisturbed.nwb"));
  CHECK(all_of(folder / "j") == before);
}

TEST_CASE("a disk that is full during the conversion is told by the recording's name, and leaves nothing") {
  const TemporaryFolder folder;
  write_stream(folder / "j", 400);
  const auto said = folder / "said";
  const int ended = in_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{200'000, 200'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    try {
      make_recording(folder / "j", folder / "a.nwb", {});
    } catch (const Error& error) {
      std::ofstream(said) << error.what();
      return static_cast<int>(error.fault());
    }
    return 0;
  });
  CHECK(ended == static_cast<int>(Fault::write_failed));
  CHECK(bytes_of_file(said).starts_with((folder / "a.nwb").string() + ": "));
  CHECK(bytes_of_file(said).find(".part") == std::string::npos);
  auto names = names_in(folder.path());
  std::sort(names.begin(), names.end());
  CHECK(names == std::vector<std::string>{"j", "said"});
}
