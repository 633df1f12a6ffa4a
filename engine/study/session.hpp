// SPDX-License-Identifier: BSD-3-Clause
// What was measured of one recording, as far as a comparison of visits needs it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dsp/channel.hpp"
#include "dsp/reason.hpp"
#include "engine/study/study.hpp"

namespace semg {

/// Values of one feature of one task: one for each repetition, each activation of a period that is not numbered, or each second of a hold.
struct Observations {
  enum class Of { repetitions, activations, epochs };
  Of of = Of::repetitions;
  std::vector<double> values;         ///< in order, valid ones only
  std::vector<double> at;             ///< [values] number of the repetition or activation; seconds of an epoch's middle
  Reason reason = Reason::too_short;  ///< why there is none
};
const char* to_string(Observations::Of of) noexcept;  ///< "repetitions", "activations", "epochs"

struct SessionTask {
  std::string id;
  int repetitions = 0;
  double longest_s = 0;                          ///< longest of its periods
  std::map<std::string, Observations> features;  ///< by name (engine/study/feature.hpp)
  std::map<std::string, Observations> epochs;    ///< of a hold: seconds that do not overlap, of rms, mdf and mnf
};

/// Power in octaves of the EMG band, in dB of the power between 80 and 160 Hz: what a device's filter leaves its mark on.
struct BandShape {
  static constexpr std::array<double, 6> kEdgesHz = {20, 40, 80, 160, 320, 450};
  static constexpr std::size_t kOctaves = kEdgesHz.size() - 1;
  std::array<std::optional<double>, kOctaves> db;  ///< none: not known, or above `highest_hz`
};
/// Of a one-sided density, bin k at k * bin_hz; octaves that end above `highest_hz` are left out.
BandShape band_shape(const std::vector<double>& density, double bin_hz, double highest_hz);

struct SessionChannel {
  Channel about;
  std::string muscle;              ///< id in the study; empty: none of its muscles
  std::optional<double> rest_rms;  ///< noise floor in the channel's unit
  std::optional<double> rms;       ///< root mean square of all valid windows
  std::optional<double> mdf_hz;    ///< median frequency of the mean spectrum
  std::optional<double> snr_db;
  double line_db = -200;                ///< hum over rest; -200: none
  double invalid_share = 0;             ///< of amplitude windows
  Reason invalid_because = Reason::ok;  ///< the commonest
  std::uint64_t samples_hash = 0;       ///< equal samples, equal hash
  BandShape shape;
  std::vector<SessionTask> tasks;
};

struct Session {
  std::string recording_id, recording_name, recording_sha256, participant_id, visit_id;
  std::optional<Day> day;
  double fs_hz = 0;
  double low_pass_hz = 0;  ///< upper edge of what was measured
  double duration_s = 0;
  bool simulated = false;
  bool rest_was_recorded = false;  ///< rest levels are of a period of rest, or of a recording of nothing else
  std::string engine_version;
  std::vector<std::string> differing_settings;  ///< "filter.high_pass_hz: 20 and 10"; empty: the study's
  std::string unreadable;                       ///< the sentence, where it could not be measured; nothing else is known then
  std::vector<SessionChannel> channels;
};

/// The tasks a recording holds, in one text: recordings of the same tasks are alike.
std::string tasks_of(const Session& session);

}  // namespace semg
