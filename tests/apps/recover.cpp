// SPDX-License-Identifier: BSD-3-Clause
// `semg recover` as a user runs it.
#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "tests/apps/import/command.hpp"
#include "tests/io/journal/journal_stream.hpp"

using namespace semg;

namespace {

namespace fs = std::filesystem;

/// 60 blocks with a gap of 5 rows after the first 30; `end`: it was ended well.
void write_journal(const fs::path& place, const std::function<void(JournalWriter&)>& end) {
  JournalWriter writer(place, stream_head());
  for (std::int64_t k = 0; k < 60; ++k) REQUIRE(append_stream(writer, k * kStreamRows + (k >= 30 ? 5 : 0)));
  end(writer);
}

void write_journal_of_crash(const fs::path& place) {
  write_journal(place, [](JournalWriter&) {});
}

std::string contents_of(const fs::path& folder) {
  std::string all;
  auto names = names_in(folder);
  std::sort(names.begin(), names.end());
  for (const std::string& name : names)
    all += name + sha256_of_file(folder / name) + std::to_string(fs::last_write_time(folder / name).time_since_epoch().count());
  return all;
}

constexpr const char* kNoEnd = "the journal has no end: what came after its last whole block is not in it\n";

}  // namespace

TEST_CASE("recover: a journal of a crash becomes the recording, twice the same bytes, and the journal stays as it is") {
  const ImportFolder folder;
  write_journal_of_crash(folder.path("a.nwb.journal"));
  const std::string before = contents_of(folder.path("a.nwb.journal"));
  const Outcome first = folder.run("recover a.nwb.journal");
  CHECK(first.code == 0);
  CHECK(first.results == "a.nwb\n");
  CHECK(first.words == std::string("semg: a.nwb: 5760 rows kept, 5 missing in 1 gaps; 0 bytes dropped; ") + kNoEnd);
  const Outcome second = folder.run("recover a.nwb.journal/ -o b.nwb --progress json");
  CHECK(second.code == 0);
  CHECK(second.words.find("\"total\"") != std::string::npos);
  CHECK(folder.bytes("a.nwb") == folder.bytes("b.nwb"));
  CHECK(contents_of(folder.path("a.nwb.journal")) == before);
  const auto samples = samples_of(folder.path("a.nwb"), 3);
  REQUIRE(samples.size() == 5765);
  CHECK(samples[100] == static_cast<float>(stream_sample(100, 3) * (stream_head().conversion * 1e6)));
  CHECK(std::isnan(samples[30 * kStreamRows]));
  CHECK(folder.run("info a.nwb").code == 0);
}

TEST_CASE("recover: a journal that was ended well is told from one that was not") {
  const ImportFolder folder;
  write_journal(folder.path("a.nwb.journal"), [](JournalWriter& writer) { REQUIRE(writer.finish()); });
  const Outcome outcome = folder.run("recover a.nwb.journal");
  CHECK(outcome.code == 0);
  CHECK(outcome.words.ends_with("the journal has its end, and its rows are those that were recorded\n"));
}

TEST_CASE("recover: a torn last block is no damage, a block lost before others is exit code 3 and a gap") {
  const ImportFolder folder;
  write_journal_of_crash(folder.path("a.nwb.journal"));
  const auto segment = folder.path("a.nwb.journal") / segment_name(1);
  fs::resize_file(segment, fs::file_size(segment) - 100);
  const Outcome torn = folder.run("recover a.nwb.journal");
  CHECK(torn.code == 0);
  CHECK(torn.words == std::string("semg: a.nwb: 5664 rows kept, 5 missing in 1 gaps; 1484 bytes dropped; ") + kNoEnd);

  auto bytes = bytes_at(segment);
  bytes[bytes.size() - 2000] ^= std::byte{1};  // in the last block but one
  write_bytes(segment, bytes);
  const Outcome damaged = folder.run("recover a.nwb.journal -o b.nwb");
  CHECK(damaged.code == 3);
  CHECK(damaged.results == "b.nwb\n");
  CHECK(damaged.words.find("bytes at the end are damaged, more than one block") != std::string::npos);

  bytes[bytes.size() / 3] ^= std::byte{1};
  write_bytes(segment, bytes);
  const Outcome middle = folder.run("recover a.nwb.journal -o c.nwb");
  CHECK(middle.code == 3);
  CHECK(middle.words.find("are missing: blocks that had been written are damaged or lost\n") != std::string::npos);
  CHECK(middle.words.find("101 missing in 2 gaps") != std::string::npos);
}

TEST_CASE("recover: what cannot be done is told by its exit code") {
  const ImportFolder folder;
  CHECK(folder.run("recover none.nwb.journal").code == 66);
  CHECK(folder.run("recover none.nwb.journal").words == "semg: none.nwb.journal: no such journal\n");

  write_journal_of_crash(folder.path("a.nwb.journal"));
  const Outcome named = folder.run("recover a.nwb");
  CHECK(named.code == 66);
  CHECK(named.words == "semg: a.nwb: found no journal of this name; the journal is a.nwb.journal\n");
  CHECK(folder.run("recover a.nwb.journal -o a.edf").code == 64);
  const Outcome inside = folder.run("recover a.nwb.journal -o a.nwb.journal/a.nwb");
  CHECK(inside.code == 64);
  CHECK(inside.words == "semg: -o: found a place in the journal, expected one outside: the journal is never changed\n");
  CHECK(folder.run("recover a.nwb.journal -o none/a.nwb").code == 73);

  folder.write("a.nwb", "somebody else's");
  const Outcome taken = folder.run("recover a.nwb.journal");
  CHECK(taken.code == 73);
  CHECK(taken.words == "semg: a.nwb: found it there already, expected a new name; a recording is never overwritten\n");
  CHECK(folder.bytes("a.nwb") == "somebody else's");

  const JournalWriter living(folder.path("b.nwb.journal"), stream_head());
  const Outcome busy = folder.run("recover b.nwb.journal");
  CHECK(busy.code == 75);
  CHECK(busy.words == "semg: b.nwb.journal: found it being written just now, expected a writer that is gone\n");

  fs::create_directory(folder.path("c.nwb.journal"));
  CHECK(folder.run("recover c.nwb.journal").code == 65);
  fs::rename(folder.path("a.nwb.journal"), folder.path("d"));
  const Outcome unnamed = folder.run("recover d");
  CHECK(unnamed.code == 64);
  CHECK(unnamed.words == "semg: -o: found none, expected a name, as d does not end with .journal\n");
}

TEST_CASE("recover: a file system that is full ends with 74, and the journal and the place are as they were") {
  const ImportFolder folder;
  {
    JournalWriter writer(folder.path("a.nwb.journal"), stream_head());
    for (std::int64_t k = 0; k < 400; ++k) REQUIRE(append_stream(writer, k * kStreamRows));
  }
  const std::string before = contents_of(folder.path("a.nwb.journal"));
  const std::string command =
      "cd '" + folder.path("").string() + "' && (ulimit -f 200; '" SEMG_BINARY "' recover a.nwb.journal 2>said >/dev/null)";
  const int status = std::system(command.c_str());
  CHECK(WEXITSTATUS(status) == 74);
  CHECK(folder.bytes("said").starts_with("semg: a.nwb: "));
  CHECK(contents_of(folder.path("a.nwb.journal")) == before);
  CHECK(folder.files() == 2);
  CHECK(folder.run("recover a.nwb.journal").code == 0);
}

TEST_CASE("recover: its help shows every option, the promise, the exit codes and an example") {
  const ImportFolder folder;
  const Outcome help = folder.run("recover --help");
  CHECK(help.code == 0);
  for (const char* word : {"JOURNAL", "-o OUT", "--progress WORD", "at most the last two blocks", "never changed",
                           "73:", "75:", "semg recover S01_B1.nwb.journal", "Next: semg info"})
    CHECK_MESSAGE(help.results.find(word) != std::string::npos, word);
}
