// SPDX-License-Identifier: BSD-3-Clause
#include "apps/sensitivity.hpp"

#include <cmath>
#include <cstddef>
#include <exception>
#include <optional>

#include <fmt/format.h>

#include "apps/analysis_jobs.hpp"
#include "apps/frame_tables.hpp"
#include "apps/temporary_folder.hpp"
#include "io/features_file.hpp"
#include "io/table.hpp"

namespace semg {
namespace {

std::optional<double> difference(const SummaryRow& from, const SummaryRow& to) {
  if (!from.value || !to.value) return std::nullopt;
  return *to.value - *from.value;
}

std::optional<double> percent(const SummaryRow& from, const SummaryRow& to) {
  const auto by = difference(from, to);
  if (!by || *from.value == 0) return std::nullopt;
  return 100 * *by / std::abs(*from.value);
}

void write_rows(TableWriter& out, const Recording& recording, const std::vector<SummaryRow>& from, const std::vector<SummaryRow>& to,
                const std::string& alternative) {
  for (std::size_t k = 0; k < from.size(); ++k) {
    const SummaryRow& a = from[k];
    const SummaryRow& b = to[k];
    write_subject(out, recording, a.task, a.repetition, static_cast<std::size_t>(a.channel));
    out.text(a.feature).text(a.statistic).text(a.unit).text(alternative).number(a.value).number(b.value);
    out.number(difference(a, b)).number(percent(a, b)).text(to_string(a.reason)).text(to_string(b.reason)).end_row();
  }
}

std::string told(const SummaryRow& row) {
  return row.value ? fmt::format("{:.4g}", *row.value) : fmt::format("({})", to_string(row.reason));
}

std::string moved(const SummaryRow& from, const SummaryRow& to) {
  const auto by = percent(from, to);
  return told(to) + (by ? fmt::format(" {:+.1f} %", *by) : "");
}

/// Of the whole recording: tasks and repetitions are in the table.
void print(const FeaturesReader& reader, const std::vector<std::vector<SummaryRow>>& summaries,
           const std::vector<Alternative>& alternatives) {
  const Recording& recording = reader.head().recording;
  fmt::print("{}: how values move when one setting is another\n{:<16} {:<16} {:>14}", reader.head().recording_name, "muscle", "feature",
             "value");
  for (const Alternative& alternative : alternatives) fmt::print("   {:<36}", alternative.name);
  fmt::print("\n");
  for (std::size_t k = 0; k < summaries[0].size(); ++k) {
    const SummaryRow& row = summaries[0][k];
    if (!row.task.empty() || row.repetition != 0) continue;
    const Channel& channel = recording.stream.channels[static_cast<std::size_t>(row.channel)];
    const std::string muscle = channel.muscle + (channel.side == Side::none ? "" : std::string(" ") + to_string(channel.side));
    fmt::print("{:<16} {:<16} {:>14}", muscle, row.feature, told(row) + " " + row.unit);
    for (std::size_t a = 1; a < summaries.size(); ++a) fmt::print("   {:<36}", moved(row, summaries[a][k]));
    fmt::print("\n");
  }
}

}  // namespace

const TableDefinition& sensitivity_table() {
  static const TableDefinition table = {
      "sensitivity", with_subject({{"feature", "text", "", "", "as in summary.csv", "特征"},
                                   {"statistic", "text", "", "", "as in summary.csv", "统计量"},
                                   {"unit", "text", "", "", "unit of the values", "单位"},
                                   {"alternative", "text", "", "", "the one setting that is another", "替代设置"},
                                   {"value", "number", "", "", "the value with the settings of the analysis", "原设置下的数值"},
                                   {"alternative_value", "number", "", "", "the value with the alternative", "替代设置下的数值"},
                                   {"difference", "number", "", "", "alternative_value minus value", "差值"},
                                   {"difference_pct", "number", "%", "", "the difference over the value", "相对差值"},
                                   {"reason", "text", "", "", "why value is empty", "数值为空的原因"},
                                   {"alternative_reason", "text", "", "", "why alternative_value is empty", "替代数值为空的原因"}})};
  return table;
}

std::vector<Alternative> alternatives_to(const Settings& settings) {
  const Settings defaults;
  std::vector<Alternative> alternatives = {{.name = {}, .settings = settings}, {.name = {}, .settings = settings}};
  constexpr double kHigher_hz = 30;
  double& high_pass_hz = alternatives[0].settings.filter.high_pass_hz;
  high_pass_hz = settings.filter.high_pass_hz == kHigher_hz ? defaults.filter.high_pass_hz : kHigher_hz;
  alternatives[0].name = fmt::format("filter.high_pass_hz = {:g}", high_pass_hz);
  std::string& method = alternatives[1].settings.activation.method;
  method = settings.activation.method == "hodges_bui" ? defaults.activation.method : "hodges_bui";
  alternatives[1].name = "activation.method = " + method;
  return alternatives;
}

void tell_sensitivity(const std::vector<AnalysisRequest>& requests, int jobs, const std::filesystem::path& csv) {
  const TemporaryFolder folder;
  std::optional<TableWriter> table;
  if (!csv.empty()) table.emplace(csv, sensitivity_table());
  for (const AnalysisRequest& request : requests) {
    const std::vector<Alternative> alternatives = alternatives_to(request.settings);
    std::vector<AnalysisRequest> again;
    for (std::size_t k = 0; k < alternatives.size(); ++k) {
      again.push_back(request);
      again.back().features = folder.path() / fmt::format("{}.features.h5", k);
      again.back().settings = alternatives[k].settings;
    }
    for (const std::exception_ptr& failure : analyse_all(again, jobs)) {
      if (failure) std::rethrow_exception(failure);
    }
    const FeaturesReader reader(request.features);
    std::vector<std::vector<SummaryRow>> summaries = {reader.summary()};
    for (const AnalysisRequest& a : again) summaries.push_back(FeaturesReader(a.features).summary());
    for (std::size_t k = 0; table && k < alternatives.size(); ++k)
      write_rows(*table, reader.head().recording, summaries[0], summaries[k + 1], alternatives[k].name);
    print(reader, summaries, alternatives);
  }
  if (table) table->finish();
}

}  // namespace semg
