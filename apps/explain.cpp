// SPDX-License-Identifier: BSD-3-Clause
// semg explain: what the chain does, or did to a recording.
#include <cmath>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/analysis_file.hpp"
#include "apps/command.hpp"
#include "apps/page/definitions.hpp"
#include "dsp/activation/rest_survey.hpp"
#include "dsp/error.hpp"
#include "dsp/version.hpp"
#include "engine/explanation.hpp"
#include "io/features_file.hpp"

namespace semg {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Json json_of(const Chain& chain, const Explanation& e) {
  Json sos = Json::array();
  for (const Section& s : chain.sos) sos.push_back({s.b0, s.b1, s.b2, 1.0, s.a1, s.a2});
  Json response = Json::array();
  for (const ResponsePoint& p : e.response) {
    response.push_back({{"f_hz", p.f_hz}, {"gain_db", p.gain_db}, {"phase_delay_s", p.phase_delay_s}, {"group_delay_s", p.group_delay_s}});
  }
  const ActivationSettings& activation = chain.settings.activation;
  return {{"schema", "semg-explain/1"},
          {"fs_hz", chain.fs_hz},
          {"sos", sos},
          {"passes", chain.settings.filter.passes},
          {"priming", "first_sample"},
          {"settling_rows", chain.settling_rows},
          {"amplitude", {{"window_rows", chain.amplitude_window_rows}, {"hop_rows", chain.amplitude_hop_rows}}},
          {"spectrum",
           {{"window_rows", chain.spectrum_window_rows},
            {"hop_rows", chain.spectrum_hop_rows},
            {"segment_rows", chain.segment_rows},
            {"overlap_rows", chain.segment_rows - chain.segment_hop_rows},
            {"taper", "hann_periodic"},
            {"detrend", "constant"},
            {"band_hz", {chain.band_low_hz, chain.band_high_hz}},
            {"first_bin", chain.band.first},
            {"last_bin", chain.band.last},
            {"mdf", "edge_interpolated"},
            {"valid", !chain.rate_below_band}}},
          {"activation",
           {{"method", activation.method},
            {"min_on_s", activation.min_on_s},
            {"min_off_s", activation.min_off_s},
            {"level_window_s", kLevelWindow_s},
            {"noise_spread_db", noise_spread_db(chain.filter_band_hz())}}},
          {"quality",
           {{"clipped_share", chain.settings.quality.clipped_share},
            {"line_db", chain.settings.quality.line_db},
            {"snr_db", chain.settings.quality.snr_db}}},
          {"latency_s", e.activation_latency_s},
          {"response", response},
          {"minus_3db_hz", e.minus_3db_hz},
          {"power_kept", e.power_kept},
          {"mdf_shift_hz", e.mdf_shift_hz},
          {"settings_toml", canonical_toml(chain.settings)},
          {"engine_version", version_line()},
          {"intervals",
           {{"confidence", 0.95},
            {"amplitude", "effective_degrees_of_freedom"},
            {"mdf", "share_of_power"},
            {"mnf", "ratio_of_moments"},
            {"repetitions", "student_t"},
            {"windows", "student_t_without_overlap"}}},
          {"time_domain",
           {{"level_uv", chain.settings.time_domain.level_uv},
            {"slope_uv_per_s", chain.settings.time_domain.slope_uv_per_s},
            {"steep_uv_per_s", chain.settings.time_domain.steep_uv_per_s}}}};
}

void print(const Chain& chain, const Explanation& e) {
  fmt::print("{}\n\nResponse of the filter\n{:>10} {:>10} {:>14} {:>14}\n", definitions_of(chain), "Hz", "gain dB", "phase delay ms",
             "group delay ms");
  for (const ResponsePoint& p : e.response) {
    fmt::print("{:>10g} {:>10.2f} {:>14.2f} {:>14.2f}\n", p.f_hz, p.gain_db, 1000 * p.phase_delay_s, 1000 * p.group_delay_s);
  }
  fmt::print("\n-3 dB at");
  for (const double f : e.minus_3db_hz) fmt::print(" {:.2f} Hz", f);
  fmt::print("\nOf a typical EMG spectrum {:.1f} % of the power is kept; its median frequency moves by {:+.2f} Hz.\n", 100 * e.power_kept,
             e.mdf_shift_hz);
  fmt::print("Activations are final {:.2f} s after they end, active_fraction {:.2f} s after its window.\n\nSettings\n{}",
             e.activation_latency_s, e.activation_latency_s, canonical_toml(chain.settings));
}

struct Options {
  fs::path features, analysis;
  double fs_hz = 0;
  bool json = false, defaults = false;
};

int explain_command(const Options& o) {
  if (o.defaults) {
    fmt::print("{}", canonical_toml({}));
    return kExitOk;
  }
  Settings settings;
  double fs_hz = o.fs_hz;
  if (!o.features.empty()) {
    if (!o.analysis.empty() || fs_hz != 0)
      throw Error(Fault::usage, "command line: found FEATURES with --analysis or --fs, expected FEATURES alone: it says both");
    const FeaturesReader reader(o.features);
    settings = settings_from_toml(reader.head().settings_toml, o.features.filename().string());
    fs_hz = reader.head().recording.stream.fs_hz;
  } else if (fs_hz == 0) {
    throw Error(Fault::usage, "command line: found no sampling rate, expected --fs HZ or a features file");
  } else {
    settings = read_analysis_file(o.analysis);
  }
  const Chain chain = chain_for(settings, fs_hz);
  const Explanation e = explain(chain);
  if (o.json) {
    fmt::print("{}\n", json_of(chain, e).dump(2));
  } else {
    print(chain, e);
  }
  return kExitOk;
}

}  // namespace

void add_explain(CLI::App& app, Run& run) {
  auto o = std::make_shared<Options>();
  CLI::App* sub = app.add_subcommand("explain", "What the chain does, or did: filter, delays, windows, definitions");
  sub->add_option("FEATURES", o->features, "a features file: explains how it was made");
  sub->add_option("--fs", o->fs_hz, "sampling rate in Hz, where no features file is given");
  sub->add_option("--analysis", o->analysis, "analysis settings (TOML)");
  sub->add_flag("--json", o->json, "everything as JSON: enough to compute every number again");
  sub->add_flag("--defaults", o->defaults, "print the default analysis file");
  sub->footer(
      "Example:\n  semg explain --fs 2000\n  semg explain --defaults > analysis.toml\nNext: semg extract REC.nwb --analysis analysis.toml");
  sub->callback([o, &run] { run = [o] { return explain_command(*o); }; });
}

}  // namespace semg
