// SPDX-License-Identifier: BSD-3-Clause
// The detector that the settings name: the default or one of the published ones, behind one outside.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "dsp/activation/activation_detector.hpp"
#include "dsp/activation/activation_method.hpp"
#include "dsp/activation/named_detector.hpp"

namespace semg {

/// As ActivationDetector.
class ChosenDetector {
 public:
  ChosenDetector(ActivationMethod method, double fs_hz, Sos conditioning, double band_hz, ActivationRules rules,
                 std::vector<std::optional<RestReference>> rest)
      : detector_(method == ActivationMethod::first_departure
                      ? Either(std::in_place_type<ActivationDetector>, fs_hz, std::move(conditioning), band_hz, rules, std::move(rest))
                      : Either(std::in_place_type<NamedDetector>, method, fs_hz, rules, rest)) {}

  void set_rest(std::size_t channel, const RestReference& rest) noexcept {
    std::visit([&](auto& d) { d.set_rest(channel, rest); }, detector_);
  }
  void see(const Block& raw) noexcept {
    if (auto* d = std::get_if<ActivationDetector>(&detector_)) d->see(raw);  // the others look at the conditioned signal alone
  }
  void begin(std::int64_t first_row) noexcept {
    std::visit([&](auto& d) { d.begin(first_row); }, detector_);
  }
  void push(const Block& conditioned) noexcept {
    std::visit([&](auto& d) { d.push(conditioned); }, detector_);
  }
  void end() noexcept {
    std::visit([](auto& d) { d.end(); }, detector_);
  }
  std::optional<Active> take() noexcept {
    return std::visit([](auto& d) { return d.take(); }, detector_);
  }
  std::optional<Active> lasting(std::size_t channel) const noexcept {
    return std::visit([&](const auto& d) { return d.lasting(channel); }, detector_);
  }
  bool can_tell(std::size_t channel) const noexcept {
    return std::visit([&](const auto& d) { return d.can_tell(channel); }, detector_);
  }
  std::int64_t latency_rows() const noexcept {
    return std::visit([](const auto& d) { return d.latency_rows(); }, detector_);
  }

 private:
  using Either = std::variant<ActivationDetector, NamedDetector>;
  Either detector_;
};

}  // namespace semg
