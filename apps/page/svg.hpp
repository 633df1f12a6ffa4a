// SPDX-License-Identifier: BSD-3-Clause
// Figures as SVG text: axes, lines, bands, points, bars. Looks are classes (`cls`), which the page's style sheet gives a colour and width.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace semg {

/// `text` for the inside of an element or a quoted attribute: & < > " ' are escaped, control characters dropped.
std::string escape_markup(std::string_view text);

struct Tick {
  double at = 0;
  std::string label;  ///< empty: a mark without a number
};

/// A stretch of values, with its ticks. The values of a decade axis are log10 of what its labels say.
struct Axis {
  double low = 0;
  double high = 1;
  std::vector<Tick> ticks;
};

/// Ticks at 1, 2 or 5 times a power of ten, `most` at the most; [low, high] stays as it is.
Axis linear_axis(double low, double high, int most);
/// The same, widened to the ticks around it: the first and last tick are the ends.
Axis rounded_axis(double low, double high, int most);
/// From and to a power of ten, ticks at each one; at `most` of them stands a number.
Axis decade_axis(double low, double high, int most);

/// A stretch along x, in values.
struct Span {
  double from = 0;
  double to = 0;
};

struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

/// One drawing. Coordinates are pixels of the page's figure width, one decimal; y points down.
class Svg {
 public:
  /// `title` is what a screen reader says.
  Svg(double width, double height, std::string_view title);

  void rect(const Box& box, std::string_view cls);
  void line(double x0, double y0, double x1, double y1, std::string_view cls);
  void circle(double x, double y, double radius, std::string_view cls);
  /// `d` as PathText gives it; nothing is drawn where it is empty.
  void path(std::string_view d, std::string_view cls);
  void text(double x, double y, std::string_view text, std::string_view cls);
  void vertical_text(double x, double y, std::string_view text, std::string_view cls);  ///< reads upwards

  /// The whole element. The drawing can go on afterwards.
  std::string str() const;

 private:
  std::string text_;
};

/// The `d` of a path, in steps of a tenth of a pixel from the point before: small, and without drift.
class PathText {
 public:
  void move(double x, double y);
  void line(double x, double y);
  void rect(const Box& box);
  const std::string& str() const noexcept { return text_; }

 private:
  void step(char command, double x, double y);

  std::string text_;
  long x_ = 0;  // tenths
  long y_ = 0;
};

/// A box of a drawing in which values have places: the axes of one panel. Whatever lies outside the box is cut at its edge.
class Panel {
 public:
  Panel(Svg& svg, const Box& box, Axis x, Axis y) : svg_(svg), box_(box), x_(std::move(x)), y_(std::move(y)) {}

  const Box& box() const noexcept { return box_; }
  double x_of(double value) const noexcept;
  double y_of(double value) const noexcept;

  // Axes: thin lines with ticks that point outwards.
  void bottom_axis(std::string_view label);
  void bottom_ticks();  ///< marks without numbers, where another panel below has the numbers
  void left_axis(std::string_view label);

  void line(std::span<const double> x, std::span<const double> y, std::string_view cls);  ///< NaN lifts the pen
  /// Lowest to highest value of each column, as one line; a column with low > high, or not finite, lifts the pen.
  void columns(std::span<const double> x, std::span<const double> low, std::span<const double> high, std::string_view cls);
  void points(std::span<const double> x, std::span<const double> y, double radius, std::string_view cls);
  void upright(double x, std::string_view cls);  ///< a vertical stroke through the whole height

  // Spans of x, each kind as one path. What lies outside is left out; what is nearer than a tenth of a pixel becomes one.
  void bands(std::span<const Span> spans, std::string_view cls);                                    ///< over the full height
  void bars(std::span<const Span> spans, double below_px, double height_px, std::string_view cls);  ///< under the box
  void levels(std::span<const Span> spans, std::span<const double> y, std::string_view cls);        ///< a horizontal stroke each; NaN: none

 private:
  void boxes(std::span<const Span> spans, double y, double height, std::string_view cls);

  Svg& svg_;
  Box box_;
  Axis x_;
  Axis y_;
};

}  // namespace semg
