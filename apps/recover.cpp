// SPDX-License-Identifier: BSD-3-Clause
// semg recover: the recording from a journal that no recording was made of.
#include <filesystem>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/command.hpp"
#include "apps/progress.hpp"
#include "dsp/error.hpp"
#include "io/journal/recording_from_journal.hpp"

namespace semg {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFooter = R"(
semg record writes what a device sends to NAME.nwb.journal and makes NAME.nwb of it at the end. After a crash, a power cut or a
full disk that has not happened: this does it. Every block has its checksum and its place, so nothing is guessed: what is damaged
is left out and becomes a gap of exact length. The promise of the journal: a crash or kill costs at most the last two blocks
(20 ms), a power cut at most one second more, a full disk nothing that was acknowledged (`rows` of --progress json).

The journal is only read, never changed; the same journal gives the same bytes however often. The recording takes its place only
after it has been read again and every row was held against the journal. Delete the journal when you have a copy of the recording.

Exit code 0: what is lost is at most a block that was being written when it ended; 3: damaged or missing bytes cost more, the
words say which rows; 66: no such journal; 73: the recording is there already; 75: semg record is still writing the journal.

Example:
  semg recover S01_B1.nwb.journal
  semg recover S01_B1.nwb.journal -o elsewhere/S01_B1.nwb

Next: semg info S01_B1.nwb)";

constexpr const char* kEnding = ".journal";

struct RecoverOptions {
  fs::path journal, out;
  std::string progress = "auto";
};

void check(RecoverOptions& o) {
  if (!o.journal.has_filename()) o.journal = o.journal.parent_path();  // "NAME.nwb.journal/"
  const fs::path beside = o.journal.string() + kEnding;
  if (!fs::is_directory(o.journal) && fs::is_directory(beside))
    throw Error(Fault::no_input, fmt::format("{}: found no journal of this name; the journal is {}", o.journal.string(), beside.string()));
  if (!fs::exists(o.journal)) throw Error(Fault::no_input, o.journal.string() + ": no such journal");
  if (o.out.empty()) {
    if (o.journal.extension() != kEnding)
      throw Error(Fault::usage, fmt::format("-o: found none, expected a name, as {} does not end with {}", o.journal.string(), kEnding));
    o.out = o.journal;
    o.out.replace_extension();
  }
  if (o.out.extension() != ".nwb") throw Error(Fault::usage, fmt::format("-o: found {}, expected NAME.nwb", o.out.filename().string()));
  std::error_code failed;
  if (fs::equivalent(fs::absolute(o.out).parent_path(), o.journal, failed))
    throw Error(Fault::usage, "-o: found a place in the journal, expected one outside: the journal is never changed");
  if (fs::exists(fs::symlink_status(o.out))) {
    throw Error(Fault::cannot_create, fmt::format("{}: found it there already, expected a new name; a recording is never overwritten",
                                                  o.out.filename().string()));
  }
}

int recover(RecoverOptions o) {
  check(o);
  const std::string name = o.out.filename().string();
  const JournalFindings found = [&] {
    const std::int64_t rows = JournalReader(o.journal).findings().good_rows;
    Progress progress(progress_style_from(o.progress), "journal to " + name, rows);
    return make_recording(o.journal, o.out, [&](std::int64_t done) { progress.advance(done); });
  }();
  for (const std::string& note : found.notes) fmt::print(stderr, "semg: {}\n", note);
  fmt::print(stderr, "semg: {}: {} rows kept, {} missing in {} gaps; {} bytes dropped; {}\n", name, found.good_rows,
             found.rows - found.good_rows, found.gaps, found.damaged_bytes,
             found.ended ? "the journal has its end, and its rows are those that were recorded"
                         : "the journal has no end: what came after its last whole block is not in it");
  fmt::print("{}\n", o.out.string());
  return found.broken_places > 0 ? kExitIncomplete : kExitOk;
}

}  // namespace

void add_recover(CLI::App& app, Run& run) {
  auto o = std::make_shared<RecoverOptions>();
  CLI::App* sub = app.add_subcommand("recover", "the recording from the journal of one that did not end well");
  sub->add_option("JOURNAL", o->journal, "folder NAME.nwb.journal, as semg record leaves it")->required();
  sub->add_option("-o", o->out, "the recording (NAME.nwb); never overwrites one (default: JOURNAL without .journal)")->type_name("OUT");
  sub->add_option("--progress", o->progress, "auto, json or none")->type_name("WORD");
  sub->footer(kFooter);
  sub->callback([o, &run] { run = [o] { return recover(*o); }; });
}

}  // namespace semg
