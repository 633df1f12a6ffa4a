// SPDX-License-Identifier: BSD-3-Clause
// `semg simulate recording`: a recording whose every burst is known, and the truth beside it.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/ids.hpp"
#include "apps/progress.hpp"
#include "apps/simulate/simulate_jobs.hpp"
#include "apps/simulate/simulated_truth.hpp"
#include "dsp/error.hpp"
#include "engine/simulation/simulation.hpp"
#include "io/output_file.hpp"
#include "io/recording_writer.hpp"

namespace semg {
namespace {

constexpr const char* kExamples = R"(
Beside OUT.nwb stands OUT.truth.json: onset, offset, expected RMS and median frequency
of every burst, the noise floor, and all that was added. The same options give the
same bytes, another seed gives other samples with the same truth.

  semg simulate recording -o sim.nwb --seed 1
  semg simulate recording -o tired.nwb --burst 60,5 --repetitions 1 --fatigue 20 --gain-drift 30
  semg simulate recording -o hard.nwb --snr-db 10 --line-uv 20 --ecg-uv 100 --motion-uv 300 --gap 12,0.1

Next: semg extract sim.nwb --report sim.html measures it.)";

/// The options as they were typed.
struct Wish {
  std::filesystem::path out;
  Simulation simulation;
  std::optional<double> duration_s;
  std::optional<int> repetitions;
  std::string source = "noise", shape = "step";
  std::string spectrum, burst = "3,3";
  std::vector<std::string> gaps;
  std::optional<double> ramp_ms;
  double fatigue_pct = 0, gain_drift_pct = 0;
  std::string recording_id, participant_id = "SIM01", visit_id = "V0", task = "contraction";
  bool periods = false;
  std::string progress = "auto";
};

/// "3,1.5" -> 3 and 1.5.
std::pair<double, double> two_numbers(const char* option, const std::string& text) {
  std::pair<double, double> numbers;
  const char* end = text.data() + text.size();
  const auto [comma, fault] = std::from_chars(text.data(), end, numbers.first);
  if (fault == std::errc() && comma != end && *comma == ',') {
    const auto [rest, second_fault] = std::from_chars(comma + 1, end, numbers.second);
    if (second_fault == std::errc() && rest == end) return numbers;
  }
  throw Error(Fault::usage, fmt::format("{}: found {}, expected two numbers with a comma between them", option, text));
}

void check_simulated_id(const char* option, const std::string& id) {
  if (!id.starts_with("SIM") || !is_id(id)) {
    throw Error(Fault::usage, fmt::format("{}: found {}, expected SIM, then letters, digits, _ - or .: nobody's", option, id));
  }
}

Ramp ramp_from(const std::string& word) {
  if (word == "step") return Ramp::step;
  if (word == "ramp") return Ramp::linear;
  if (word == "cosine") return Ramp::raised_cosine;
  throw Error(Fault::usage, fmt::format("--shape: found {}, expected step, ramp or cosine", word));
}

std::variant<NoiseShape, MotorUnitPool> muscle_from(const std::string& source, const std::string& spectrum) {
  if (source != "noise" && source != "motor-units") {
    throw Error(Fault::usage, fmt::format("--source: found {}, expected noise or motor-units", source));
  }
  if (source == "noise" && spectrum.empty()) return NoiseShape{};
  if (source == "motor-units" && spectrum.empty()) return MotorUnitPool{};
  if (source == "motor-units") throw Error(Fault::usage, "--spectrum: found it with --source motor-units, expected --source noise");
  const auto [fl_hz, fh_hz] = two_numbers("--spectrum", spectrum);
  return NoiseShape{.fl_hz = fl_hz, .fh_hz = fh_hz};
}

/// As many whole repetitions as fit where only the duration is given; the whole pattern where it is not.
void settle_duration(const Wish& wish, Simulation& simulation) {
  Contraction& contraction = simulation.contraction;
  const double cycle_s = contraction.on_s + contraction.off_s;
  if (wish.repetitions) contraction.repetitions = *wish.repetitions;
  if (!wish.duration_s) {
    simulation.duration_s = contraction.rest_s + contraction.repetitions * cycle_s;
    return;
  }
  simulation.duration_s = *wish.duration_s;
  if (wish.repetitions) return;
  const double fitting = std::floor((*wish.duration_s - contraction.rest_s) / cycle_s + 1e-9);
  if (!(fitting >= 1 && fitting <= 1e6)) {
    throw Error(Fault::usage, fmt::format("--duration: found {} s, expected at least {} s: {} s of rest and one repetition of {} s",
                                          *wish.duration_s, contraction.rest_s + cycle_s, contraction.rest_s, cycle_s));
  }
  contraction.repetitions = static_cast<int>(fitting);
}

Simulation simulation_from(const Wish& wish) {
  Simulation simulation = wish.simulation;
  Contraction& contraction = simulation.contraction;
  simulation.muscle = muscle_from(wish.source, wish.spectrum);
  std::tie(contraction.on_s, contraction.off_s) = two_numbers("--burst", wish.burst);
  contraction.ramp = ramp_from(wish.shape);
  if (wish.ramp_ms && contraction.ramp == Ramp::step)
    throw Error(Fault::usage, "--ramp-ms: found it with --shape step, expected ramp or cosine");
  if (wish.ramp_ms) contraction.ramp_s = *wish.ramp_ms / 1000;
  contraction.fatigue = wish.fatigue_pct / 100;
  contraction.gain_drift = wish.gain_drift_pct / 100;
  settle_duration(wish, simulation);
  for (const std::string& gap : wish.gaps) {
    const auto [start_s, length_s] = two_numbers("--gap", gap);
    simulation.gaps.push_back({start_s, length_s});
  }
  return simulation;
}

/// Rest, then one period a repetition; they meet in the middle of each pause.
std::vector<Period> periods_of(const SimulatedSource& source, const std::string& task) {
  const std::vector<BurstRows>& bursts = source.course().bursts();
  const std::int64_t rows = source.recording().rows;
  if (bursts.empty()) return {{.first_row = 0, .rows = rows, .task = "rest"}};
  const std::int64_t pause = bursts.size() > 1 ? bursts[1].onset - bursts[0].offset : rows - bursts[0].offset;
  std::vector<Period> periods;
  std::int64_t begin = std::max(bursts[0].onset - pause / 2, bursts[0].onset / 2);
  if (begin > 0) periods.push_back({.first_row = 0, .rows = begin, .task = "rest"});
  for (std::size_t i = 0; i < bursts.size(); ++i) {
    const std::int64_t end = std::min(bursts[i].offset + pause / 2, rows);
    periods.push_back({.first_row = begin, .rows = end - begin, .task = task, .repetition = static_cast<int>(i) + 1});
    begin = end;
  }
  return periods;
}

int simulate_recording(const Wish& wish) {
  check_simulated_id("--participant", wish.participant_id);
  if (!is_id(wish.visit_id)) {
    throw Error(Fault::usage, fmt::format("--visit: found {}, expected a letter, then letters, digits, _ - or .", wish.visit_id));
  }
  if (wish.task.empty() || wish.task == "rest") {
    throw Error(Fault::usage,
                fmt::format("--task: found {}, expected the name of what is done when not at rest", wish.task.empty() ? "none" : "rest"));
  }
  const ProgressStyle style = progress_style_from(wish.progress);
  const Simulation simulation = simulation_from(wish);
  SimulatedSource source(simulation);

  Recording head = source.recording();
  head.participant_id = wish.participant_id;
  head.visit_id = wish.visit_id;
  head.recording_id = wish.recording_id.empty() ? fmt::format("{}-seed{}", wish.participant_id, simulation.seed) : wish.recording_id;
  head.session_start = "2000-01-01T00:00:00+00:00";  // a clock would give other bytes each time
  check_simulated_id("--recording-id", head.recording_id);

  const std::filesystem::path truth_path = std::filesystem::path(wish.out).replace_extension(".truth.json");
  RecordingWriter writer(wish.out, head);
  { const OutputFile place(truth_path, Existing::refuse); }  // refused before the work, not after it
  {
    Progress progress(style, "simulate", head.rows);
    std::vector<std::int16_t> counts(4096 * head.stream.channels.size());
    while (const std::size_t rows = source.read_counts(counts)) {
      writer.append(std::span<const std::int16_t>(counts).first(rows * head.stream.channels.size()));
      progress.advance(static_cast<std::int64_t>(rows));
    }
  }
  writer.finish(head.gaps, wish.periods ? periods_of(source, wish.task) : std::vector<Period>{}, {});
  write_text(truth_path, truth_text(simulation, head, source.clipped()), Existing::refuse);
  fmt::print(stderr, "SIMULATED: {}: {} channel{}, {} s at {} Hz; the truth is in {}\n", wish.out.string(), head.stream.channels.size(),
             head.stream.channels.size() == 1 ? "" : "s", head.duration_s(), head.stream.fs_hz, truth_path.string());
  return kExitOk;
}

void add_muscle_options(CLI::App& verb, Wish& wish) {
  const char* group = "The muscles";
  verb.add_option("--source", wish.source, "noise: shaped Gaussian noise; motor-units: trains of action potentials")
      ->type_name("noise|motor-units")
      ->group(group)
      ->capture_default_str();
  verb.add_option("--spectrum", wish.spectrum, "corners of the noise's spectrum, Hz [60,120: median frequency 93 Hz]")
      ->type_name("FL,FH")
      ->group(group);
  verb.add_option("--snr-db", wish.simulation.snr_db, "power of a burst over that of the floor in 20-450 Hz, dB")
      ->type_name("DB")
      ->group(group)
      ->capture_default_str();
  verb.add_option("--rest", wish.simulation.contraction.rest_s, "rest before the first burst, s")
      ->type_name("S")
      ->group(group)
      ->capture_default_str();
  verb.add_option("--burst", wish.burst, "contraction and the pause after it, s")->type_name("ON,OFF")->group(group)->capture_default_str();
  verb.add_option("--repetitions", wish.repetitions, "bursts [5, or as many as fit --duration]")->type_name("N")->group(group);
  verb.add_option("--shape", wish.shape, "edges of a burst")->type_name("step|ramp|cosine")->group(group)->capture_default_str();
  verb.add_option("--ramp-ms", wish.ramp_ms, "length of each edge, ms [200]")->type_name("MS")->group(group);
  verb.add_option("--fatigue", wish.fatigue_pct, "compression of the spectrum from start to end, %")
      ->type_name("PERCENT")
      ->group(group)
      ->capture_default_str();
  verb.add_option("--gain-drift", wish.gain_drift_pct, "rise of the amplitude from start to end, %")
      ->type_name("PERCENT")
      ->group(group)
      ->capture_default_str();
}

void add_disturbance_options(CLI::App& verb, Wish& wish) {
  const char* group = "What disturbs";
  Simulation& simulation = wish.simulation;
  verb.add_option("--floor-uv", simulation.floor_uv, "white noise, RMS, uV")->type_name("UV")->group(group)->capture_default_str();
  auto* line = verb.add_option("--line-uv", simulation.line_uv, "mains hum with harmonics 2-5, amplitude of the fundamental, uV")
                   ->type_name("UV")
                   ->group(group)
                   ->capture_default_str();
  verb.add_option("--line-hz", simulation.line_hz, "mains frequency, Hz")
      ->type_name("HZ")
      ->group(group)
      ->capture_default_str()
      ->needs(line);
  verb.add_option("--ecg-uv", simulation.heart_uv, "heart beats, 72 a minute, peak, uV")
      ->type_name("UV")
      ->group(group)
      ->capture_default_str();
  verb.add_option("--motion-uv", simulation.motion_uv, "cable swinging at 1-8 Hz from each onset on, amplitude, uV")
      ->type_name("UV")
      ->group(group)
      ->capture_default_str();
  verb.add_option("--gap", wish.gaps, "rows that are lost, s; repeat for more")
      ->type_name("START,LENGTH")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false)
      ->group(group);
  verb.add_option("--clip-uv", simulation.rail_uv, "highest value of the converter, uV")
      ->type_name("UV")
      ->group(group)
      ->capture_default_str();
}

void add_head_options(CLI::App& verb, Wish& wish) {
  const char* group = "Whose and what";
  verb.add_option("--participant", wish.participant_id, "begins with SIM")->type_name("ID")->group(group)->capture_default_str();
  verb.add_option("--visit", wish.visit_id, "name of the visit")->type_name("ID")->group(group)->capture_default_str();
  verb.add_option("--recording-id", wish.recording_id, "begins with SIM [PARTICIPANT-seedN]")->type_name("ID")->group(group);
  auto* periods = verb.add_flag("--periods", wish.periods, "cut it into periods: rest, then each repetition")->group(group);
  verb.add_option("--task", wish.task, "the periods' task")->type_name("NAME")->group(group)->capture_default_str()->needs(periods);
}

}  // namespace

void add_simulate_recording(CLI::App& simulate, Run& run) {
  CLI::App* verb = simulate.add_subcommand("recording", "One recording and its truth");
  verb->footer(kExamples);
  const auto wish = std::make_shared<Wish>();
  verb->add_option("-o,--output", wish->out, "the recording to make; never replaces one")->required()->type_name("OUT.nwb");
  verb->add_option("--seed", wish->simulation.seed, "which of the many recordings with this truth")->type_name("N")->capture_default_str();
  verb->add_option("--fs", wish->simulation.fs_hz, "sampling rate, Hz")->type_name("HZ")->capture_default_str();
  verb->add_option("--channels", wish->simulation.channels, "TA right, TA left, GM right, GM left, RF right, ...")
      ->type_name("N")
      ->capture_default_str();
  verb->add_option("--duration", wish->duration_s, "s [rest and all repetitions]")->type_name("S");
  add_muscle_options(*verb, *wish);
  add_disturbance_options(*verb, *wish);
  add_head_options(*verb, *wish);
  verb->add_option("--progress", wish->progress, "auto, json or none")->type_name("WORD");
  verb->callback([wish, &run] { run = [wish] { return simulate_recording(*wish); }; });
}

}  // namespace semg
