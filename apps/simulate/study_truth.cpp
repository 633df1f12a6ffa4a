// SPDX-License-Identifier: BSD-3-Clause
#include "apps/simulate/study_truth.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <optional>

#include "apps/study/study_tables.hpp"
#include "engine/chain.hpp"
#include "engine/simulation/simulated_spectrum.hpp"
#include "engine/study/planned_cells.hpp"
#include "io/table.hpp"

namespace semg {
namespace {

/// What a channel of one visit holds in one task.
struct TrueSignal {
  double ln_rms = 0;  // of the muscle after the chain
  double mdf_hz = 0;  // of muscle and floor after the chain, within its band
};

class Truth {
 public:
  Truth(const std::filesystem::path& folder, const SimulatedStudy& simulated)
      : simulated_(simulated), study_(simulated.study()), plan_(study_.plan), out_(folder, table()) {
    const std::size_t visits = plan_.visits.size(), tasks = plan_.tasks.size(), channels = simulated.channels().size();
    signals_.resize(study_.participants.size() * visits * tasks * channels);
    for (std::size_t v = 0; v < visits; ++v) {
      if (plan_.visits[v].role == VisitRole::baseline) baselines_.push_back(static_cast<int>(v));
    }
    for (std::size_t p = 0; p < study_.participants.size(); ++p) {
      for (std::size_t v = 0; v < visits; ++v) take_visit(static_cast<int>(p), static_cast<int>(v));
    }
  }

  void write() {
    for (std::size_t p = 0; p < study_.participants.size(); ++p) {
      for (std::size_t v = 0; v < plan_.visits.size(); ++v) {
        if (plan_.visits[v].role == VisitRole::baseline) continue;
        for (const PlannedCell& cell : planned_cells(study_, static_cast<int>(p), static_cast<int>(v)))
          write_row(cell.place, *cell.feature, cell.view);
      }
    }
    out_.finish();
  }

 private:
  static TableDefinition table() {
    TableDefinition definition = changes_table();
    definition.name = "truth";
    definition.columns.push_back({"effect", "number", "", "", "", ""});
    return definition;
  }

  std::size_t index(int p, int v, int t, std::size_t c) const {
    const std::size_t visits = plan_.visits.size(), tasks = plan_.tasks.size();
    return ((static_cast<std::size_t>(p) * visits + static_cast<std::size_t>(v)) * tasks + static_cast<std::size_t>(t)) *
               simulated_.channels().size() +
           c;
  }

  void take_visit(int p, int v) {
    const double fs_hz = simulated_.fs_hz(p, v);
    const Chain chain = chain_for(plan_.analysis, fs_hz);
    for (std::size_t c = 0; c < simulated_.channels().size(); ++c) {
      const NoiseDensity muscle(shape_of_mdf(simulated_.mdf_hz(p, v, c), fs_hz), fs_hz);
      const auto gain = [&](double f_hz) { return std::norm(response_at(chain.sos, f_hz, fs_hz)); };
      const double kept = spectrum_moments([&](double f) { return muscle(f) * gain(f); }, 0, fs_hz / 2).power;
      const double floor = SimulatedStudy::kFloorUv * SimulatedStudy::kFloorUv / (fs_hz / 2);
      for (std::size_t t = 0; t < plan_.tasks.size(); ++t) {
        if (plan_.tasks[t].kind == TaskKind::rest) continue;
        const int task = static_cast<int>(t);
        const double ln_level = simulated_.ln_level(p, v, c, task);
        const double power = std::exp(2 * ln_level);
        const auto all = [&](double f) { return (power * muscle(f) + floor) * gain(f); };
        signals_[index(p, v, task, c)] = {.ln_rms = ln_level + std::log(kept) / 2,
                                          .mdf_hz = spectrum_moments(all, chain.band_low_hz, chain.band_high_hz).mdf_hz};
      }
    }
  }

  std::size_t channel(const CellPlace& cell) const { return static_cast<std::size_t>(simulated_.channel_of(cell.muscle, cell.side)); }
  static CellPlace other_side(CellPlace cell) {
    cell.side = cell.side == Side::left ? Side::right : Side::left;
    return cell;
  }
  /// The task that gives the muscle's reference.
  CellPlace maximal(CellPlace cell) const {
    const std::string& muscle = plan_.muscles[static_cast<std::size_t>(cell.muscle)].id;
    for (std::size_t t = 0; t < plan_.tasks.size(); ++t) {
      const auto& given = plan_.tasks[t].reference_for;
      if (std::find(given.begin(), given.end(), muscle) != given.end()) cell.task = static_cast<int>(t);
    }
    return cell;
  }

  /// On the scale of the change.
  double value(const CellPlace& cell, const ComparedFeature& feature, View view) const {
    const TrueSignal& signal = signals_[index(cell.participant, cell.visit, cell.task, channel(cell))];
    if (feature.spectral) return feature.name == "mdf_slope" ? 0 : signal.mdf_hz;
    if (!feature.amplitude) return SimulatedStudy::kBurstS;
    if (view == View::mvc) return signal.ln_rms - value(maximal(cell), feature, View::raw);
    if (view == View::paretic_ratio) return signal.ln_rms - value(other_side(cell), feature, View::raw);
    return signal.ln_rms;
  }
  double effect(const CellPlace& cell, const ComparedFeature& feature, View view) const {
    if (feature.spectral) return feature.name == "mdf_slope" ? 0 : simulated_.mdf_effect_hz(cell.participant, cell.visit, channel(cell));
    if (!feature.amplitude) return 0;
    const double raw = simulated_.ln_effect(cell.participant, cell.visit, channel(cell), cell.task);
    if (view == View::mvc) return raw - effect(maximal(cell), feature, View::raw);
    if (view == View::paretic_ratio) return raw - effect(other_side(cell), feature, View::raw);
    return raw;
  }

  Reasons faults(const CellPlace& cell, const ComparedFeature& feature) const {
    const Participant& who = study_.participants[static_cast<std::size_t>(cell.participant)];
    Reasons reasons;
    for (const PlantedFault& fault : simulated_.faults_at(cell.participant, cell.visit)) {
      const bool here =
          fault.muscle.empty() || (fault.muscle == plan_.muscles[static_cast<std::size_t>(cell.muscle)].id && cell.side == who.paretic);
      if (here && (fault.what != StudyReason::different_rate || feature.spectral)) reasons.add(fault.what);
    }
    return reasons;
  }

  void write_row(const CellPlace& cell, const ComparedFeature& feature, View view) {
    const Participant& who = study_.participants[static_cast<std::size_t>(cell.participant)];
    const std::string role = side_role(study_, who, cell.side);
    const bool there = simulated_.recorded(cell.participant, cell.visit);
    const bool ln = feature.scale == ChangeScale::ln_ratio;
    double from = 0, day_from = 0;
    std::string visits;
    for (const int b : baselines_) {
      CellPlace at = cell;
      at.visit = b;
      from += value(at, feature, view) / static_cast<double>(baselines_.size());
      day_from += static_cast<double>(simulated_.day(cell.participant, b).number) / static_cast<double>(baselines_.size());
      visits += (visits.empty() ? "" : ";") + plan_.visits[static_cast<std::size_t>(b)].id;
    }
    const double to = value(cell, feature, view), treated = effect(cell, feature, view);
    const double start = static_cast<double>(who.anchors.at(plan_.visits[0].anchor).number);
    const double scale = view == View::mvc ? 100 : 1;
    const auto out = [&](double x) { return ln ? scale * std::exp(x) : x; };
    const auto told = [&](double x) { return there ? std::optional(x) : std::nullopt; };
    out_.text(plan_.id).text(who.site).text(who.id).text(plan_.tasks[static_cast<std::size_t>(cell.task)].id);
    const PlannedMuscle& muscle = plan_.muscles[static_cast<std::size_t>(cell.muscle)];
    out_.text(muscle.id + " " + to_string(cell.side)).text(muscle.id).text(to_string(cell.side)).text(role);
    out_.text(feature.name).text(to_string(view)).text(to_string(endpoint_of(study_, cell, feature, view))).text(visits);
    out_.text(plan_.visits[static_cast<std::size_t>(cell.visit)].id).number(day_from - start);
    out_.number(told(static_cast<double>(simulated_.day(cell.participant, cell.visit).number) - start));
    out_.number(out(from)).number(told(out(to)));
    out_.text(view == View::mvc ? "%" : view == View::paretic_ratio ? "1" : feature.unit.empty() ? "uV" : std::string(feature.unit));
    out_.number(told(to - from)).text(feature.change_unit);
    out_.number(told(ln ? 100 * std::expm1(to - from) : from != 0 ? 100 * (to - from) / from : NAN));
    out_.empty().empty().empty().empty().empty().empty().empty().empty().empty();
    out_.text(!there ? "missing" : treated > 0 ? "increase" : treated < 0 ? "decrease" : "within_mdc");
    out_.text(faults(cell, feature).text()).number(treated).end_row();
  }

  const SimulatedStudy& simulated_;
  const Study& study_;
  const StudyPlan& plan_;
  TableWriter out_;
  std::vector<int> baselines_;
  std::vector<TrueSignal> signals_;  // [participants x visits x tasks x channels]
};

}  // namespace

void write_study_truth(const std::filesystem::path& folder, const SimulatedStudy& study) {
  Truth(folder, study).write();
}

}  // namespace semg
