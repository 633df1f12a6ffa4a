// SPDX-License-Identifier: BSD-3-Clause
// Which visits there are.
#include <algorithm>

#include "apps/page/readable.hpp"
#include "apps/report/study_figures.hpp"

namespace semg {
namespace {

constexpr double kLeft = 86, kRowPx = 26, kMostColumnPx = 110;
constexpr double kBoldPx = 8.6;  // a letter of a visit's name, at the most

}  // namespace

void draw_state(Svg& svg, double x, double y, VisitState::Kind kind) {
  using State = VisitState::Kind;
  constexpr double r = 4.6;
  PathText d;
  switch (kind) {
    case State::usable: svg.circle(x, y, r, "mk usable"); return;
    case State::partly:
      svg.circle(x, y, r, "mk hollow usable");
      d.rect({x - r, y - r * 0.6, r, r * 1.2});
      svg.path(d.str(), "mk usable");
      return;
    case State::out_of_window: svg.circle(x, y, r, "mk hollow usable"); return;
    case State::not_usable: draw_filled(svg, x, y, Shape::cross); return;
    case State::excluded: draw_filled(svg, x, y, Shape::struck); return;
    case State::missing: draw_filled(svg, x, y, Shape::dash); return;
  }
}

std::string_view state_words(VisitState::Kind kind) noexcept {
  using State = VisitState::Kind;
  switch (kind) {
    case State::usable: return "usable";
    case State::partly: return "partly usable";
    case State::out_of_window: return "outside its window";
    case State::not_usable: return "not usable";
    case State::excluded: return "excluded";
    case State::missing: return "missing";
  }
  return "";
}

std::string completeness_grid(const StudyView& view, const GridPart& part) {
  const double column = std::min(kMostColumnPx, (kStudyFigureWidth - kLeft) / std::max(part.visits, 1));
  const bool narrow = column < 40;
  std::size_t longest = 0;
  for (int v = 0; v < part.visits; ++v) longest = std::max(longest, view.visit(part.first_visit + v).size());
  const bool upright = kBoldPx * static_cast<double>(longest) > column - 3;
  const double head = upright ? 12 + 6.2 * static_cast<double>(std::min<std::size_t>(longest, 20)) : 22;
  const bool days = std::any_of(view.results.visits.begin(), view.results.visits.end(),
                                [](const VisitState& s) { return s.days_after_anchor.has_value(); });
  const bool below = narrow && days;  // the day stands under its mark
  const double row_px = below ? kRowPx + 8 : kRowPx;
  Svg svg(kStudyFigureWidth, head + row_px * part.participants + 6, "Participants by visits: how each visit stands");
  for (int v = 0; v < part.visits; ++v) {
    const double x = kLeft + column * (v + 0.5);
    if (upright) {
      svg.vertical_text(x + 4, head - 5, view.visit(part.first_visit + v), "");
    } else {
      svg.text(x, head - 8, view.visit(part.first_visit + v), "mid name");
    }
  }
  for (int p = 0; p < part.participants; ++p) {
    const double top = head + row_px * p;
    svg.line(0, top, kLeft + column * part.visits, top, "hair");
    svg.text(0, top + (below ? 15 : row_px / 2 + 4), view.participant(part.first + p), "name");
    for (int v = 0; v < part.visits; ++v) {
      const VisitState* state = view.state(part.first + p, part.first_visit + v);
      const double x = kLeft + column * (v + 0.5);
      if (state == nullptr) continue;
      const std::string day = state->days_after_anchor ? readable_count(*state->days_after_anchor) : "";
      if (below) {
        draw_state(svg, x, top + 11, state->kind);
        svg.text(x, top + row_px - 5, day, "mid small none");
      } else {
        draw_state(svg, x - (day.empty() ? 0 : 13), top + row_px / 2, state->kind);
        svg.text(x - 4, top + row_px / 2 + 4, day, "small none");
      }
    }
  }
  return svg.str();
}

}  // namespace semg
