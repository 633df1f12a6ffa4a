// SPDX-License-Identifier: BSD-3-Clause
#include "apps/import/plan.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "apps/import/channel_choice.hpp"
#include "apps/import/channel_map.hpp"
#include "apps/import/units.hpp"
#include "dsp/error.hpp"
#include "io/formats/voltage_unit.hpp"

namespace semg {
namespace {

constexpr double kRateTolerance = 0.005;
constexpr double kMaxRate = 1e6;
constexpr std::size_t kMaxChannels = 4096;

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) text += (i == 0 ? "" : ", ") + words[i];
  return text;
}

// What is stated wins over what the file says.
void state_electrodes(ChannelChoice& choice, std::optional<double> ied_mm, const std::string& reference) {
  if (ied_mm) choice.ied_mm = ied_mm;
  if (!reference.empty()) choice.reference = reference;
}

std::vector<ChannelChoice> choices_of_map(const ImportSettings& settings, const SignalFile& source, const std::string& file,
                                          std::vector<ForeignWarning>& warnings) {
  std::vector<ChannelChoice> choices;
  std::vector<std::string> absent;
  const std::vector<MappedChannel> map = read_channel_map(settings.channel_map);
  for (const MappedChannel& entry : map) {
    if (auto choice = find_channel(entry.source, entry.muscle, entry.side, source.channels, file)) {
      state_electrodes(*choice, settings.ied_mm, settings.reference);
      state_electrodes(*choice, entry.ied_mm, entry.reference);
      choices.push_back(*choice);
    } else {
      absent.push_back(entry.source);
    }
  }
  // A map serves many files; one that serves none of this file's channels is a mistake.
  if (choices.empty()) throw_unknown_channel("--channels", absent.front(), source.channels, file);
  if (!absent.empty()) warnings.push_back({"channel_map", "", "not in this file: " + joined(absent)});
  return choices;
}

std::vector<ChannelChoice> all_signals(const SignalFile& source, const std::string& file) {
  std::vector<ChannelChoice> choices;
  std::vector<std::string> labels;
  for (std::size_t i = 0; i < source.channels.size(); ++i) {
    const ForeignChannel& channel = source.channels[i];
    labels.push_back(channel.label);
    if (channel.signal) choices.push_back(channel_as_it_is(i, channel));
  }
  if (choices.empty())
    throw Error(Fault::data, file + ": channels: found no muscle signal, expected --channel with one of " + joined(labels));
  return choices;
}

std::vector<std::size_t> parents_of(const std::vector<ChannelChoice>& choices) {
  std::set<std::size_t> parents;
  for (const ChannelChoice& choice : choices) {
    parents.insert(choice.plus);
    if (choice.minus) parents.insert(*choice.minus);
  }
  return {parents.begin(), parents.end()};
}

void check_one_device(const SignalFile& source, const std::vector<std::size_t>& parents, const std::string& file) {
  std::set<std::string> devices;
  for (const std::size_t p : parents) devices.insert(source.channels[p].device);
  if (devices.size() > 1) {
    throw Error(Fault::data,
                fmt::format("{}: device: found {}, expected one; choose it with --device", file, joined({devices.begin(), devices.end()})));
  }
}

// What a file says of its unit stands before what is said of all files, not before what is said of this one.
AskedUnit asked_unit(const SignalFile& source, const std::vector<std::size_t>& parents, const ImportSettings& settings) {
  const bool said =
      std::all_of(parents.begin(), parents.end(), [&](std::size_t p) { return microvolts_per(source.channels[p].unit).has_value(); });
  return asked_unit_from(settings.unit.empty() && !said ? settings.unit_otherwise : settings.unit);
}

// A rate that was vouched for holds against all that the file says of it.
void check_expected_rate(const SignalFile& source, double fs_hz, const StatedRate& expected, const std::string& file) {
  const auto refuse = [&](const std::string& found) {
    throw Error(Fault::data, fmt::format("{}: sampling rate: {}, expected {:.10g} Hz as {} says", file, found, expected.hz, expected.by));
  };
  if (fs_hz > 0 && std::abs(fs_hz - expected.hz) > kRateTolerance * expected.hz) refuse(fmt::format("found {:.10g} Hz", fs_hz));
  for (const ForeignWarning& warning : source.warnings) {  // a reader's own find: "found 500 Hz by column t, taken as ..."
    if (warning.code == "rate_contradicts") refuse(warning.text.substr(0, warning.text.find(", taken as")));
  }
}

double settle_rate(const SignalFile& source, const std::vector<std::size_t>& parents, const ImportSettings& settings,
                   const std::string& file, std::vector<ForeignWarning>& warnings) {
  std::map<double, std::vector<std::string>> rates;
  for (const std::size_t p : parents) rates[source.channels[p].fs_hz].push_back(source.channels[p].label);
  if (rates.size() > 1) {
    std::string found;
    for (const auto& [rate, labels] : rates) {
      found +=
          (found.empty() ? "" : " and ") + (rate > 0 ? fmt::format("{:.10g} Hz", rate) : std::string("none")) + " (" + joined(labels) + ")";
    }
    throw Error(Fault::data, fmt::format("{}: sampling rate: found {}, expected one; leave channels out with --channel", file, found));
  }
  double fs_hz = rates.begin()->first;
  if (settings.fs_hz) {
    const double chosen = *settings.fs_hz;
    if (!(chosen > 0) || chosen > kMaxRate)
      throw Error(Fault::usage, fmt::format("--fs: found {:g}, expected a rate above 0 and up to {:g} Hz", chosen, kMaxRate));
    if (fs_hz > 0 && std::abs(fs_hz - chosen) > kRateTolerance * chosen) {
      const auto told = [](const ForeignWarning& w) { return w.code == "rate_contradicts"; };
      if (std::none_of(source.warnings.begin(), source.warnings.end(), told)) {
        warnings.push_back(
            {"rate_contradicts", "", fmt::format("found {:.10g} Hz in the file, taken as {:.10g} Hz as stated", fs_hz, chosen)});
      }
    }
    fs_hz = chosen;
  }
  if (settings.expected_rate) {
    check_expected_rate(source, fs_hz, *settings.expected_rate, file);
    if (fs_hz == 0) fs_hz = settings.expected_rate->hz;
  }
  if (fs_hz == 0) throw Error(Fault::data, file + ": sampling rate: found none, expected --fs HZ");
  if (!(fs_hz > 0) || fs_hz > kMaxRate)
    throw Error(Fault::data,
                fmt::format("{}: sampling rate: found {:g} Hz, expected one above 0 and up to {:g} Hz", file, fs_hz, kMaxRate));
  return fs_hz;
}

}  // namespace

void choose_columns(SignalFile& source, const std::vector<std::string>& columns, const std::string& file) {
  if (columns.empty()) return;
  for (ForeignChannel& channel : source.channels) channel.signal = false;
  const std::vector<ForeignChannel> before = source.channels;
  for (const std::string& text : columns) {
    const auto named = [&](const std::string& name) {
      return std::find_if(before.begin(), before.end(), [&](const ForeignChannel& c) { return c.label == name; });
    };
    std::string name = text, label;
    const std::size_t equals = text.rfind('=');
    if (equals != std::string::npos && named(text) == before.end()) {
      name = text.substr(0, equals);
      label = text.substr(equals + 1);
    }
    auto found = named(name);
    std::size_t number = 0;
    const auto [end, fault] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (found == before.end() && fault == std::errc() && end == name.data() + name.size() && number >= 1 && number <= before.size()) {
      found = before.begin() + static_cast<std::ptrdiff_t>(number) - 1;
    }
    if (found == before.end()) {
      throw Error(Fault::usage, fmt::format("{}: --column: found {}, expected 1 to {} or a column's name", file, name, before.size()));
    }
    ForeignChannel& chosen = source.channels[static_cast<std::size_t>(found - before.begin())];
    chosen.signal = true;
    if (!label.empty()) chosen.label = label;
  }
  std::set<std::string> labels;
  for (const ForeignChannel& channel : source.channels) {
    if (!labels.insert(channel.label).second)
      throw Error(Fault::usage, fmt::format("{}: --column: found the label {} twice, expected one of each", file, channel.label));
  }
}

ImportPlan plan_import(const SignalFile& source, const ImportSettings& settings, const std::string& file) {
  ImportPlan plan;
  std::vector<ChannelChoice> choices;
  if (!settings.channels.empty()) {
    for (const std::string& text : settings.channels) choices.push_back(channel_choice_from(text, source.channels, file));
    for (ChannelChoice& choice : choices) state_electrodes(choice, settings.ied_mm, settings.reference);
  } else if (!settings.channel_map.empty()) {
    choices = choices_of_map(settings, source, file, plan.warnings);
  } else {
    choices = all_signals(source, file);
    for (ChannelChoice& choice : choices) state_electrodes(choice, settings.ied_mm, settings.reference);
  }
  if (choices.size() > kMaxChannels)
    throw Error(Fault::data, fmt::format("{}: channels: found {}, expected at most {}", file, choices.size(), kMaxChannels));
  std::set<std::string> labels;
  for (const ChannelChoice& choice : choices) {
    if (!labels.insert(choice.label).second)
      throw Error(Fault::usage, fmt::format("{}: --channel: found {} twice, expected each once", file, choice.label));
  }

  const std::vector<std::size_t> parents = parents_of(choices);
  check_one_device(source, parents, file);
  plan.fs_hz = settle_rate(source, parents, settings, file, plan.warnings);

  plan.rows = source.channels[parents.front()].rows;
  std::int64_t longest = 0;
  for (const std::size_t p : parents) {
    plan.rows = std::min(plan.rows, source.channels[p].rows);
    longest = std::max(longest, source.channels[p].rows);
  }
  if (plan.rows <= 0) throw Error(Fault::data, file + ": samples: found none, expected at least one row");
  if (longest > plan.rows) {
    plan.rows_left_out = true;
    plan.warnings.push_back(
        {"unequal_ends", "",
         fmt::format("channels end at different rows: the last {} of {} rows are left out", longest - plan.rows, longest)});
  }

  const AskedUnit asked = asked_unit(source, parents, settings);
  plan.unit = asked.arbitrary ? Unit::arbitrary : Unit::microvolt;
  std::map<std::size_t, ScaledTerm> terms;
  plan.whole = true;
  for (const std::size_t p : parents) {
    const auto& entry = terms.emplace(p, scaled_term(source.channels[p], p, asked, file, plan.warnings)).first->second;
    plan.whole = plan.whole && source.channels[p].integer && entry.conversion == terms.begin()->second.conversion;
  }
  plan.conversion = plan.whole ? terms.begin()->second.conversion : plan.unit == Unit::microvolt ? 1e-6 : 1.0;

  for (const ChannelChoice& choice : choices) {
    PlannedChannel planned;
    planned.plus = terms.at(choice.plus).term;
    planned.channel.label = choice.label;
    planned.channel.muscle = choice.muscle;
    planned.channel.side = choice.side;
    planned.channel.unit = plan.unit;
    planned.channel.ied_mm = choice.ied_mm;
    planned.channel.reference = choice.reference;
    // Whole numbers that came in by chance ("2" among millivolts) are no converter's steps.
    const bool steps = source.channels[choice.plus].integer && (plan.whole || planned.plus.rail_low || planned.plus.rail_high);
    if (choice.minus) {
      planned.minus = terms.at(*choice.minus).term;
      if (steps && source.channels[*choice.minus].integer && planned.minus->scale == planned.plus.scale)
        planned.channel.lsb = planned.plus.scale;
    } else {
      if (steps) planned.channel.lsb = planned.plus.scale;
      const auto rail = [&](std::optional<double> count) -> std::optional<double> {
        if (!count) return std::nullopt;
        return static_cast<double>(plan.whole ? static_cast<float>((*count + planned.plus.shift) * plan.unit_per_count())
                                              : static_cast<float>(*count * planned.plus.scale + planned.plus.offset));
      };
      planned.channel.rail_low = rail(planned.plus.rail_low);
      planned.channel.rail_high = rail(planned.plus.rail_high);
    }
    plan.channels.push_back(std::move(planned));
  }
  return plan;
}

}  // namespace semg
