// SPDX-License-Identifier: BSD-3-Clause
#include "apps/simulate/study_truth.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <optional>

#include "apps/study/study_tables.hpp"
#include "engine/chain.hpp"
#include "engine/simulation/simulated_spectrum.hpp"
#include "engine/study/feature.hpp"
#include "io/table.hpp"

namespace semg {
namespace {

/// What a channel of one visit holds in one task.
struct TrueSignal {
  double ln_rms = 0;  // of the muscle after the chain
  double mdf_hz = 0;  // of muscle and floor after the chain, within its band
};

/// The place of a cell in the study.
struct Cell {
  int participant, visit, task, muscle;
  Side side;
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
        for (std::size_t t = 0; t < plan_.tasks.size(); ++t) write_task(static_cast<int>(p), static_cast<int>(v), static_cast<int>(t));
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

  void write_task(int p, int v, int t) {
    const PlannedTask& task = plan_.tasks[static_cast<std::size_t>(t)];
    for (std::size_t m = 0; m < plan_.muscles.size(); ++m) {
      const auto& wanted = task.muscles;
      if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), plan_.muscles[m].id) == wanted.end()) continue;
      for (const Side side : plan_.muscles[m].sides) {
        for (const std::string& name : task.features) {
          const ComparedFeature& feature = *find_feature(name);
          for (const View view : views_of(plan_, task, plan_.muscles[m], feature)) {
            if (view == View::paretic_ratio && side != study_.participants[static_cast<std::size_t>(p)].paretic) continue;
            write_row({p, v, t, static_cast<int>(m), side}, feature, view);
          }
        }
      }
    }
  }

  std::size_t channel(const Cell& cell) const { return static_cast<std::size_t>(simulated_.channel_of(cell.muscle, cell.side)); }
  static Cell other_side(Cell cell) {
    cell.side = cell.side == Side::left ? Side::right : Side::left;
    return cell;
  }
  /// The task that gives the muscle's reference.
  Cell maximal(Cell cell) const {
    const std::string& muscle = plan_.muscles[static_cast<std::size_t>(cell.muscle)].id;
    for (std::size_t t = 0; t < plan_.tasks.size(); ++t) {
      const auto& given = plan_.tasks[t].reference_for;
      if (std::find(given.begin(), given.end(), muscle) != given.end()) cell.task = static_cast<int>(t);
    }
    return cell;
  }

  /// On the scale of the change.
  double value(const Cell& cell, const ComparedFeature& feature, View view) const {
    const TrueSignal& signal = signals_[index(cell.participant, cell.visit, cell.task, channel(cell))];
    if (feature.spectral) return feature.name == "mdf_slope" ? 0 : signal.mdf_hz;
    if (!feature.amplitude) return SimulatedStudy::kBurstS;
    if (view == View::mvc) return signal.ln_rms - value(maximal(cell), feature, View::raw);
    if (view == View::paretic_ratio) return signal.ln_rms - value(other_side(cell), feature, View::raw);
    return signal.ln_rms;
  }
  double effect(const Cell& cell, const ComparedFeature& feature, View view) const {
    if (feature.spectral) return feature.name == "mdf_slope" ? 0 : simulated_.mdf_effect_hz(cell.participant, cell.visit, channel(cell));
    if (!feature.amplitude) return 0;
    const double raw = simulated_.ln_effect(cell.participant, cell.visit, channel(cell), cell.task);
    if (view == View::mvc) return raw - effect(maximal(cell), feature, View::raw);
    if (view == View::paretic_ratio) return raw - effect(other_side(cell), feature, View::raw);
    return raw;
  }

  Reasons faults(const Cell& cell, const ComparedFeature& feature) const {
    const Participant& who = study_.participants[static_cast<std::size_t>(cell.participant)];
    Reasons reasons;
    for (const PlantedFault& fault : simulated_.faults_at(cell.participant, cell.visit)) {
      const bool here =
          fault.muscle.empty() || (fault.muscle == plan_.muscles[static_cast<std::size_t>(cell.muscle)].id && cell.side == who.paretic);
      if (here && (fault.what != StudyReason::different_rate || feature.spectral)) reasons.add(fault.what);
    }
    return reasons;
  }

  EndpointRole endpoint(const Cell& cell, const ComparedFeature& feature, View view, const std::string& role) const {
    EndpointRole found = EndpointRole::exploratory;
    for (const Endpoint& e : plan_.endpoints) {
      const auto has = [](const std::vector<std::string>& list, std::string_view word) {
        return std::find(list.begin(), list.end(), word) != list.end();
      };
      if (e.task == plan_.tasks[static_cast<std::size_t>(cell.task)].id &&
          e.muscle == plan_.muscles[static_cast<std::size_t>(cell.muscle)].id && (e.side == role || e.side == to_string(cell.side)) &&
          e.view == view && has(e.features, feature.name) && has(e.visits, plan_.visits[static_cast<std::size_t>(cell.visit)].id)) {
        found = std::max(found, e.role);
      }
    }
    return found;
  }

  void write_row(const Cell& cell, const ComparedFeature& feature, View view) {
    const Participant& who = study_.participants[static_cast<std::size_t>(cell.participant)];
    const std::string role = side_role(study_, who, cell.side);
    const bool there = simulated_.recorded(cell.participant, cell.visit);
    const bool ln = feature.scale == ChangeScale::ln_ratio;
    double from = 0, day_from = 0;
    std::string visits;
    for (const int b : baselines_) {
      Cell at = cell;
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
    out_.text(feature.name).text(to_string(view)).text(to_string(endpoint(cell, feature, view, role))).text(visits);
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
