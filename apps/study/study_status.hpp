// SPDX-License-Identifier: BSD-3-Clause
// What a study wants, what is there, what is still open.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/study/results.hpp"

namespace semg {

/// Something that a person has to look at.
struct OpenItem {
  std::string participant_id, visit_id, recording;  ///< empty: not about one
  std::string text;
};

struct StudyStatus {
  Study study;
  std::vector<Session> sessions;
  std::vector<VisitState> visits;  ///< [participants x visits]
  std::vector<OpenItem> open;      ///< by participant and visit, then by recording
  std::vector<OpenItem> excluded;  ///< settled by a person: who and why

  int present(int participant) const;  ///< visits with a recording; -1: of all participants
  int usable(int participant) const;   ///< usable or partly
};

/// Reads heads only. Throws as read_study().
StudyStatus look_at_study(const std::filesystem::path& study_toml);

std::string status_text(const StudyStatus& status);
std::string status_json(const StudyStatus& status);

}  // namespace semg
