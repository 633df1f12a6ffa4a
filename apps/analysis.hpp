// SPDX-License-Identifier: BSD-3-Clause
// A recording measured: opened with io, computed with engine, written with io.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dsp/channel_brief.hpp"
#include "dsp/frame.hpp"
#include "engine/settings.hpp"

namespace semg {

/// What becomes of edges that a person set, when a features file is measured again without them being given.
enum class HandEdits {
  forget,  ///< all automatic
  keep,    ///< taken over from the features file that is in the place
};

struct AnalysisRequest {
  std::filesystem::path recording;
  std::filesystem::path features;  ///< where to write
  Settings settings;
  std::filesystem::path rest;                       ///< a recording of rest; empty: found in the recording
  std::filesystem::path edited;                     ///< a table of edited activations; empty: all automatic
  HandEdits hand_edits = HandEdits::forget;         ///< where no table is given
  std::optional<std::vector<ChannelBrief>> briefs;  ///< given as they were: nothing is surveyed
  std::string rest_source;                          ///< of given briefs
  std::string rest_sha256;                          ///< of given briefs
  FeatureSet feature_set = FeatureSet::standard;
  std::function<void(std::int64_t rows)> progress = [](std::int64_t) {};
};

/// Writes the features file; the same request gives the same bytes. Throws Error.
void analyse(const AnalysisRequest& request);

/// Rows that analyse() will report as progress.
std::int64_t analysis_rows(const std::filesystem::path& recording);

}  // namespace semg
