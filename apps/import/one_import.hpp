// SPDX-License-Identifier: BSD-3-Clause
// One source to one recording, in two steps: look, then write. The same for a single import and for each line of a manifest.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "apps/import/plan.hpp"
#include "apps/import/settings.hpp"
#include "dsp/recording.hpp"
#include "io/formats/signal_file.hpp"

namespace semg {

/// A source that was opened and found sound as far as can be told without reading all samples. Nothing is written yet.
struct PreparedImport {
  std::string file;  ///< its name without folder: what sentences begin with
  std::unique_ptr<SignalFile> source;
  std::string source_sha256;
  ImportPlan plan;
  std::vector<Period> periods;
  std::string session_start;             ///< of the recording to be
  std::vector<ForeignWarning> warnings;  ///< the file's own, as far as they matter here, and the plan's

  /// Something of the source is left out of the recording, and the warnings say what.
  bool incomplete() const noexcept { return source->incomplete || plan.rows_left_out; }
};

/// Throws Error(no_input), Error(data), Error(usage). The ids are not looked at: check_id() does.
PreparedImport prepare_import(const ImportSettings& settings);

/// Reads all samples twice: once to judge them, once to write them. `rows_done` is told 2 * plan.rows in all. Gives what the samples
/// showed. Throws Error(data) for samples that cannot be EMG in the stated unit, Error(cannot_create), Error(write_failed).
std::vector<ForeignWarning> write_import(PreparedImport& import, const ImportSettings& settings,
                                         const std::function<void(std::int64_t)>& rows_done);

/// As 2026-07-27T10:00:00+08:00; throws Error(usage) beginning with `field`.
void check_session_start(const std::string& field, const std::string& text);
/// Throws Error(usage) for options that cannot be heeded by any file: rows to skip, distance and place of electrodes.
void check_settings(const ImportSettings& settings);

}  // namespace semg
