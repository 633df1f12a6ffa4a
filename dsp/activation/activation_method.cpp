// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/activation/activation_method.hpp"

#include <algorithm>

#include "dsp/activation/aglr_step.hpp"
#include "dsp/activation/bonato.hpp"
#include "dsp/activation/hodges_bui.hpp"
#include "dsp/activation/lidierth.hpp"
#include "dsp/activation/tkeo.hpp"

namespace semg {

const std::vector<std::string>& activation_method_names() {
  static const std::vector<std::string> names = {"first_departure", "hodges_bui", "bonato", "lidierth", "tkeo", "aglr_step"};
  return names;
}

const std::string& to_string(ActivationMethod method) {
  return activation_method_names()[static_cast<std::size_t>(method)];
}

std::optional<ActivationMethod> activation_method_from(const std::string& name) {
  const auto& names = activation_method_names();
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<ActivationMethod>(at - names.begin());
}

std::vector<MethodParameter> parameters_of(ActivationMethod method) {
  switch (method) {
    case ActivationMethod::first_departure: break;
    case ActivationMethod::hodges_bui: {
      const HodgesBuiRule rule;
      return {{"low_pass_hz", rule.low_pass_hz}, {"window_s", rule.window_s}, {"spreads", rule.spreads}};
    }
    case ActivationMethod::bonato: {
      const BonatoRule rule;
      return {
          {"whitening_order", kWhiteningOrder},
          {"false_alarm_probability", rule.false_alarm_probability},
          {"at_least", static_cast<double>(rule.at_least)},
          {"of", static_cast<double>(rule.of)},
          {"threshold_over_variance", threshold_for_crossing(crossing_probability(rule.false_alarm_probability, rule.at_least, rule.of))},
          {"least_s", rule.least_s}};
    }
    case ActivationMethod::lidierth: {
      const LidierthRule rule;
      return {{"window_s", rule.window_s}, {"spreads", rule.spreads}, {"least_s", rule.least_s}, {"gap_s", rule.gap_s}};
    }
    case ActivationMethod::tkeo: {
      const TkeoRule rule;
      return {{"low_pass_hz", rule.low_pass_hz}, {"spreads", rule.spreads}, {"least_s", rule.least_s}};
    }
    case ActivationMethod::aglr_step: {
      const AglrStepRule rule;
      return {{"whitening_order", kWhiteningOrder},
              {"window_s", rule.window_s},
              {"threshold", rule.threshold},
              {"least_s", rule.least_s},
              {"look_back_s", rule.look_back_s}};
    }
  }
  return {};
}

}  // namespace semg
