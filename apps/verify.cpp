// SPDX-License-Identifier: BSD-3-Clause
// semg verify: are these the numbers that the recording gives?
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/analysis.hpp"
#include "apps/command.hpp"
#include "apps/temporary_folder.hpp"
#include "dsp/error.hpp"
#include "dsp/spectrum/spectrum_machine.hpp"
#include "dsp/version.hpp"
#include "io/features_file.hpp"
#include "io/recording_reader.hpp"

namespace semg {
namespace {

namespace fs = std::filesystem;

constexpr double kRounding = 1e-6;  // what FFTW's other code paths may move a spectrum by

int verify(const fs::path& features, const fs::path& recordings) {
  const FeaturesReader reader(features);
  const FeaturesHead& head = reader.head();
  const std::string name = features.filename().string();
  const fs::path recording = (recordings.empty() ? features.parent_path() : recordings) / head.recording_name;
  if (!fs::exists(recording)) {
    throw Error(Fault::no_input, fmt::format("{}: recording {}: found none in {}, expected it there; name its folder by --recordings", name,
                                             head.recording_name, recordings.empty() ? "the same folder" : recordings.string()));
  }
  const TemporaryFolder folder;
  AnalysisRequest request{.recording = recording,
                          .features = folder.path() / "again.features.h5",
                          .settings = settings_from_toml(head.settings_toml, name),
                          .rest = {},
                          .edited = {},
                          .briefs = {},
                          .rest_source = head.rest_source,
                          .rest_sha256 = head.rest_sha256,
                          .feature_set = head.feature_set};
  // A rest level found in the recording is found again; one that came from outside, and edges set by hand, are taken as stored.
  bool edited = false;
  for (const ChannelBrief& brief : head.briefs) edited = edited || brief.edited;
  if (head.rest_source == "file" || edited) request.briefs = head.briefs;
  analyse(request);

  const FeaturesDifference difference = compare_features(features, request.features);
  const bool same_file = sha256_of_file(recording) == head.recording_sha256;
  const char* about = same_file ? "" : " (the recording's file has other bytes than it had, its samples measure the same)";
  if (difference.first_place.empty()) {
    fmt::print("{}: identical, bit for bit{}\n", name, about);
    return kExitOk;
  }
  const bool elsewhere = head.cpu_class != cpu_class() || head.fftw_version != fftw_version();
  if (difference.same_shape && elsewhere && difference.largest_relative <= kRounding) {
    fmt::print("{}: agrees within rounding, largest relative difference {:.1e}: made on {} with {}, here {} with {}\n", name,
               difference.largest_relative, head.cpu_class, head.fftw_version, cpu_class(), fftw_version());
    return kExitOk;
  }
  fmt::print("{}: differs, first in {}, largest relative difference {:.3g}{}{}\n", name, difference.first_place,
             difference.largest_relative, same_file ? "" : "; the recording was changed after it was measured",
             head.engine_version == version_line() ? "" : fmt::format("; made by {}, here {}", head.engine_version, version_line()));
  return kExitDiffers;
}

}  // namespace

void add_verify(CLI::App& app, Run& run) {
  struct Options {
    fs::path features, recordings;
  };
  auto o = std::make_shared<Options>();
  CLI::App* sub = app.add_subcommand("verify", "Measure the recording again and compare with a features file");
  sub->add_option("FEATURES", o->features, "features file, as semg extract writes it")->required();
  sub->add_option("--recordings", o->recordings, "folder of the recording (default: the features file's)");
  sub->footer(
      "Exit code 0: identical, or the same within rounding on another processor; 2: differs.\n"
      "Example:\n  semg verify S01_B1.features.h5\nNext: semg explain S01_B1.features.h5");
  sub->callback([o, &run] { run = [o] { return verify(o->features, o->recordings); }; });
}

}  // namespace semg
