// SPDX-License-Identifier: BSD-3-Clause
// A table of a page, row by row.
#pragma once

#include <string>
#include <string_view>

#include "apps/page/svg.hpp"

namespace semg {

/// Rows as they are made; text is escaped here, but for raw().
class HtmlTable {
 public:
  HtmlTable(std::string_view title, std::string_view words) {
    html_ =
        "<div class=\"wide\"><table>\n<caption><b>" + escape_markup(title) + ".</b> " + escape_markup(words) + "</caption>\n<thead><tr>";
  }

  void head(std::string_view text) { html_ += "<th scope=\"col\">" + escape_markup(text) + "</th>"; }
  void number_head(std::string_view text, std::string_view below) {
    html_ += "<th scope=\"col\" class=\"n\">" + escape_markup(text);
    if (!below.empty()) html_ += "<small>" + escape_markup(below) + "</small>";
    html_ += "</th>";
  }
  void body() { html_ += "</tr></thead>\n<tbody>\n"; }
  void row() { html_ += "<tr>"; }
  void end_row() { html_ += "</tr>\n"; }
  void cell(std::string_view text) { html_ += "<td>" + escape_markup(text) + "</td>"; }
  void number(std::string_view text) { html_ += "<td class=\"n\">" + escape_markup(text) + "</td>"; }
  void raw(std::string_view markup) { html_ += markup; }
  std::string str() const { return html_ + "</tbody></table></div>\n"; }

 private:
  std::string html_;
};

}  // namespace semg
