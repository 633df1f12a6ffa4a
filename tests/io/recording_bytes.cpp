// SPDX-License-Identifier: BSD-3-Clause
// The bytes of a recording: the same for the same input, whole or not there, and free of names that are nobody's business.
#include <bit>

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/io/recording_sample.hpp"

using namespace semg;

namespace {

/// Runs f in a process of its own; its exit code, or minus the signal that ended it.
template <class F>
int in_child(F&& f) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(f());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace

TEST_CASE("recording: the same input gives the same bytes, however its rows come and wherever it is written") {
  const TemporaryFolder folder, elsewhere;
  const Recording head = sample_head(SampleType::int16);
  const auto counts = sample_counts<std::int16_t>();
  write_sample(folder / "a.nwb", head, counts);
  {
    RecordingWriter writer(elsewhere / "another name.nwb", head);
    const std::span<const std::int16_t> all(counts);
    for (std::size_t from = 0, rows = 1; from < all.size(); rows = rows * 3 % 1009) {
      const std::size_t part = std::min(rows * 3, all.size() - from);
      writer.append(all.subspan(from, part));
      from += part;
    }
    writer.finish(kSampleGaps, kSamplePeriods, kSampleEvents);
  }
  const std::string bytes = bytes_of_file(folder / "a.nwb");
  CHECK(bytes.size() > 10'000);
  CHECK(bytes == bytes_of_file(elsewhere / "another name.nwb"));
  CHECK(bytes.find("another name") == std::string::npos);
  CHECK(bytes.find(folder.path().filename().string()) == std::string::npos);
  CHECK(sha256_of_file(folder / "a.nwb") == sha256_of_text(bytes));
}

TEST_CASE("recording: another sample, or another word, gives another identifier") {
  const TemporaryFolder folder;
  Recording head = sample_head(SampleType::int16);
  auto counts = sample_counts<std::int16_t>();
  write_sample(folder / "a.nwb", head, counts);
  counts[7] ^= 1;
  write_sample(folder / "b.nwb", head, counts);
  counts[7] ^= 1;
  head.visit_id = "V3";
  write_sample(folder / "c.nwb", head, counts);
  const auto identifier = [&](const char* name) {
    const std::string bytes = bytes_of_file(folder / name);
    return bytes.substr(bytes.find("NWBFile"), 4000);  // the first object_id stands near
  };
  CHECK(identifier("a.nwb") != identifier("b.nwb"));
  CHECK(identifier("a.nwb") != identifier("c.nwb"));
}

TEST_CASE("recording: a recording that is there is never overwritten") {
  const TemporaryFolder folder;
  write_sample(folder / "a.nwb", sample_head(SampleType::int16), sample_counts<std::int16_t>());
  const std::string before = bytes_of_file(folder / "a.nwb");
  try {
    RecordingWriter writer(folder / "a.nwb", sample_head(SampleType::int16));
    FAIL("it was opened for writing");
  } catch (const Error& error) {
    CHECK(error.fault() == Fault::cannot_create);
    CHECK(std::string(error.what()) ==
          (folder / "a.nwb").string() + ": found a file of this name, expected none: a recording is never overwritten");
  }
  CHECK(bytes_of_file(folder / "a.nwb") == before);
  CHECK(names_in(folder.path()).size() == 1);
}

TEST_CASE("recording: a writer that is dropped or killed leaves no file in place") {
  const TemporaryFolder folder;
  {
    RecordingWriter writer(folder / "a.nwb", sample_head(SampleType::int16));
    writer.append(sample_counts<std::int16_t>());
  }
  CHECK(names_in(folder.path()).empty());

  const int end = in_child([&] {
    RecordingWriter writer(folder / "a.nwb", sample_head(SampleType::int16));
    for (int i = 0; i < 20; ++i) writer.append(sample_counts<std::int16_t>());
    ::raise(SIGKILL);
    return 0;
  });
  CHECK(end == -SIGKILL);
  CHECK_FALSE(std::filesystem::exists(folder / "a.nwb"));
  write_sample(folder / "a.nwb", sample_head(SampleType::int16), sample_counts<std::int16_t>());  // the place is free
  CHECK(refusal(folder / "a.nwb") == "");
}

TEST_CASE("recording: a disk that fills up is said, and leaves no file in place") {
  const TemporaryFolder folder;
  for (const rlim_t room : {2'000u, 20'000u, 100'000u}) {
    CAPTURE(room);
    const int end = in_child([&] {
      const rlimit limit{room, room};
      ::setrlimit(RLIMIT_FSIZE, &limit);
      ::signal(SIGXFSZ, SIG_IGN);
      try {
        RecordingWriter writer(folder / "a.nwb", sample_head(SampleType::int32));
        for (int i = 0; i < 10; ++i) writer.append(sample_counts<std::int32_t>());
        writer.finish({}, {}, {});
      } catch (const Error& error) {
        return static_cast<int>(error.fault());
      }
      return 0;
    });
    CHECK(end == static_cast<int>(Fault::write_failed));
    CHECK_FALSE(std::filesystem::exists(folder / "a.nwb"));
  }
}
