// SPDX-License-Identifier: BSD-3-Clause
#include "engine/study/session.hpp"

#include <cmath>
#include <set>

namespace semg {

const char* to_string(Observations::Of of) noexcept {
  switch (of) {
    case Observations::Of::repetitions: return "repetitions";
    case Observations::Of::activations: return "activations";
    case Observations::Of::epochs: return "epochs";
  }
  return "";
}

std::string tasks_of(const Session& session) {
  std::set<std::string> tasks;
  for (const SessionChannel& channel : session.channels) {
    for (const SessionTask& task : channel.tasks) tasks.insert(task.id);
  }
  std::string text;
  for (const std::string& task : tasks) text += task + '\n';
  return text;
}

BandShape band_shape(const std::vector<double>& density, double bin_hz, double highest_hz) {
  std::array<double, BandShape::kOctaves> power{};
  for (std::size_t k = 0; k < density.size(); ++k) {
    const double f_hz = static_cast<double>(k) * bin_hz;
    for (std::size_t octave = 0; octave < power.size(); ++octave) {
      if (f_hz >= BandShape::kEdgesHz[octave] && f_hz < BandShape::kEdgesHz[octave + 1]) power[octave] += density[k];
    }
  }
  constexpr std::size_t kMiddle = 2;
  BandShape shape;
  for (std::size_t octave = 0; octave < power.size(); ++octave) {
    if (power[octave] > 0 && power[kMiddle] > 0 && BandShape::kEdgesHz[octave + 1] <= highest_hz)
      shape.db[octave] = 10 * std::log10(power[octave] / power[kMiddle]);
  }
  return shape;
}

}  // namespace semg
