// SPDX-License-Identifier: BSD-3-Clause
// semg info: what is in a recording, how good its channels are, and what is missing before it can be compared.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/command.hpp"
#include "apps/page/quality_rows.hpp"
#include "apps/progress.hpp"
#include "dsp/error.hpp"
#include "dsp/filters/sos_filter.hpp"
#include "engine/quality_survey.hpp"
#include "engine/survey.hpp"
#include "io/recording_reader.hpp"

namespace semg {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kExamples = R"(
  semg info rec.nwb
  semg info rec.nwb --json | jq '.channels[] | {label, rest_rms, quality}'

Next: semg extract rec.nwb measures it.)";

struct Warning {
  std::string code;
  std::string channel;  // empty: the whole recording
  std::string text;
};

struct ChannelInfo {
  InputFacts input;
  ChannelBrief brief;
  std::vector<QualityFinding> quality;
};

struct RecordingInfo {
  Recording recording;  // gaps: also those that only the samples show
  std::vector<ChannelInfo> channels;
  std::vector<Warning> warnings;
};

/// A Source that keeps an eye on which rows come.
class Watched {
 public:
  Watched(RecordingReader& reader, Progress& progress) : reader_(reader), progress_(progress) {}
  bool read(Block& block) {
    if (!reader_.read(block)) return false;
    see(block.first);
    end_ = std::max(end_, block.end());  // of the second pass nothing is new
    progress_.advance(static_cast<std::int64_t>(block.rows()));
    return true;
  }
  /// Rows that never came; once all are read.
  std::vector<Gap> gaps() {
    see(reader_.recording().rows);
    return gaps_;
  }

 private:
  void see(std::int64_t first) {
    if (first > end_) gaps_.push_back({end_, first - end_});
    end_ = std::max(end_, first);
  }

  RecordingReader& reader_;
  Progress& progress_;
  std::int64_t end_ = 0;
  std::vector<Gap> gaps_;
};

/// "Longest flat run" -> "longest_flat_run"
std::string code_of(std::string measure) {
  for (char& letter : measure)
    letter = letter == ' ' || letter == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return measure;
}

void add_what_is_missing(RecordingInfo& info) {
  const Recording& recording = info.recording;
  const auto miss = [&](bool is_missing, const char* code, const char* text) {
    if (is_missing) info.warnings.push_back({code, "", text});
  };
  miss(recording.participant_id.empty(), "no_participant", "the participant is not named: semg import --participant ID");
  miss(recording.visit_id.empty(), "no_visit", "the visit is not named: semg import --visit ID");
  miss(recording.session_start.empty(), "no_session_start", "when it was recorded is not known: semg import --session-start");
  const auto unnamed = [](const Channel& c) { return c.kind == Kind::emg && (c.muscle.empty() || c.muscle == c.label); };
  for (const Channel& channel : recording.stream.channels) {
    if (!unnamed(channel)) continue;
    info.warnings.push_back(
        {"no_muscle", channel.label, fmt::format("its muscle is not named: semg import --channel '{}=MUSCLE:SIDE'", channel.label)});
  }
  const bool marked = std::any_of(recording.periods.begin(), recording.periods.end(), [](const Period& p) { return p.task == "rest"; });
  const bool told = std::all_of(info.channels.begin(), info.channels.end(), [](const ChannelInfo& c) { return c.brief.rest.has_value(); });
  miss(!marked && told, "no_rest_period", "no period is marked as rest, which is told from the signal instead: semg import --periods");
  miss(!marked && !told, "no_rest_period",
       "no period is marked as rest, and the signal does not tell it in every channel: semg import --periods, or semg extract --rest");
}

/// The second pass. Activations are not looked for: their level is what the first pass took it to be.
std::vector<QualityFinding> quality_of(const Recording& recording, const Chain& chain, const std::vector<ChannelBrief>& briefs,
                                       Watched& source) {
  QualitySurvey quality(recording, chain, briefs);
  SosFilter conditioning(chain.sos, briefs.size());
  Block block(briefs.size(), FeatureExtractor::kMostRows);
  while (source.read(block)) {
    quality.see(block);
    conditioning.process(block);
    quality.push(block);
  }
  std::vector<std::optional<double>> active_power;
  for (const ChannelBrief& brief : briefs) {
    const auto active_db = brief.rest ? brief.rest->active_power_db : std::nullopt;
    active_power.push_back(active_db ? std::optional(std::pow(10.0, *active_db / 10.0)) : std::nullopt);
  }
  return quality.findings(active_power);
}

/// What the samples say. Where the rate is too low for the chain, nothing is known of rest and hum, and a warning says so.
void survey_channels(RecordingInfo& info, RecordingReader& reader, Progress& progress) {
  const StreamInfo& stream = info.recording.stream;
  Watched source(reader, progress);
  info.channels.resize(stream.channels.size());
  try {
    const Chain chain = chain_for(Settings{}, stream.fs_hz);
    Survey survey(info.recording, chain);
    survey.run(source);
    const auto briefs = survey.briefs();
    reader.seek(0);
    const auto findings = quality_of(info.recording, chain, briefs, source);
    for (std::size_t c = 0; c < info.channels.size(); ++c) {
      info.channels[c] = {.input = survey.input(c), .brief = briefs[c], .quality = {}};
      std::copy_if(findings.begin(), findings.end(), std::back_inserter(info.channels[c].quality),
                   [c](const QualityFinding& finding) { return finding.channel == static_cast<int>(c); });
    }
    if (chain.rate_below_band)
      info.warnings.push_back({"rate_below_band", "", "the rate is too low for median and mean frequency: amplitudes only"});
  } catch (const Error& error) {
    if (error.fault() != Fault::usage) throw;
    info.warnings.push_back({"rate_below_band", "", fmt::format("the rate is too low to be measured: {}", error.what())});
    InputSurvey input(stream);
    Block block(stream.channels.size(), 4096);
    while (source.read(block)) input.push(block);
    for (std::size_t c = 0; c < info.channels.size(); ++c)
      info.channels[c] = {.input = input.facts(c), .brief = {}, .quality = input_findings(input.facts(c), stream, c, info.recording.rows)};
  }
  info.recording.gaps = source.gaps();
}

void warn_of_quality(RecordingInfo& info, std::size_t c) {
  const std::string& label = info.recording.stream.channels[c].label;
  for (const QualityRow& row : quality_rows(info.channels[c].quality, static_cast<int>(c))) {
    if (row.verdict == Verdict::pass) continue;
    const std::string value =
        row.value ? fmt::format("{:.3g}{}{}", *row.value, row.unit == "1" ? "" : " ", row.unit == "1" ? "" : row.unit) : "not told";
    info.warnings.push_back(
        {code_of(row.measure), label, fmt::format("{} {}, {}: {}", row.measure, value, to_string(row.verdict), row.meaning)});
  }
}

RecordingInfo look_at(const std::filesystem::path& path, ProgressStyle style) {
  RecordingReader reader(path);
  RecordingInfo info{.recording = reader.recording(), .channels = {}, .warnings = {}};
  Progress progress(style, path.filename().string(), 2 * info.recording.rows);
  survey_channels(info, reader, progress);
  for (std::size_t c = 0; c < info.channels.size(); ++c) warn_of_quality(info, c);
  add_what_is_missing(info);
  return info;
}

/// "-" where nothing was judged.
std::string verdict_of(const ChannelInfo& channel) {
  return channel.quality.empty() ? "-" : std::string(to_string(worst(channel.quality)));
}

Json json_or_null(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}
Json json_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

std::optional<double> rest_rms(const ChannelInfo& channel) {
  return channel.brief.rest ? std::optional(std::sqrt(channel.brief.rest->power)) : std::nullopt;
}

std::optional<double> seen(const ChannelInfo& channel, double value) {
  return channel.input.rows > 0 ? std::optional(value) : std::nullopt;
}

Json checks_of(const ChannelInfo& channel) {
  Json checks = Json::array();
  for (const QualityFinding& f : channel.quality) {
    checks.push_back({{"metric", f.metric},
                      {"value", json_or_null(f.value)},
                      {"unit", f.unit},
                      {"verdict", to_string(f.verdict)},
                      {"rule", json_or_null(f.rule)},
                      {"gates", json_or_null(f.gates)},
                      {"reason", json_or_null(f.reason)}});
  }
  return checks;
}

Json json_of(const RecordingInfo& info, const std::string& file) {
  const Recording& recording = info.recording;
  Json channels = Json::array(), periods = Json::array(), gaps = Json::array(), events = Json::array(), warnings = Json::array();
  for (std::size_t c = 0; c < info.channels.size(); ++c) {
    const Channel& about = recording.stream.channels[c];
    const ChannelInfo& channel = info.channels[c];
    const InputFacts& input = channel.input;
    const std::int64_t rows = input.rows + input.not_finite;
    const bool rails = about.rail_low || about.rail_high;
    channels.push_back({{"label", about.label},
                        {"muscle", json_or_null(about.muscle)},
                        {"side", to_string(about.side)},
                        {"unit", to_string(about.unit)},
                        {"kind", to_string(about.kind)},
                        {"rail_low", json_or_null(about.rail_low)},
                        {"rail_high", json_or_null(about.rail_high)},
                        {"rest_rms", json_or_null(rest_rms(channel))},
                        {"quality",
                         {{"verdict", channel.quality.empty() ? Json(nullptr) : Json(verdict_of(channel))},
                          {"min", json_or_null(seen(channel, input.minimum))},
                          {"max", json_or_null(seen(channel, input.maximum))},
                          {"clipped_share", rails ? Json(input.clipped_share()) : Json(nullptr)},
                          {"longest_flat_s", static_cast<double>(input.longest_run) / recording.stream.fs_hz},
                          {"repeated_share", input.repeated_share()},
                          {"not_finite_share", rows > 0 ? static_cast<double>(input.not_finite) / static_cast<double>(rows) : 0.0},
                          {"line_hz", channel.brief.line_hz > 0 ? Json(channel.brief.line_hz) : Json(nullptr)},
                          {"line_rms", channel.brief.line_hz > 0 ? Json(std::sqrt(channel.brief.line_power)) : Json(nullptr)},
                          {"checks", checks_of(channel)}}}});
  }
  const double fs_hz = recording.stream.fs_hz;
  for (const Period& p : recording.periods) {
    periods.push_back({{"t_start_s", static_cast<double>(p.first_row) / fs_hz},
                       {"t_stop_s", static_cast<double>(p.first_row + p.rows) / fs_hz},
                       {"task", p.task},
                       {"repetition", p.repetition > 0 ? Json(p.repetition) : Json(nullptr)}});
  }
  for (const Gap& g : recording.gaps) gaps.push_back({{"first_row", g.first_row}, {"rows", g.rows}});
  for (const Event& e : recording.events)
    events.push_back({{"t_s", json_or_null(e.t_s)}, {"duration_s", json_or_null(e.duration_s)}, {"text", e.text}});
  for (const Warning& w : info.warnings) warnings.push_back({{"code", w.code}, {"channel", json_or_null(w.channel)}, {"text", w.text}});
  return {{"schema", "semg-info/1"},
          {"file", file},
          {"format", json_or_null(recording.source_format)},
          {"recording_id", json_or_null(recording.recording_id)},
          {"participant_id", json_or_null(recording.participant_id)},
          {"visit_id", json_or_null(recording.visit_id)},
          {"start", json_or_null(recording.session_start)},
          {"fs_hz", fs_hz},
          {"rows", recording.rows},
          {"duration_s", recording.duration_s()},
          {"simulated", recording.simulated},
          {"channels", channels},
          {"periods", periods},
          {"gaps", gaps},
          {"events", events},
          {"warnings", warnings}};
}

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

void print(const RecordingInfo& info) {
  const Recording& recording = info.recording;
  const auto& channels = recording.stream.channels;
  if (recording.simulated) fmt::print("SIMULATED\n");
  fmt::print("recording {}   participant {}   visit {}   start {}\n", or_dash(recording.recording_id), or_dash(recording.participant_id),
             or_dash(recording.visit_id), or_dash(recording.session_start));
  fmt::print("{} channel{}, {:.9g} Hz, {} rows, {:.6g} s, from {}\n\n", channels.size(), channels.size() == 1 ? "" : "s",
             recording.stream.fs_hz, recording.rows, recording.duration_s(),
             recording.source_format.empty() ? "an unknown source" : recording.source_format);

  std::size_t label_width = 7, muscle_width = 6;
  for (const Channel& channel : channels) {
    label_width = std::max(label_width, std::min<std::size_t>(channel.label.size(), 24));
    muscle_width = std::max(muscle_width, std::min<std::size_t>(channel.muscle.size(), 24));
  }
  fmt::print("{:<{}}  {:<{}}  {:<5}  {:<4}  {:>10}  {:>10}  {:>9}  {:<5}  {}\n", "channel", label_width, "muscle", muscle_width, "side",
             "unit", "lowest", "highest", "rest RMS", "hum", "signal");
  for (std::size_t c = 0; c < channels.size(); ++c) {
    const ChannelInfo& channel = info.channels[c];
    const auto number = [](const std::optional<double>& value) { return value ? fmt::format("{:.4g}", *value) : std::string("-"); };
    fmt::print("{:<{}}  {:<{}}  {:<5}  {:<4}  {:>10}  {:>10}  {:>9}  {:<5}  {}\n", channels[c].label, label_width,
               or_dash(channels[c].muscle), muscle_width, channels[c].side == Side::none ? "-" : to_string(channels[c].side),
               to_string(channels[c].unit), number(seen(channel, channel.input.minimum)), number(seen(channel, channel.input.maximum)),
               number(rest_rms(channel)), channel.brief.line_hz > 0 ? fmt::format("{:g}", channel.brief.line_hz) : "-",
               verdict_of(channel));
  }

  std::int64_t lost = 0;
  for (const Gap& gap : recording.gaps) lost += gap.rows;
  fmt::print("\n{} gap{}", recording.gaps.size(), recording.gaps.size() == 1 ? "" : "s");
  if (lost > 0) fmt::print(" ({} rows, {:.3g} %)", lost, 100.0 * static_cast<double>(lost) / static_cast<double>(recording.rows));
  fmt::print(", {} period{}, {} event{}\n", recording.periods.size(), recording.periods.size() == 1 ? "" : "s", recording.events.size(),
             recording.events.size() == 1 ? "" : "s");
  for (const Period& p : recording.periods) {
    fmt::print("  {:>9.3f} s to {:>9.3f} s  {}{}\n", static_cast<double>(p.first_row) / recording.stream.fs_hz,
               static_cast<double>(p.first_row + p.rows) / recording.stream.fs_hz, p.task,
               p.repetition > 0 ? fmt::format(" {}", p.repetition) : "");
  }
  const auto list = [&](const char* heading, bool missing) {
    bool first = true;
    for (const Warning& w : info.warnings) {
      if (w.code.starts_with("no_") != missing) continue;
      if (first) fmt::print("\n{}\n", heading);
      first = false;
      fmt::print("  {}{}{}\n", w.channel, w.channel.empty() ? "" : ": ", w.text);
    }
  };
  list("The signal:", false);
  list("Missing, before visits can be compared:", true);
}

}  // namespace

void add_info(CLI::App& app, Run& run) {
  struct Wish {
    std::filesystem::path recording;
    bool json = false;
    std::string progress = "auto";
  };
  const auto wish = std::make_shared<Wish>();
  CLI::App* verb = app.add_subcommand("info", "What is in a recording, and what is missing");
  verb->footer(kExamples);
  verb->add_option("FILE", wish->recording, "a recording (NWB); of any other file, semg import makes one")->required();
  verb->add_flag("--json", wish->json, "the same for a program");
  verb->add_option("--progress", wish->progress, "auto, json or none")->type_name("WORD");
  verb->callback([wish, &run] {
    run = [wish] {
      const RecordingInfo info = look_at(wish->recording, progress_style_from(wish->progress));
      if (wish->json) {
        fmt::print("{}\n", json_of(info, wish->recording.string()).dump(2, ' ', false, Json::error_handler_t::replace));
      } else {
        print(info);
      }
      return kExitOk;
    };
  });
}

}  // namespace semg
