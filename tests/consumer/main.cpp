// SPDX-License-Identifier: BSD-3-Clause
// A device's callback pushes blocks through filter, RMS, activation and envelope. Once all is made, nothing is allocated.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>

#include "counted_new.hpp"
#include "dsp/activation/activation_detector.hpp"
#include "dsp/activation/rest_survey.hpp"
#include "dsp/amplitude/amplitude.hpp"
#include "dsp/amplitude/envelope.hpp"
#include "dsp/filters/butterworth.hpp"
#include "dsp/filters/sos_filter.hpp"

namespace {

constexpr double kFs_hz = 2000, kBand_hz = 980;

/// Stands for a device: noise of 2 uV, and of 100 uV while the muscle is active, from row 8192 to 12288. Calls back every 64 rows.
void listen(std::int64_t rows, const std::function<void(semg::Block&)>& callback) {
  std::mt19937 random(1);
  std::normal_distribution<float> noise;
  semg::Block block(1, 64);
  block.resize(64);
  for (block.first = 0; block.first < rows; block.first += 64) {
    const float rms_uv = block.first >= 8192 && block.first < 12288 ? 100.0F : 2.0F;
    for (float& x : block.samples()) x = rms_uv * noise(random);
    callback(block);
  }
}

}  // namespace

int main() {
  const semg::Sos conditioning = semg::butterworth(semg::HighPass{.order = 2, .cutoff_hz = 20}, kFs_hz);
  semg::SosFilter filter(conditioning, 1);
  semg::RestSurvey survey(kFs_hz, 1, kBand_hz, 0);
  listen(4096, [&](semg::Block& block) {  // what rest is, before anything is called active
    filter.process(block);
    survey.push(block);
  });

  semg::ActivationDetector detector(kFs_hz, conditioning, kBand_hz, {}, {survey.from_rest(0)});
  semg::Envelope envelope(kFs_hz, 1);
  semg::AmplitudeSums sums;
  semg::Active active;
  float highest = 0;
  long made = 0;
  filter.reset();
  detector.begin(0);
  listen(20480, [&](semg::Block& block) {
    if (block.first == 0) made = allocations();
    detector.see(block);
    filter.process(block);
    for (const float x : block.samples()) sums.add(x);
    detector.push(block);
    while (const auto found = detector.take()) active = *found;
    envelope.process(block);
    for (const float x : block.samples()) highest = std::fmax(highest, x);
  });
  const long while_running = allocations() - made;

  std::printf("RMS %.1f uV, envelope up to %.1f uV, active from row %lld to %lld; %ld allocations to make it, %ld while running\n",
              sums.rms(), static_cast<double>(highest), static_cast<long long>(active.onset_row), static_cast<long long>(active.offset_row),
              made, while_running);
  const bool right =
      std::llabs(active.onset_row - 8192) < 50 && std::llabs(active.offset_row - 12288) < 100 && std::fabs(sums.rms() - 44) < 3;
  return right && highest > 70 && made > 0 && while_running == 0 ? 0 : 1;
}
