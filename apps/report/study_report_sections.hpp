// SPDX-License-Identifier: BSD-3-Clause
// The sections of a study's report that hold figures.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apps/report/study_figures.hpp"
#include "apps/report/study_view.hpp"

namespace semg {

/// Figures are numbered in the order in which the sections are made.
class FigureSections {
 public:
  explicit FigureSections(const StudyView& view) : view_(view) {}  ///< which must outlive it

  std::string completeness();
  std::string primary();
  std::string secondary();
  std::string participants();  ///< empty where the primary feature is measured of one muscle and side only

 private:
  std::string figure(const std::string& svg, std::string_view title, std::string_view words, std::string_view csv);
  std::string limits_words(const Measure& measure) const;
  std::vector<std::vector<ForestColumn>> forest_parts(const NamedMeasure& endpoint) const;
  std::string participant_words(int participant) const;

  const StudyView& view_;
  int figures_ = 0;
};

}  // namespace semg
