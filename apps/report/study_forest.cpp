// SPDX-License-Identifier: BSD-3-Clause
// Changes in rows: grey what days differ by, thin what a visit varies in itself, a mark for the verdict.
#include <algorithm>
#include <cmath>

#include "apps/report/study_figures.hpp"

namespace semg {
namespace {

constexpr double kGap = 28, kRowPx = 19, kHeadPx = 24;

/// Changes and limits; thin bars as far as they do not dwarf these.
Axis shared_axis(const std::vector<ForestColumn>& columns, const ComparedFeature& feature, int most) {
  double low = 0, high = 0;
  const auto see = [&](std::optional<double> value, double reach_low, double reach_high) {
    if (!value || !std::isfinite(*value)) return;
    low = std::min(low, std::max(*value, reach_low));
    high = std::max(high, std::min(*value, reach_high));
  };
  constexpr double kAll = 1e300;
  for (const ForestColumn& column : columns) {
    for (const ForestRow& row : column.rows) {
      if (row.cell == nullptr || !row.cell->change) continue;
      see(row.cell->change, -kAll, kAll);
      if (!row.cell->mdc) continue;
      see(*row.cell->mdc, -kAll, kAll);
      see(-*row.cell->mdc, -kAll, kAll);
    }
  }
  const double reach = 0.35 * std::max(high - low, 1e-6), from = low - reach, to = high + reach;
  for (const ForestColumn& column : columns) {
    for (const ForestRow& row : column.rows) {
      if (row.cell == nullptr || !row.cell->change) continue;
      see(row.cell->within_low, from, to);
      see(row.cell->within_high, from, to);
    }
  }
  if (low == high) low = -0.5, high = 0.5;
  const double air = 0.05 * (high - low);
  return change_axis(feature, low - air, high + air, most);
}

}  // namespace

std::string forest(const StudyView& view, const std::vector<ForestColumn>& columns, const ComparedFeature& feature,
                   std::string_view title) {
  if (columns.empty()) return "";
  std::size_t rows = 0, longest = 0;
  std::string unit;
  for (const ForestColumn& column : columns) {
    rows = std::max(rows, column.rows.size());
    for (const ForestRow& row : column.rows) {
      longest = std::max(longest, row.label.size());
      if (row.cell != nullptr && unit.empty()) unit = row.cell->unit;
    }
  }
  const double label_px = std::clamp(12 + 6.8 * static_cast<double>(longest), 44.0, 190.0);
  const bool labels_once = columns.size() > 1;
  const double width =
      (kStudyFigureWidth - label_px - 8 - kGap * static_cast<double>(columns.size() - 1)) / static_cast<double>(columns.size());
  const Axis x = shared_axis(columns, feature, std::max(3, static_cast<int>(width / 55)));
  const double plot = kRowPx * static_cast<double>(rows);
  Svg svg(kStudyFigureWidth, kHeadPx + plot + 40, title);
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const ForestColumn& column = columns[c];
    const Box box{label_px + (width + kGap) * static_cast<double>(c), kHeadPx, width, plot};
    Panel panel(svg, box, x, {0, 1, {}});
    const auto place = [&](double value) { return std::clamp(panel.x_of(value), box.x, box.x + box.width); };
    svg.text(box.x, 13, column.title, "name");
    PathText bands, thin;
    for (std::size_t r = 0; r < column.rows.size(); ++r) {
      const ForestRow& row = column.rows[r];
      const double y = kHeadPx + kRowPx * (static_cast<double>(r) + 0.5);
      if (c == 0 || !labels_once) svg.text(0, y + 4, row.label, "");
      if (row.cell == nullptr || !row.cell->change || !std::isfinite(*row.cell->change)) continue;
      if (row.cell->mdc && std::isfinite(*row.cell->mdc)) {
        const double from = place(-*row.cell->mdc);
        bands.rect({from, y - 6, place(*row.cell->mdc) - from, 12});
      }
      if (!row.cell->within_low || !row.cell->within_high) continue;
      if (!std::isfinite(*row.cell->within_low) || !std::isfinite(*row.cell->within_high)) continue;
      thin.move(place(*row.cell->within_low), y);
      thin.line(place(*row.cell->within_high), y);
    }
    svg.path(bands.str(), "mdc");
    svg.line(panel.x_of(0), kHeadPx, panel.x_of(0), kHeadPx + plot, "baseline");
    svg.path(thin.str(), "spread");
    for (std::size_t r = 0; r < column.rows.size(); ++r) {
      const ChangeCell* cell = column.rows[r].cell;
      if (cell == nullptr) continue;
      const double y = kHeadPx + kRowPx * (static_cast<double>(r) + 0.5);
      const Shape shape = shape_of(*cell);
      const bool placed = cell->change && std::isfinite(*cell->change) && (has_verdict(*cell) || shape == Shape::square);
      const double at = placed ? place(*cell->change) : box.x + box.width - 7;
      if (placed && view.out_of_window(cell->participant, cell->visit)) {
        draw_hollow(svg, at, y, shape);
      } else {
        draw_filled(svg, at, y, shape);
      }
    }
    panel.bottom_axis(change_axis_label(feature, unit));
  }
  return svg.str();
}

}  // namespace semg
