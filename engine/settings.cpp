// SPDX-License-Identifier: BSD-3-Clause
#include "engine/settings.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <sstream>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include "dsp/activation/activation_method.hpp"
#include "dsp/error.hpp"
#include "engine/cycles/cue.hpp"
#include "engine/nearest_word.hpp"

namespace semg {
namespace {

/// One key: where it lives in the struct and what it may be. The list below is the whole file format.
using LabelPairs = std::vector<std::pair<std::string, std::string>>;
struct Key {
  const char* table;
  const char* name;
  std::variant<double*, int*, std::string*, std::pair<double*, double*>, LabelPairs*> place;
  double low = 0, high = 0;
  std::vector<std::string> words{};  ///< allowed ones; none: any text
};

std::vector<Key> keys_of(Settings& s) {
  constexpr double kAny = std::numeric_limits<double>::max();
  return {
      {"filter", "high_pass_hz", &s.filter.high_pass_hz, 0.1, kAny},
      {"filter", "low_pass_hz", &s.filter.low_pass_hz, 1, kAny},
      {"filter", "order", &s.filter.order, 1, 20},
      {"filter", "passes", &s.filter.passes, 0, 0, {"forward", "forward_backward"}},
      {"filter", "line", &s.filter.line, 0, 0, {"off", "subtract"}},
      {"filter", "line_hz", &s.filter.line_hz, 0, 60},
      {"amplitude", "window_s", &s.amplitude.window_s, 0.005, 3600},
      {"amplitude", "hop_s", &s.amplitude.hop_s, 0.001, 3600},
      {"spectrum", "window_s", &s.spectrum.window_s, 0.05, 3600},
      {"spectrum", "hop_s", &s.spectrum.hop_s, 0.001, 3600},
      {"spectrum", "segment_s", &s.spectrum.segment_s, 0.01, 60},
      {"spectrum", "band_hz", std::pair{&s.spectrum.low_hz, &s.spectrum.high_hz}, 0.1, kAny},
      {"activation", "method", &s.activation.method, 0, 0, activation_method_names()},
      {"activation", "min_on_s", &s.activation.min_on_s, 0.001, 10},
      {"activation", "min_off_s", &s.activation.min_off_s, 0.001, 0.6},
      {"quality", "clipped_share", &s.quality.clipped_share, 0, 1},
      {"quality", "line_db", &s.quality.line_db, -100, 100},
      {"quality", "snr_db", &s.quality.snr_db, -100, 100},
      {"time_domain", "level_uv", &s.time_domain.level_uv, 0, 1e6},
      {"time_domain", "slope_uv_per_s", &s.time_domain.slope_uv_per_s, 0, 1e9},
      {"time_domain", "steep_uv_per_s", &s.time_domain.steep_uv_per_s, 0, 1e9},
      {"cycles", "from", &s.cycles.from},
      {"cycles", "envelope_hz", &s.cycles.envelope_hz, 0.5, 100},
      {"pairs", "antagonists", &s.pairs.antagonists},
      {"pairs", "reference", &s.pairs.reference},
      {"latency", "from", &s.latency.from},
  };
}

std::string number(double value) {
  const std::string text = fmt::format("{:.9g}", value);
  return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

std::string value_of(const Key& key) {
  struct Print {
    std::string operator()(const double* v) const { return number(*v); }
    std::string operator()(const int* v) const { return std::to_string(*v); }
    std::string operator()(const std::string* v) const { return toml_text(*v); }
    std::string operator()(const std::pair<double*, double*>& v) const { return "[" + number(*v.first) + ", " + number(*v.second) + "]"; }
    std::string operator()(const LabelPairs* v) const {
      std::string text;
      for (const auto& [a, b] : *v) text += fmt::format("{}[{}, {}]", text.empty() ? "" : ", ", toml_text(a), toml_text(b));
      return "[" + text + "]";
    }
  };
  return std::visit(Print{}, key.place);
}

class Reader {
 public:
  Reader(std::string file, const Key& key) : file_(std::move(file)), key_(key) {}

  void take(const toml::node& node) const {
    if (auto* const* text = std::get_if<std::string*>(&key_.place)) {
      const auto found = node.value<std::string>();
      const bool is_known = key_.words.empty() || std::find(key_.words.begin(), key_.words.end(), found.value_or("")) != key_.words.end();
      if (!found || !is_known) fail(found ? '"' + *found + '"' : "something else", words_expected(found.value_or("")));
      **text = *found;
    } else if (auto* const* pairs = std::get_if<LabelPairs*>(&key_.place)) {
      take_pairs(node, **pairs);
    } else if (auto* const* whole = std::get_if<int*>(&key_.place)) {
      const auto found = node.value<std::int64_t>();
      if (!found || !node.is_integer()) fail("something else", "a whole number");
      **whole = static_cast<int>(in_range(static_cast<double>(*found)));
    } else if (auto* const* real = std::get_if<double*>(&key_.place)) {
      **real = in_range(real_of(node));
    } else {
      const auto& [low, high] = std::get<std::pair<double*, double*>>(key_.place);
      const auto* pair = node.as_array();
      if (pair == nullptr || pair->size() != 2) fail("something else", "two numbers, [lower, upper]");
      *low = in_range(real_of((*pair)[0]));
      *high = in_range(real_of((*pair)[1]));
      if (!(*low < *high)) fail(value_of(key_), "the lower edge first");
    }
  }

 private:
  /// All of them, and where there are many, the one that was probably meant.
  std::string words_expected(const std::string& found) const {
    if (key_.words.empty()) return "a text";
    if (key_.words.size() <= 2) return fmt::format("\"{}\"", fmt::join(key_.words, "\" or \""));
    return fmt::format("one of {}; did you mean \"{}\"?", fmt::join(key_.words, ", "), nearest_word(found, key_.words));
  }
  void take_pairs(const toml::node& node, LabelPairs& pairs) const {
    const auto* list = node.as_array();
    if (list == nullptr) fail("something else", R"(pairs of channels, [["A", "B"], ...])");
    for (const toml::node& item : *list) {
      const auto* pair = item.as_array();
      const bool two = pair != nullptr && pair->size() == 2 && (*pair)[0].is_string() && (*pair)[1].is_string();
      if (!two) fail("something else", R"(pairs of channels, [["A", "B"], ...])");
      pairs.emplace_back(*(*pair)[0].value<std::string>(), *(*pair)[1].value<std::string>());
    }
  }
  double real_of(const toml::node& node) const {
    const auto found = node.value<double>();
    if (!found || !node.is_number()) fail("something else", "a number");
    return *found;
  }
  double in_range(double value) const {
    if (!(value >= key_.low && value <= key_.high)) fail(number(value), fmt::format("{:g} to {:g}", key_.low, key_.high));
    return value;
  }
  [[noreturn]] void fail(const std::string& found, const std::string& expected) const {
    throw Error(Fault::usage, fmt::format("{}: {}.{}: found {}, expected {}", file_, key_.table, key_.name, found, expected));
  }
  std::string file_;
  const Key& key_;
};

/// Tables of what is measured only where it is asked for: they are not in the canonical text as long as they say nothing.
bool says_nothing(const std::string& table, const Settings& s) {
  return (table == "cycles" && s.cycles == CyclesSettings{}) || (table == "pairs" && s.pairs == PairsSettings{}) ||
         (table == "latency" && s.latency == LatencySettings{});
}

/// What one key alone cannot tell.
void check_together(const Settings& s, const std::string& name) {
  const auto refuse = [&](const std::string& words) { throw Error(Fault::usage, name + ": " + words); };
  if (s.filter.line_hz != 0 && s.filter.line_hz != 50 && s.filter.line_hz != 60)
    refuse(fmt::format("filter.line_hz: found {:g}, expected 50, 60 or 0 for either", s.filter.line_hz));
  if (s.filter.line != "off" && s.filter.line_hz == 0)
    refuse("filter.line_hz: found 0, expected 50 or 60: what is to be subtracted is stated");
  for (const auto& [key, word] : {std::pair{"cycles.from", s.cycles.from}, {"latency.from", s.latency.from}}) {
    if (!word.empty() && !cue_from(word))
      refuse(fmt::format("{}: found {}, expected \"event:TEXT\" or \"activation:CHANNEL\"", key, toml_text(word)));
  }
  if (s.cycles.from.empty() && s.cycles != CyclesSettings{})
    refuse("cycles.from: found none, expected what begins a cycle, \"event:TEXT\" or \"activation:CHANNEL\"");
  if (!s.cycles.from.empty() && (s.filter.passes != "forward" || s.filter.line != "off"))
    refuse(
        "cycles: found filter.passes or filter.line that read ahead, expected \"forward\" and \"off\": cycles are measured on the causal "
        "filter");
  if (s.pairs == PairsSettings{}) return;
  if (s.cycles.from.empty()) refuse("pairs: found no cycles.from, expected what begins a cycle: co-contraction is told of each cycle");
  if (s.pairs.antagonists.empty()) refuse("pairs.antagonists: found none, expected pairs of channels, [[\"A\", \"B\"], ...]");
  if (s.pairs.reference.empty())
    refuse("pairs.reference: found none, expected the task in which each muscle contracts to its reference, such as \"mvc\"");
  for (std::size_t k = 0; k < s.pairs.antagonists.size(); ++k) {
    const auto& [agonist, antagonist] = s.pairs.antagonists[k];
    if (agonist == antagonist) refuse(fmt::format("pairs.antagonists: found {} with itself, expected two channels", toml_text(agonist)));
    for (std::size_t j = 0; j < k; ++j) {
      if (s.pairs.antagonists[j].first == agonist)
        refuse(fmt::format("pairs.antagonists: found {} first in two pairs, expected it so in one", toml_text(agonist)));
    }
  }
}

}  // namespace

Settings settings_from_toml(const std::string& text, const std::string& name) {
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error& e) {
    throw Error(Fault::usage, fmt::format("{}: line {}: {}", name, e.source().begin.line, e.description()));
  }
  Settings settings;
  std::vector<Key> keys = keys_of(settings);
  std::vector<std::string> known;
  for (const Key& key : keys) known.push_back(fmt::format("{}.{}", key.table, key.name));
  for (const auto& [table_name, table_node] : root) {
    const std::string table(table_name.str());
    const auto* table_of_keys = table_node.as_table();
    if (table_of_keys == nullptr) {
      throw Error(Fault::usage, fmt::format("{}: {}: found an unknown key, expected one of {}", name, table, nearest_word(table, known)));
    }
    for (const auto& [key_name, node] : *table_of_keys) {
      const std::string full = table + "." + std::string(key_name.str());
      const auto at = std::find(known.begin(), known.end(), full);
      if (at == known.end()) {
        throw Error(Fault::usage, fmt::format("{}: {}: found an unknown key, did you mean {}?", name, full, nearest_word(full, known)));
      }
      Reader(name, keys[static_cast<std::size_t>(at - known.begin())]).take(node);
    }
  }
  check_together(settings, name);
  return settings;
}

std::string toml_text(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string canonical_toml(const Settings& settings) {
  Settings copy = settings;
  std::string text;
  std::string table;
  for (const Key& key : keys_of(copy)) {
    if (says_nothing(key.table, settings)) continue;
    if (table != key.table) {
      text += fmt::format("{}[{}]\n", table.empty() ? "" : "\n", key.table);
      table = key.table;
    }
    text += fmt::format("{} = {}\n", key.name, value_of(key));
  }
  return text;
}

std::vector<std::string> differing_keys(const Settings& a, const Settings& b) {
  Settings left = a;
  Settings right = b;
  const auto keys_left = keys_of(left);
  const auto keys_right = keys_of(right);
  std::vector<std::string> out;
  for (std::size_t k = 0; k < keys_left.size(); ++k) {
    const std::string x = value_of(keys_left[k]);
    const std::string y = value_of(keys_right[k]);
    if (x != y) out.push_back(fmt::format("{}.{}: {} and {}", keys_left[k].table, keys_left[k].name, x, y));
  }
  return out;
}

}  // namespace semg
