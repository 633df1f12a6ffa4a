// SPDX-License-Identifier: BSD-3-Clause
// What is measured: features of one window, and one activation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "dsp/reason.hpp"

namespace semg {

inline constexpr float kNoValue = std::numeric_limits<float>::quiet_NaN();

enum class WindowKind { amplitude, spectrum };
/// What is measured of each window: what everybody needs, or all there is.
enum class FeatureSet { standard, all };

/// Columns of a window beside its first and second feature: ends of their 95 % intervals, then what only FeatureSet::all measures. By
/// these names they stand in files. Units, u being the channel's: peak u, iemg u s, zero_crossings and slope_sign_changes 1/s,
/// waveform_length u/s, willison_amplitude a share of time; power u^2, bandwidth Hz, finsm5 Hz^-6.
inline constexpr std::size_t kIntervalColumns = 4;
inline constexpr std::array<std::string_view, 10> kAmplitudeColumns = {
    "rms_ci_low", "rms_ci_high",    "arv_ci_low",         "arv_ci_high",     "peak",
    "iemg",       "zero_crossings", "slope_sign_changes", "waveform_length", "willison_amplitude"};
inline constexpr std::array<std::string_view, 7> kSpectrumColumns = {"mdf_ci_low", "mdf_ci_high", "mnf_ci_low", "mnf_ci_high",
                                                                     "power",      "bandwidth",   "finsm5"};
constexpr std::span<const std::string_view> columns_of(WindowKind kind, FeatureSet set) noexcept {
  const std::span<const std::string_view> all = kind == WindowKind::amplitude ? std::span<const std::string_view>(kAmplitudeColumns)
                                                                              : std::span<const std::string_view>(kSpectrumColumns);
  return set == FeatureSet::all ? all : all.first(kIntervalColumns);
}

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
  std::span<const float> more;             ///< [columns_of(kind, set) x channels], one column after the other
  std::span<const Reason> reason;          ///< [channels] for all but active_fraction
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
  /// Ends of 95 % intervals, for a signal as strong as this one was from moment to moment.
  float rms_ci_low = kNoValue, rms_ci_high = kNoValue, arv_ci_low = kNoValue, arv_ci_high = kNoValue;
  float mdf_ci_low = kNoValue, mdf_ci_high = kNoValue, mnf_ci_low = kNoValue, mnf_ci_high = kNoValue;
  Reason amplitude_reason = Reason::ok;
  Reason spectrum_reason = Reason::ok;
  bool edited = false;  ///< its edges were given by a person
  EdgeReport edges{};
};

/// Measures of an activation, by the names they have in files and tables, in their order.
struct ActivationMeasure {
  const char* name;
  float Activation::*of;
};
inline constexpr std::array<ActivationMeasure, 15> kActivationMeasures = {{{"rms", &Activation::rms},
                                                                           {"arv", &Activation::arv},
                                                                           {"iemg", &Activation::iemg},
                                                                           {"peak", &Activation::peak},
                                                                           {"mdf_hz", &Activation::mdf_hz},
                                                                           {"mnf_hz", &Activation::mnf_hz},
                                                                           {"snr_db", &Activation::snr_db},
                                                                           {"rms_ci_low", &Activation::rms_ci_low},
                                                                           {"rms_ci_high", &Activation::rms_ci_high},
                                                                           {"arv_ci_low", &Activation::arv_ci_low},
                                                                           {"arv_ci_high", &Activation::arv_ci_high},
                                                                           {"mdf_ci_low", &Activation::mdf_ci_low},
                                                                           {"mdf_ci_high", &Activation::mdf_ci_high},
                                                                           {"mnf_ci_low", &Activation::mnf_ci_low},
                                                                           {"mnf_ci_high", &Activation::mnf_ci_high}}};
inline constexpr std::size_t kFirstActivationInterval = 7;  ///< measures from here on were appended to the table later

}  // namespace semg
