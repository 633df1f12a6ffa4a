// SPDX-License-Identifier: BSD-3-Clause
#include "apps/page/readable.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace semg {
namespace {

constexpr std::string_view kDash = "\u2013";
constexpr std::string_view kMinus = "\u2212";
constexpr std::string_view kThinSpace = "\u2009";
constexpr std::string_view kFixedSpace = "\u00a0";

std::string with_thin_spaces(std::string digits) {
  if (digits.size() < 5) return digits;  // four digits read well as they are
  for (auto at = digits.size(); at > 3;) digits.insert(at -= 3, kThinSpace);
  return digits;
}

struct Words {
  std::string_view name;
  std::string_view words;
};

constexpr std::array kFeatures = {
    Words{"rms_active", "RMS, active"},
    Words{"rms_rest", "RMS, rest"},
    Words{"arv_active", "ARV, active"},
    Words{"iemg_active", "iEMG, active"},
    Words{"mdf_active", "MDF, active"},
    Words{"mnf_active", "MNF, active"},
    Words{"rms", "RMS"},
    Words{"arv", "ARV"},
    Words{"mdf", "MDF"},
    Words{"mnf", "MNF"},
    Words{"activation_count", "Activations"},
    Words{"duration", "Duration"},
    Words{"active_fraction", "Active share"},
    Words{"mdf_slope", "MDF slope"},
    Words{"snr", "SNR"},
};

constexpr std::array<std::string_view, kReasonWords.size()> kReasons = {
    "valid",
    "rows are missing",
    "samples are not finite numbers",
    "the filter was settling",
    "the signal is flat",
    "the signal is clipped",
    "samples are repeated",
    "the input is an envelope, which has no EMG spectrum",
    "the rate is too low for the EMG band",
    "mains hum is too strong",
    "too little above rest",
    "no rest level is known",
    "too short",
    "the same samples as another channel",
    "no activation in it",
    "no unit: the measure has a threshold in microvolts",
    "longer than a cycle of one movement",
};

}  // namespace

std::string readable_number(std::optional<double> value) {
  if (!value || !std::isfinite(*value)) return std::string(kDash);
  const double size = std::fabs(*value);
  if (size == 0) return "0";
  const std::string sign = *value < 0 ? std::string(kMinus) : "";
  // Rounded to three digits first: 99.96 is 100, with no decimal.
  const std::string rounded = fmt::format("{:.2e}", size);
  const auto e = rounded.find('e');
  const int power = std::stoi(rounded.substr(e + 1));
  if (power >= 9 || power < -4) return sign + rounded.substr(0, e) + "\u00a0×\u00a0" + power_of_ten(power);
  const int decimals = std::clamp(2 - power, 0, 6);
  std::string text = fmt::format("{:.{}f}", size, decimals);
  if (std::nearbyint(size) == size && text.find('.') != std::string::npos) text.erase(text.find('.'));
  return sign + (decimals == 0 ? with_thin_spaces(text) : text);
}

std::string power_of_ten(int power) {
  static constexpr std::array<std::string_view, 10> kRaised = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = power < 0 ? "10⁻" : "10";
  for (const char digit : std::to_string(std::abs(power))) text += kRaised[static_cast<std::size_t>(digit - '0')];
  return text;
}

std::string readable_count(std::int64_t count) {
  return count < 0 ? std::string(kMinus) + with_thin_spaces(std::to_string(count).substr(1)) : with_thin_spaces(std::to_string(count));
}

std::string readable_unit(std::string_view unit) {
  if (unit == "1") return "";
  std::string text(unit);
  if (text.starts_with("uV")) text.replace(0, 1, "µ");
  if (const auto space = text.find(' '); space != std::string::npos) text.replace(space, 1, kFixedSpace);
  if (const auto square = text.find("^2"); square != std::string::npos) text.replace(square, 2, "²");
  return text;
}

std::string readable_quantity(std::optional<double> value, std::string_view unit) {
  const std::string number = readable_number(value);
  const std::string words = readable_unit(unit);
  return words.empty() || number == kDash ? number : number + std::string(kFixedSpace) + words;
}

std::string readable_duration(double seconds) {
  if (!std::isfinite(seconds)) return std::string(kDash);
  if (seconds < 120) return readable_quantity(seconds, "s");
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  const auto hours = whole / 3600;
  if (hours == 0) return fmt::format("{}\u00a0min {:02}\u00a0s", whole / 60, whole % 60);
  return fmt::format("{}\u00a0h {:02}\u00a0min {:02}\u00a0s", hours, whole / 60 % 60, whole % 60);
}

std::string_view readable_reason(Reason reason) noexcept {
  return kReasons[static_cast<std::size_t>(reason)];
}

std::string readable_feature(std::string_view feature) {
  const auto known = std::find_if(kFeatures.begin(), kFeatures.end(), [&](const Words& words) { return words.name == feature; });
  if (known != kFeatures.end()) return std::string(known->words);
  std::string text(feature);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string readable_muscle(const Channel& channel) {
  std::string name = channel.muscle.empty() ? channel.label : channel.muscle;
  if (channel.side != Side::none) name += std::string(", ") + to_string(channel.side);
  return name;
}

}  // namespace semg
