// SPDX-License-Identifier: BSD-3-Clause
// semg record: a device's stream into a recording that survives a crash, measured while it comes.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <memory>
#include <optional>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "apps/command.hpp"
#include "apps/ids.hpp"
#include "apps/live/earlier_visit.hpp"
#include "apps/live/live_device.hpp"
#include "apps/live/live_options.hpp"
#include "apps/live/mqtt_publisher.hpp"
#include "apps/live/stop_signals.hpp"
#include "apps/live/visit_tasks.hpp"
#include "apps/monitor/live_monitor.hpp"
#include "apps/study/study_folder.hpp"
#include "dsp/error.hpp"
#include "io/journal/journal_writer.hpp"
#include "io/journal/recording_from_journal.hpp"

namespace semg {
namespace {

namespace fs = std::filesystem;

constexpr double kShortDisk_s = 600;  // of recording left on the disk: from there on a warning
constexpr double kRoomToMake = 2.2;   // journal and recording lie side by side for a moment, and nothing is ever exact

struct RecordOptions {
  LiveOptions live;
  ServeOptions serve;
  fs::path out;
  fs::path study;
  std::string participant_id, visit_id, recording_id;
  bool keep_journal = false;
};

fs::path journal_of(const fs::path& out) {
  return out.string() + ".journal";
}

void check_options(RecordOptions& o) {
  if (o.out.extension() != ".nwb") throw Error(Fault::usage, fmt::format("-o: found {}, expected NAME.nwb", o.out.filename().string()));
  if (o.recording_id.empty()) o.recording_id = id_from(o.out.stem().string());
  check_id("--recording-id", o.recording_id);
  if (!o.participant_id.empty()) check_id("--participant", o.participant_id);
  if (!o.visit_id.empty()) check_id("--visit", o.visit_id);
  if (!o.study.empty() && (o.participant_id.empty() || o.visit_id.empty()))
    throw Error(Fault::usage, "--study: found it alone, expected --participant and --visit with it");
  if (!o.study.empty() && o.serve.address.empty())
    throw Error(Fault::usage, "--study: found no --serve, expected the page from which tasks are started");
  if (!o.study.empty() && !o.live.analysis.empty())
    throw Error(Fault::usage, "--analysis: found it with --study, expected the study's own settings");
  if (fs::exists(o.out))
    throw Error(Fault::cannot_create, fmt::format("{}: found it there already, expected a new name; a recording is never overwritten",
                                                  o.out.filename().string()));
  if (fs::exists(journal_of(o.out))) {
    throw Error(Fault::cannot_create,
                fmt::format("{}: found the journal of a recording that did not end, expected none; first: semg recover {}",
                            journal_of(o.out).filename().string(), journal_of(o.out).string()));
  }
}

/// Seconds of this stream that the disk under `place` still takes.
double disk_left_s(const fs::path& place, const Recording& head) {
  std::error_code failed;
  const fs::space_info space = fs::space(fs::absolute(place).parent_path(), failed);
  if (failed) return std::nan("");
  const double per_second = head.stream.fs_hz * static_cast<double>(head.stream.channels.size() * size_of(head.sample_type)) * kRoomToMake;
  return static_cast<double>(space.available) / per_second;
}

void expect_room(const RecordOptions& o, const Recording& head) {
  const double left_s = disk_left_s(o.out, head);
  const double wanted_s = std::max(o.live.duration_s, 60.0);
  if (left_s < wanted_s) {
    throw Error(Fault::cannot_create, fmt::format("{}: disk: found room for {:.0f} s of recording, expected {:.0f} s",
                                                  o.out.filename().string(), left_s, wanted_s));
  }
}

std::vector<std::string> roles_of(const Study& study, const Recording& head) {
  const auto who =
      std::find_if(study.participants.begin(), study.participants.end(), [&](const Participant& p) { return p.id == head.participant_id; });
  std::vector<std::string> roles;
  for (const Channel& c : head.stream.channels) roles.push_back(who == study.participants.end() ? "" : side_role(study, *who, c.side));
  return roles;
}

std::string now_utc() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}+00:00", fmt::gmtime(std::time(nullptr)));
}

/// What is left to do when the stream is over: the journal becomes the recording.
int finish(const RecordOptions& o, std::unique_ptr<JournalWriter>& journal, const LiveRun& run, const std::exception_ptr& failure) {
  const std::string name = o.out.filename().string();
  const fs::path folder = journal_of(o.out);
  const std::int64_t stored = journal->acknowledged_rows();
  const IntakeCounts counts = run.counts();
  if (counts.fs_hz > 0) journal->append_clock(counts.fs_hz, counts.drift_ppm, now_utc());
  const bool ended = stored > 0 && journal->finish();
  const std::string trouble = journal->trouble();
  journal.reset();
  if (stored == 0 && run.place().unstored_rows > 0)
    throw Error(Fault::cannot_create, fmt::format("{}: the disk took none of {} rows ({}); what there is of the journal stays",
                                                  folder.filename().string(), run.place().unstored_rows.load(), trouble));
  if (stored == 0) {
    fs::remove_all(folder);
    if (failure) std::rethrow_exception(failure);
    throw Error(Fault::data, fmt::format("{}: rows: found none, expected some; nothing was recorded", o.live.from));
  }
  JournalFindings findings;
  try {
    Progress progress(progress_style_from(o.live.progress), "journal to " + name, stored);
    findings = make_recording(folder, o.out, [&](std::int64_t rows) { progress.advance(rows); });
  } catch (const Error& e) {
    say(fmt::format("semg: {} rows are safe in {}; when that is mended: semg recover {}\n", stored, folder.filename().string(),
                    folder.string()));
    throw;
  }
  const std::int64_t unstored = run.place().unstored_rows;
  const bool is_read_whole = findings.ended && findings.good_rows >= stored && findings.broken_places == 0;
  const bool whole = ended && unstored == 0 && is_read_whole;
  if (whole && !o.keep_journal) fs::remove_all(folder);
  say(fmt::format("semg: {}: {} rows, {} of them lost in {} gaps\n", name, findings.rows, findings.rows - findings.good_rows,
                  run.place().gaps.load()));
  if (counts.fs_hz > 0)
    say(fmt::format("semg: by this computer's clock the device gave {:.3f} Hz ({:+.0f} ppm); nothing was resampled\n", counts.fs_hz,
                    counts.drift_ppm));
  if (run.frames_left_out() > 0)
    say(fmt::format("semg: {} measured windows were not told live: whoever listened was too slow\n", run.frames_left_out()));
  fmt::print("{}\n", o.out.string());
  if (whole) return kExitOk;
  const std::string journal_stays = fmt::format("the journal stays in {}", folder.filename().string());
  if (ended && unstored == 0) {
    say(fmt::format("semg: {} of {} stored rows could be read again from the disk; {}\n", findings.good_rows, stored, journal_stays));
  } else {
    say(fmt::format("semg: the disk did not take {} rows{}; {}\n", unstored, trouble.empty() ? "" : " (" + trouble + ")", journal_stays));
  }
  return kExitIncomplete;
}

int record(RecordOptions o) {
  check_options(o);
  std::optional<Study> study;
  std::vector<EarlierChannel> earlier;
  if (!o.study.empty()) {
    study = read_study(o.study);
    earlier = earlier_visit(*study, o.study, o.participant_id, o.visit_id);
    o.live.settings = study->plan.analysis;
  }
  read_live_options(o.live);
  std::optional<PageSettings> page;
  if (!o.serve.address.empty()) page = page_settings(o.serve);
  const StopSignals signals;
  LiveRun run(open_live(o.live.from));
  const Recording* stream = wait_for_device(run, o.live);
  if (stream == nullptr) return code_after(kExitOk);
  Recording head = *stream;
  head.recording_id = o.recording_id;
  head.participant_id = o.participant_id;
  head.visit_id = o.visit_id;
  head.session_start = now_utc();
  name_channels(o.live, head);
  std::vector<VisitTask> tasks;
  if (study) tasks = visit_tasks(*study, o.participant_id, o.visit_id, head);
  LiveRun::Plan plan = live_plan(o.live, head);
  std::optional<VisitSession> session;
  if (study) plan.session = &session.emplace(std::move(tasks), head.stream, plan.chain);
  std::optional<SetupCheck> check;
  if (study) {
    const double bin_s = static_cast<double>(Glance(head.stream, LiveRun::kBin_s, 1).bin_rows()) / head.stream.fs_hz;
    check.emplace(head, study->plan.acquisition, bin_s, std::move(earlier));
    check->open();
  }
  expect_room(o, head);
  std::optional<LiveTables> tables;
  if (!o.live.csv.empty()) {
    const auto periods = [&session] { return session ? session->periods() : std::vector<Period>(); };
    plan.listeners.push_back(tables.emplace(o.live.csv, head, periods).listener());
  }
  std::optional<MqttPublisher> publisher;
  if (!o.live.mqtt.empty()) plan.listeners.push_back(publisher.emplace(mqtt_place_from(o.live.mqtt), head, plan).listener());
  std::unique_ptr<JournalWriter> journal;
  std::unique_ptr<LiveMonitor> monitor;
  if (page) {
    monitor = std::make_unique<LiveMonitor>(run, head, plan,
                                            MonitorStore{.check = check ? &*check : nullptr,
                                                         .roles = study ? roles_of(*study, head) : std::vector<std::string>(),
                                                         .stored_rows = [&] { return journal ? journal->acknowledged_rows() : 0; },
                                                         .disk_left_s = [&] { return disk_left_s(o.out, head); }});
    plan.listeners.push_back(monitor->listener());
    monitor->serve(*page);
    say(monitor->words());
  }
  journal = std::make_unique<JournalWriter>(journal_of(o.out), head);
  plan.journal = journal.get();
  const EndAtLast end(run);
  run.start(std::move(plan));
  if (monitor) monitor->start();
  {
    LiveStatus status(progress_style_from(o.live.progress), "recording", head);
    bool warned = false;
    while (!run.is_over() && StopSignals::received() == 0) {
      const double left_s = disk_left_s(o.out, head);
      status.tell(run, journal->acknowledged_rows(), left_s);
      if (left_s < kShortDisk_s && !std::exchange(warned, true)) say(fmt::format("\nsemg: the disk has room for {:.0f} s more\n", left_s));
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
  const std::exception_ptr failure = end_of(run);
  monitor.reset();
  int code = finish(o, journal, run, failure);
  if (code == kExitOk && tables && run.frames_left_out() > 0) code = kExitIncomplete;
  if (tables) tables->finish();
  if (publisher) say(publisher->finish());
  if (failure) std::rethrow_exception(failure);
  return code_after(code);
}

}  // namespace

void add_record(CLI::App& app, Run& run) {
  auto o = std::make_shared<RecordOptions>();
  CLI::App* sub = app.add_subcommand("record", "a device's stream into a recording, safe from the first second, measured while it comes");
  add_live_options(*sub, o->live);
  add_serve_options(*sub, o->serve);
  sub->add_option("-o", o->out, "the recording (NAME.nwb); never overwrites one")->required();
  sub->add_option("--study", o->study, "study.toml: the visit's tasks, one after the other, on the page (--serve)");
  sub->add_option("--participant", o->participant_id, "participant, a pseudonym");
  sub->add_option("--visit", o->visit_id, "visit");
  sub->add_option("--recording-id", o->recording_id, "id of the recording (default: NAME)");
  sub->add_flag("--keep-journal", o->keep_journal, "leave NAME.nwb.journal where it is when the recording is made");
  sub->footer(
      "While it runs, samples go to NAME.nwb.journal; at the end the recording is made from it and held against it, row by row.\n"
      "The promise: a crash or kill costs at most the last two blocks (20 ms), a power cut at most one second more, a full disk\n"
      "nothing that was acknowledged (`rows` of --progress json). After a crash: semg recover NAME.nwb.journal.\n"
      "Lost samples become gaps of exact length. Ctrl-C or SIGTERM ends well (exit code 130 or 143); a second one ends at once.\n"
      "Exit code 3: the disk did not take everything.\n\n"
      "Example:\n  semg record --from synthetic:?channels=8 --duration 30 -o try.nwb\n"
      "  semg record --from muovi: -o S01_B1.nwb --participant S01 --visit B1\n"
      "Next: semg extract NAME.nwb gives the same values that were measured live, bit for bit.");
  sub->callback([o, &run] { run = [o] { return record(*o); }; });
}

}  // namespace semg
