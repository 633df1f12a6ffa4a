// SPDX-License-Identifier: BSD-3-Clause
#include "apps/report/study_report_html.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "apps/page/readable.hpp"
#include "apps/page/svg.hpp"

namespace semg {
namespace {

constexpr std::size_t kMostSentences = 60;

}  // namespace

std::string element(std::string_view tag, std::string_view text) {
  return fmt::format("<{0}>{1}</{0}>\n", tag, escape_markup(text));
}

std::string heading(std::string_view id, std::string_view words) {
  return fmt::format("<h2 id=\"{}\">{}</h2>\n", id, escape_markup(words));
}

std::string bullet_list(const std::vector<std::string>& sentences, std::string_view rest) {
  if (sentences.empty()) return "";
  std::string html = "<ul class=\"plain\">\n";
  for (std::size_t k = 0; k < std::min(sentences.size(), kMostSentences); ++k) html += element("li", sentences[k]);
  if (sentences.size() > kMostSentences)
    html += element("li", fmt::format("{} more {}.", readable_count(static_cast<std::int64_t>(sentences.size() - kMostSentences)), rest));
  return html + "</ul>\n";
}

std::string details(std::string_view summary, const std::string& html) {
  if (html.empty()) return "";
  return "<details><summary>" + escape_markup(summary) + "</summary>\n" + html + "</details>\n";
}

std::string as_sentence(const std::string& text) {
  return text.empty() ? ""
                      : static_cast<char>(text.front() >= 'a' && text.front() <= 'z' ? text.front() - 32 : text.front()) + text.substr(1);
}

}  // namespace semg
