// SPDX-License-Identifier: BSD-3-Clause
// What a study's report says in sentences, from its results.
#pragma once

#include <string>
#include <vector>

#include "apps/report/study_view.hpp"

namespace semg {

/// A heading and what is said under it.
struct Said {
  std::string about;
  std::vector<std::string> sentences;
};

/// Of the primary endpoint: how many changed, and in whom it could not be assessed.
std::vector<std::string> primary_sentences(const StudyView& view);
/// The first page: completeness, secondary endpoints, chance, day-to-day variation, what to check, what to know.
std::vector<Said> summary_sentences(const StudyView& view);
/// What a person has to look at: a recording that cannot be right. One sentence each; the same about several muscles is said once.
std::vector<std::string> suspicion_sentences(const StudyView& view);
/// What differs between recordings that were compared, or not, for it.
std::vector<std::string> difference_sentences(const StudyView& view);
/// Where the raw value rose and the one in % of maximal contraction did not.
std::vector<std::string> disagreement_sentences(const StudyView& view);
/// Of each visit that is not as planned, why.
std::vector<std::string> completeness_sentences(const StudyView& view);
/// One paragraph, ready to be taken over.
std::string methods_paragraph(const StudyView& view);

}  // namespace semg
