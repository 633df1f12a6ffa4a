// SPDX-License-Identifier: BSD-3-Clause
#include "apps/analysis.hpp"

#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "apps/edited_activations.hpp"
#include "apps/rest_from_file.hpp"
#include "dsp/error.hpp"
#include "dsp/spectrum/spectrum_machine.hpp"
#include "dsp/version.hpp"
#include "engine/conditioned_source.hpp"
#include "engine/cycles/cycle_analysis.hpp"
#include "engine/cycles/latencies.hpp"
#include "engine/quality_survey.hpp"
#include "engine/run.hpp"
#include "engine/summary.hpp"
#include "engine/survey.hpp"
#include "io/features_file.hpp"
#include "io/recording_reader.hpp"

namespace semg {

static_assert(Source<RecordingReader>);
static_assert(Stage<SosFilter>);
static_assert(Sink<FeaturesWriter> && Sink<Summary>);

namespace {

/// A Source that tells how far it is.
class Reported {
 public:
  Reported(RecordingReader& reader, const std::function<void(std::int64_t)>& progress) : reader_(reader), progress_(progress) {}
  bool read(Block& block) {
    if (!reader_.read(block)) return false;
    progress_(static_cast<std::int64_t>(block.rows()));
    return true;
  }

 private:
  RecordingReader& reader_;
  const std::function<void(std::int64_t)>& progress_;
};

/// A Stage that is looked at from both sides.
template <class Conditioning>
class Watched {
 public:
  Watched(Conditioning& conditioning, QualitySurvey& quality) : conditioning_(conditioning), quality_(quality) {}
  void process(Block& block) noexcept {
    quality_.see(block);
    conditioning_.process(block);
    quality_.push(block);
  }
  void reset() noexcept { conditioning_.reset(); }
  void clean(Block& block) noexcept requires LooksAhead<Conditioning> { conditioning_.clean(block); }
  bool stretch_ends_at(std::int64_t row) const noexcept requires LooksAhead<Conditioning> { return conditioning_.stretch_ends_at(row); }

 private:
  Conditioning& conditioning_;
  QualitySurvey& quality_;
};
static_assert(Stage<Watched<SosFilter>> && !LooksAhead<Watched<SosFilter>>);
static_assert(LooksAhead<Watched<ConditionedSource<Reported>>>);

/// Mean square of each channel's activations.
class ActivePower {
 public:
  explicit ActivePower(std::size_t channels) : squares_(channels), rows_(channels) {}
  void add(const Activation& a) {
    if (a.amplitude_reason != Reason::ok) return;
    const double rows = static_cast<double>(a.offset_row - a.onset_row);
    squares_[static_cast<std::size_t>(a.channel)] += static_cast<double>(a.rms) * a.rms * rows;
    rows_[static_cast<std::size_t>(a.channel)] += rows;
  }
  std::vector<std::optional<double>> of_channels() const {
    std::vector<std::optional<double>> powers;
    for (std::size_t c = 0; c < rows_.size(); ++c) powers.push_back(rows_[c] > 0 ? std::optional(squares_[c] / rows_[c]) : std::nullopt);
    return powers;
  }

 private:
  std::vector<double> squares_, rows_;
};

/// Sinks in one: everything is stored, and summarised on the way.
class Stored {
 public:
  Stored(FeaturesWriter& file, Summary& summary, CycleAnalysis& cycles, Latencies& latencies, ActivePower& active)
      : file_(file), summary_(summary), cycles_(cycles), latencies_(latencies), active_(active) {}
  void write(const FeatureFrame& frame) {
    file_.write(frame);
    summary_.write(frame);
    cycles_.write(frame);
  }
  void write(const Activation& activation) {
    file_.write(activation);
    summary_.write(activation);
    cycles_.write(activation);
    latencies_.write(activation);
    active_.add(activation);
  }

 private:
  FeaturesWriter& file_;
  Summary& summary_;
  CycleAnalysis& cycles_;
  Latencies& latencies_;
  ActivePower& active_;
};

/// Edges set by hand in the features file that is to be replaced. Where that is of other samples they mean nothing, and are not thrown
/// away.
void keep_hand_edits(const std::filesystem::path& features, const FeaturesHead& head, std::vector<ChannelBrief>& briefs) {
  std::optional<FeaturesHead> before;
  try {
    before = FeaturesReader(features).head();
  } catch (const Error&) {
    return;  // nothing there, or nothing of ours: the writer will say
  }
  const auto& channels = before->recording.stream.channels;
  for (std::size_t k = 0; k < before->briefs.size(); ++k) {
    if (!before->briefs[k].edited) continue;
    if (before->recording_sha256 != head.recording_sha256) {
      throw Error(Fault::data,
                  fmt::format("{}: activations: found edges that were set by hand in another recording, expected this one's; move the "
                              "file away, or set them anew by semg extract --events",
                              features.filename().string()));
    }
    for (std::size_t c = 0; c < briefs.size(); ++c)
      if (head.recording.stream.channels[c].label == channels[k].label) briefs[c].edited = before->briefs[k].edited;
  }
}

/// Calls use(source, stage) with what conditions the rows of `source` as the chain says.
template <class Use>
void conditioned(Reported& source, const Chain& chain, std::size_t channels, Use use) {
  if (chain.reads_ahead()) {
    ConditionedSource ahead(source, chain, channels, FeatureExtractor::kMostRows);
    use(ahead, ahead);
  } else {
    SosFilter stage(chain.sos, channels);
    use(source, stage);
  }
}

}  // namespace

std::int64_t analysis_rows(const std::filesystem::path& recording) {
  return 2 * RecordingReader(recording).recording().rows;
}

void analyse(const AnalysisRequest& request) {
  RecordingReader reader(request.recording);
  const Recording& recording = reader.recording();
  const std::size_t channels = recording.stream.channels.size();
  const Chain chain = chain_for(request.settings, recording.stream.fs_hz);
  CycleAnalysis cycles(recording, request.settings, request.recording.filename().string());
  Latencies latencies(recording, request.settings, request.recording.filename().string());
  Reported source(reader, request.progress);

  FeaturesHead head{.recording = recording,
                    .recording_name = request.recording.filename().string(),
                    .recording_sha256 = sha256_of_file(request.recording),
                    .settings_toml = canonical_toml(request.settings),
                    .settings_sha256 = {},
                    .engine_version = version_line(),
                    .cpu_class = cpu_class(),
                    .fftw_version = fftw_version(),
                    .rest_source = request.rest_source,
                    .rest_sha256 = request.rest_sha256,
                    .feature_set = request.feature_set,
                    .latency_rows = 0,
                    .briefs = {}};
  head.settings_sha256 = sha256_of_text(head.settings_toml);
  if (request.briefs) {
    head.briefs = *request.briefs;
  } else {
    Survey survey(recording, chain);
    survey.run(source);
    reader.seek(0);
    head.briefs = survey.briefs();
    head.rest_source = survey.has_rest_period() ? "period" : "recording";
    if (!request.rest.empty()) {
      take_rest(measure_rest(request.rest, request.settings), recording.stream, request.recording.filename().string(), head.briefs);
      head.rest_source = "file";
      head.rest_sha256 = sha256_of_file(request.rest);
    }
    if (!request.edited.empty()) {
      auto edited = read_edited_activations(request.edited, recording);
      for (std::size_t c = 0; c < channels; ++c) head.briefs[c].edited = std::move(edited[c]);
    } else if (request.hand_edits == HandEdits::keep) {
      keep_hand_edits(request.features, head, head.briefs);
    }
  }

  FeatureExtractor features(recording.stream, chain, head.briefs, request.feature_set);
  head.latency_rows = features.latency_rows();
  FeaturesWriter file(request.features, head);
  const auto rest_from = head.rest_source == "recording" ? Summary::RestFrom::recording : Summary::RestFrom::given;
  Summary summary(recording, head.briefs, rest_from);
  ActivePower active(channels);
  Stored sink(file, summary, cycles, latencies, active);
  QualitySurvey quality(recording, chain, head.briefs);
  conditioned(source, chain, channels, [&](auto& rows, auto& stage) {
    Watched watched(stage, quality);
    run(rows, watched, features, KnownPeriods(recording.periods), channels, sink);
  });
  if (cycles.is_wanted()) {
    CycleExtractor extractor(recording.stream, chain, cycles.plan(head.briefs));
    reader.seek(0);
    SosFilter causal(chain.sos, channels);
    run_cycles(reader, causal, extractor, channels);
    file.write(extractor.cycles(), extractor.ensemble().points());
  }
  file.write(features.mean_spectra());
  file.write(quality.findings(active.of_channels()));
  std::vector<SummaryRow> rows = summary.rows();
  for (SummaryRow& row : latencies.rows(head.briefs, rest_from)) rows.push_back(std::move(row));
  file.finish(rows);
}

}  // namespace semg
