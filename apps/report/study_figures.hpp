// SPDX-License-Identifier: BSD-3-Clause
// The figures of a study's report, each one SVG element. What a shape says stands in `marks_legend`.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "apps/page/svg.hpp"
#include "apps/report/study_view.hpp"

namespace semg {

inline constexpr double kStudyFigureWidth = 820;  ///< px; a printed page makes 182 mm of it

/// As a verdict is drawn: up and down triangle, dot, square (a change, but nothing to hold it against), cross, struck circle, dash.
enum class Shape { up, down, dot, square, cross, struck, dash };
Shape shape_of(const ChangeCell& cell) noexcept;
/// Filled, or hollow: recorded outside the window.
void draw_filled(Svg& svg, double x, double y, Shape shape);
void draw_hollow(Svg& svg, double x, double y, Shape shape);
/// The shape as text, for tables: "▲".
std::string_view shape_text(Shape shape) noexcept;

/// How a visit stands, as the grid draws it and as it says it.
void draw_state(Svg& svg, double x, double y, VisitState::Kind kind);
std::string_view state_words(VisitState::Kind kind) noexcept;

/// Marks, bars and bands with their words, as HTML.
std::string marks_legend();
std::string verdict_legend();  ///< marks alone
std::string grid_legend();

/// Participants x visits, from participant `first` and visit `first_visit` on: one shape for each, and the day after the anchor.
struct GridPart {
  int first = 0, participants = 0, first_visit = 0, visits = 0;
};
std::string completeness_grid(const StudyView& view, const GridPart& part);

/// One panel for each place: the change from the baseline visit by visit, on one scale for all of them.
struct TrajectoryPlace {
  int participant = 0;
  Measure measure;
  std::string title;
  std::string short_title = {};  ///< where there is no room for the title
};
std::size_t most_trajectories(const StudyView& view);  ///< in one figure, so that it fits on a printed page
std::string trajectories(const StudyView& view, const std::vector<TrajectoryPlace>& places, std::string_view title);

/// Changes beside each other, a row each: bars and limits. Columns stand side by side on one scale.
struct ForestRow {
  std::string label;
  const ChangeCell* cell = nullptr;
};
struct ForestColumn {
  std::string title;
  std::vector<ForestRow> rows;
};
std::string forest(const StudyView& view, const std::vector<ForestColumn>& columns, const ComparedFeature& feature, std::string_view title);

/// Ticks of a change: factors for logarithms, else differences.
Axis change_axis(const ComparedFeature& feature, double low, double high, int most);
std::string change_axis_label(const ComparedFeature& feature, std::string_view unit);

}  // namespace semg
