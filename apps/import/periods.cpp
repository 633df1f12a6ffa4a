// SPDX-License-Identifier: BSD-3-Clause
#include "apps/import/periods.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "apps/import/channel_choice.hpp"
#include "dsp/error.hpp"
#include "io/formats/text_cells.hpp"
#include "io/formats/text_lines.hpp"

namespace semg {
namespace {

constexpr std::size_t kMaxPeriods = 100000;

std::int64_t row_at(double t_s, const RecordingSpan& span) {
  return std::llround(t_s * span.fs_hz);
}

void check_task(const std::string& task, const std::string& where) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
  if (task.empty() || std::any_of(task.begin(), task.end(), control))
    throw Error(Fault::data, where + ": task: found none, expected a word such as rest or mvc");
}

// The n-th time a task is done is its repetition n.
class Repetitions {
 public:
  int next(const std::string& task) { return ++done_[task]; }

 private:
  std::map<std::string, int> done_;
};

struct PeriodTable {
  std::size_t start, stop, task;
  std::size_t repetition;  // beyond the last cell where the table has none
};

PeriodTable columns_of(std::string_view header, const std::string& name) {
  std::vector<std::string_view> cells;
  split_cells(header, ',', cells);
  const auto at = [&](std::string_view word) {
    return static_cast<std::size_t>(std::find(cells.begin(), cells.end(), word) - cells.begin());
  };
  for (const auto cell : cells) {
    if (cell != "t_start_s" && cell != "t_stop_s" && cell != "task" && cell != "repetition") {
      throw Error(Fault::data, fmt::format("{}: line 1: found {}, expected t_start_s,t_stop_s,task,repetition", name, cell));
    }
  }
  const PeriodTable table{at("t_start_s"), at("t_stop_s"), at("task"), at("repetition")};
  if (std::max({table.start, table.stop, table.task}) >= cells.size()) {
    throw Error(Fault::data, name + ": line 1: found no column of that name, expected t_start_s,t_stop_s,task,repetition");
  }
  return table;
}

/// `LEFT[=RIGHT]`, split at the last `=`; a known text that holds one wins.
struct Named {
  std::string left;
  std::optional<std::string> right;
};
Named named_from(const std::string& text, const std::set<std::string>& known) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string::npos || known.contains(text)) return {text, std::nullopt};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

}  // namespace

std::vector<Period> periods_of_table(const std::filesystem::path& path, const RecordingSpan& span) {
  const std::string name = path.filename().string();
  if (!std::filesystem::is_regular_file(path)) throw Error(Fault::no_input, name + ": no such file");
  TextLines lines(path, text_encoding_of(path));
  std::string_view line;
  if (!lines.next(line)) throw Error(Fault::data, name + ": found no line, expected t_start_s,t_stop_s,task,repetition");
  const PeriodTable table = columns_of(line, name);

  std::vector<Period> periods;
  std::vector<std::string_view> cells;
  for (int number = 2; lines.next(line); ++number) {
    if (trimmed(line).empty()) continue;
    const std::string where = fmt::format("{}: line {}", name, number);
    split_cells(line, ',', cells);
    const auto cell = [&](std::size_t i) { return i < cells.size() ? cells[i] : std::string_view(); };
    double start = 0, stop = 0, repetition = 0;
    if (read_cell(cell(table.start), '.', start) != CellKind::number)
      throw Error(Fault::data, where + ": t_start_s: found no number, expected seconds");
    if (read_cell(cell(table.stop), '.', stop) != CellKind::number)
      throw Error(Fault::data, where + ": t_stop_s: found no number, expected seconds");
    if (!cell(table.repetition).empty() && (read_cell(cell(table.repetition), '.', repetition) != CellKind::number || repetition < 0 ||
                                            repetition > 1e6 || repetition != std::floor(repetition))) {
      throw Error(Fault::data, fmt::format("{}: repetition: found {}, expected a whole number", where, cell(table.repetition)));
    }
    const double end_s = static_cast<double>(span.rows) / span.fs_hz;
    if (!(start >= 0)) throw Error(Fault::data, fmt::format("{}: t_start_s: found {:g}, expected 0 or later", where, start));
    if (!(stop <= end_s + 0.5 / span.fs_hz))
      throw Error(Fault::data,
                  fmt::format("{}: t_stop_s: found {:g}, expected at most {:.10g}, where the recording ends", where, stop, end_s));
    Period period{row_at(start, span), 0, std::string(cell(table.task)), static_cast<int>(repetition)};
    period.rows = std::min(row_at(stop, span), span.rows) - period.first_row;
    if (period.rows <= 0)
      throw Error(Fault::data, fmt::format("{}: t_stop_s: found {:g}, expected above t_start_s {:g}", where, stop, start));
    check_task(period.task, where);
    if (!periods.empty() && period.first_row < periods.back().first_row + periods.back().rows) {
      throw Error(Fault::data, fmt::format("{}: t_start_s: found {:g}, expected {:.10g} or later, where the period before it ends", where,
                                           start, static_cast<double>(periods.back().first_row + periods.back().rows) / span.fs_hz));
    }
    if (periods.size() >= kMaxPeriods) throw Error(Fault::data, fmt::format("{}: found more than {} periods", name, kMaxPeriods));
    periods.push_back(std::move(period));
  }
  return periods;
}

std::vector<Period> periods_of_events(const std::vector<Event>& events, const std::vector<std::string>& wanted, const RecordingSpan& span,
                                      const std::string& file) {
  std::set<std::string> texts;
  for (const Event& event : events) texts.insert(event.text);
  std::map<std::string, std::string> task_of;  // annotation -> task; empty where it only ends
  for (const std::string& text : wanted) {
    const Named named = named_from(text, texts);
    if (!texts.contains(named.left)) {
      std::string list;
      std::size_t listed = 0;
      for (auto it = texts.begin(); it != texts.end() && listed < 12; ++it, ++listed) list += (listed == 0 ? "" : ", ") + *it;
      throw Error(Fault::usage, fmt::format("{}: --period-events: found {}, expected one of the annotations {}", file, named.left,
                                            list.empty() ? "(there are none)" : list));
    }
    task_of[named.left] = named.right.value_or(named.left);
  }
  std::vector<Event> ordered = events;
  std::stable_sort(ordered.begin(), ordered.end(), [](const Event& a, const Event& b) { return a.t_s < b.t_s; });
  std::erase_if(ordered, [&](const Event& e) { return !task_of.contains(e.text); });

  std::vector<Period> periods;
  Repetitions repetitions;
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    const std::string& task = task_of.at(ordered[i].text);
    std::int64_t stop = i + 1 < ordered.size() ? row_at(ordered[i + 1].t_s, span) : span.rows;
    if (ordered[i].duration_s > 0) stop = std::min(stop, row_at(ordered[i].t_s + ordered[i].duration_s, span));
    const std::int64_t start = std::max<std::int64_t>(row_at(ordered[i].t_s, span), 0);
    stop = std::min(stop, span.rows);
    if (task.empty() || stop <= start) continue;
    periods.push_back({start, stop - start, task, repetitions.next(task)});
  }
  return periods;
}

std::vector<Period> periods_of_trigger(SignalFile& source, const std::string& wanted, const RecordingSpan& span, const std::string& file) {
  std::set<std::string> labels;
  for (const ForeignChannel& channel : source.channels) labels.insert(channel.label);
  const Named named = named_from(wanted, labels);
  const auto choice = find_channel(named.left, "", Side::none, source.channels, file);
  if (!choice || choice->minus) throw_unknown_channel("--period-trigger", named.left, source.channels, file);
  const ForeignChannel& channel = source.channels[choice->plus];
  if (channel.fs_hz > 0 && std::abs(channel.fs_hz - span.fs_hz) > 0.005 * span.fs_hz) {
    throw Error(Fault::data, fmt::format("{}: --period-trigger: found {} at {:g} Hz, expected {:g} Hz as the recording", file,
                                         channel.label, channel.fs_hz, span.fs_hz));
  }
  std::vector<Period> periods;
  Repetitions repetitions;
  std::vector<double> values(4096);
  const std::int64_t rows = std::min(span.rows, channel.rows);
  double level = 0;
  std::int64_t since = 0;
  const auto end_stretch = [&](std::int64_t row) {
    if (level == 0 || row <= since) return;
    const std::string task = named.right.value_or(fmt::format("{} {:g}", channel.label, level));
    if (periods.size() >= kMaxPeriods)
      throw Error(Fault::data, fmt::format("{}: --period-trigger: found more than {} periods in {}", file, kMaxPeriods, channel.label));
    periods.push_back({since, row - since, task, repetitions.next(task)});
  };
  for (std::int64_t first = 0; first < rows; first += static_cast<std::int64_t>(values.size())) {
    const auto count = static_cast<std::size_t>(std::min<std::int64_t>(rows - first, static_cast<std::int64_t>(values.size())));
    source.read(choice->plus, first, std::span(values).first(count));
    for (std::size_t r = 0; r < count; ++r) {
      const double value = std::isfinite(values[r]) ? values[r] : 0;
      if (value == level) continue;
      const std::int64_t row = first + static_cast<std::int64_t>(r);
      end_stretch(row);
      level = value;
      since = row;
    }
  }
  end_stretch(rows);
  return periods;
}

std::vector<Period> periods_for(SignalFile& source, const ImportSettings& settings, const RecordingSpan& span, const std::string& file) {
  const int asked = (settings.task.empty() ? 0 : 1) + (settings.periods.empty() ? 0 : 1) + (settings.period_events.empty() ? 0 : 1) +
                    (settings.period_trigger.empty() ? 0 : 1);
  if (asked > 1)
    throw Error(Fault::usage,
                "--task, --periods, --period-events and --period-trigger: found more than one, expected one way to cut the recording");
  if (!settings.task.empty()) {
    check_task(settings.task, "--task");
    return {{0, span.rows, settings.task, settings.repetition}};
  }
  if (!settings.periods.empty()) return periods_of_table(settings.periods, span);
  if (!settings.period_events.empty()) return periods_of_events(source.events, settings.period_events, span, file);
  if (!settings.period_trigger.empty()) return periods_of_trigger(source, settings.period_trigger, span, file);
  return {};
}

}  // namespace semg
