// SPDX-License-Identifier: BSD-3-Clause
#include "engine/study/reasons.hpp"

namespace semg {

bool Reasons::refuses() const noexcept {
  for (const StudyReason reason :
       {StudyReason::different_settings, StudyReason::different_band, StudyReason::different_unit, StudyReason::different_rest,
        StudyReason::duplicate_recording, StudyReason::unit_jump, StudyReason::collapsed_channel, StudyReason::exchanged_sides}) {
    if (has(reason)) return true;
  }
  return false;
}

std::string Reasons::text() const {
  std::string text;
  const auto add = [&](std::string_view word) { text.append(text.empty() ? "" : ";").append(word); };
  for (std::size_t k = 0; k < kStudyReasonWords.size(); ++k) {
    if (has(static_cast<StudyReason>(k))) add(kStudyReasonWords[k]);
  }
  for (std::size_t k = 1; k < kReasonWords.size(); ++k) {
    if (has(static_cast<Reason>(k))) add(kReasonWords[k]);
  }
  return text;
}

}  // namespace semg
