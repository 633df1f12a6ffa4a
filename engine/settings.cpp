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
#include "engine/nearest_word.hpp"

namespace semg {
namespace {

/// One key: where it lives in the struct and what it may be. The list below is the whole file format.
struct Key {
  const char* table;
  const char* name;
  std::variant<double*, int*, std::string*, std::pair<double*, double*>> place;
  double low = 0, high = 0;
  std::vector<std::string> words{};  ///< allowed ones
};

std::vector<Key> keys_of(Settings& s) {
  constexpr double kAny = std::numeric_limits<double>::max();
  return {
      {"filter", "high_pass_hz", &s.filter.high_pass_hz, 0.1, kAny},
      {"filter", "low_pass_hz", &s.filter.low_pass_hz, 1, kAny},
      {"filter", "order", &s.filter.order, 1, 20},
      {"filter", "line", &s.filter.line, 0, 0, {"off"}},
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
    std::string operator()(const std::string* v) const { return '"' + *v + '"'; }
    std::string operator()(const std::pair<double*, double*>& v) const { return "[" + number(*v.first) + ", " + number(*v.second) + "]"; }
  };
  return std::visit(Print{}, key.place);
}

class Reader {
 public:
  Reader(std::string file, const Key& key) : file_(std::move(file)), key_(key) {}

  void take(const toml::node& node) const {
    if (auto* const* text = std::get_if<std::string*>(&key_.place)) {
      const auto found = node.value<std::string>();
      if (!found || std::find(key_.words.begin(), key_.words.end(), *found) == key_.words.end())
        fail(found ? '"' + *found + '"' : "something else", words_expected(found.value_or("")));
      **text = *found;
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
  /// All of them, and where there are several, the one that was probably meant.
  std::string words_expected(const std::string& found) const {
    if (key_.words.size() == 1) return fmt::format("\"{}\"", key_.words[0]);
    return fmt::format("one of {}; did you mean \"{}\"?", fmt::join(key_.words, ", "), nearest_word(found, key_.words));
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
  if (settings.filter.line_hz != 0 && settings.filter.line_hz != 50 && settings.filter.line_hz != 60) {
    throw Error(Fault::usage,
                fmt::format("{}: filter.line_hz: found {:g}, expected 50, 60 or 0 for either", name, settings.filter.line_hz));
  }
  return settings;
}

std::string canonical_toml(const Settings& settings) {
  Settings copy = settings;
  std::string text;
  std::string table;
  for (const Key& key : keys_of(copy)) {
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
