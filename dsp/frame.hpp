// SPDX-License-Identifier: BSD-3-Clause
// What is measured: features of one window, and one activation.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "dsp/reason.hpp"

namespace semg {

inline constexpr float kNoValue = std::numeric_limits<float>::quiet_NaN();

enum class WindowKind { amplitude, spectrum };

/// Features of one window for all channels. A value that is not valid is NaN, never 0, and `reason` says why.
/// The spans belong to the sender and are good until the call returns.
struct FeatureFrame {
  WindowKind kind = WindowKind::amplitude;
  std::int64_t first_row = 0;
  std::int32_t rows = 0;
  int period = -1;                         ///< index into the recording's periods; -1 where it has none
  std::span<const float> first;            ///< [channels] amplitude: RMS;              spectrum: MDF in Hz
  std::span<const float> second;           ///< [channels] amplitude: ARV;              spectrum: MNF in Hz
  std::span<const float> active_fraction;  ///< [channels] amplitude only: 0..1, NaN where no rest level is known
  std::span<const Reason> reason;          ///< [channels] for first and second
};

/// Power density of each channel over its valid spectral windows: what the whole recording holds at which frequency.
struct MeanSpectra {
  double bin_hz = 0;                  ///< bin k is at k * bin_hz
  std::vector<std::int64_t> windows;  ///< [channels] valid ones
  std::vector<double> density;        ///< [bins x channels] unit^2/Hz, one-sided; NaN where no window is valid
};

/// How well an activation and its edges are known. -1 or NaN where that cannot be told.
struct EdgeReport {
  std::int64_t onset_main_row = -1;                      ///< from here on its power is raised most
  std::int64_t onset_low_row = -1, onset_high_row = -1;  ///< 95 % interval of the rise of power next to the onset
  std::int64_t offset_low_row = -1, offset_high_row = -1;
  float confidence = kNoValue;  ///< log likelihood ratio of the activation against rest
  bool operator==(const EdgeReport&) const = default;
};

/// A muscle switched on and off again, in one channel.
struct Activation {
  int channel = 0;
  int period = -1;              ///< as in FeatureFrame
  std::int64_t onset_row = 0;   ///< first row of it
  std::int64_t offset_row = 0;  ///< first row after it
  float rms = kNoValue;         ///< uV, from onset to offset
  float arv = kNoValue;         ///< uV
  float iemg = kNoValue;        ///< uV s
  float peak = kNoValue;        ///< uV, largest absolute value
  float mdf_hz = kNoValue;
  float mnf_hz = kNoValue;
  float snr_db = kNoValue;  ///< power above rest over power at rest
  Reason amplitude_reason = Reason::ok;
  Reason spectrum_reason = Reason::ok;
  bool edited = false;  ///< its edges were given by a person
  EdgeReport edges{};
};

}  // namespace semg
