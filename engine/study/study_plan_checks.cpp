// SPDX-License-Identifier: BSD-3-Clause
#include "engine/study/study_plan_checks.hpp"

#include <algorithm>
#include <regex>
#include <set>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "engine/nearest_word.hpp"
#include "engine/study/feature.hpp"

namespace semg {
namespace {

bool holds(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

template <class T>
std::vector<std::string> ids_of(const std::vector<T>& list) {
  std::vector<std::string> ids;
  for (const T& item : list) ids.push_back(item.id);
  return ids;
}

template <class T>
const T& by_id(const std::vector<T>& list, const std::string& id) {
  return *std::find_if(list.begin(), list.end(), [&](const T& item) { return item.id == id; });
}

std::vector<std::string> baselines_of(const StudyPlan& plan) {
  std::vector<std::string> ids;
  for (const PlannedVisit& visit : plan.visits) {
    if (visit.role == VisitRole::baseline) ids.push_back(visit.id);
  }
  return ids;
}

class Checks {
 public:
  Checks(const StudyPlan& plan, const std::string& name) : plan_(plan), name_(name) {}

  void all() const {
    unique("visit", ids_of(plan_.visits));
    unique("task", ids_of(plan_.tasks));
    unique("muscle", ids_of(plan_.muscles));
    pattern();
    visits();
    muscles();
    for (const PlannedTask& task : plan_.tasks) check(task);
    views();
    reliability();
    if (plan_.change_from != "mean_of_baselines") known("change.from", "baseline visit", plan_.change_from, baselines_of(plan_));
    endpoints();
  }

 private:
  [[noreturn]] void fail(const std::string& field, const std::string& sentence) const {
    throw Error(Fault::usage, fmt::format("{}: {}: {}", name_, field, sentence));
  }
  void known(const std::string& field, const char* what, const std::string& word, const std::vector<std::string>& there) const {
    if (!holds(there, word)) fail(field, fmt::format("found the unknown {} {}, did you mean {}?", what, word, nearest_word(word, there)));
  }
  void unique(const char* what, const std::vector<std::string>& ids) const {
    if (ids.empty()) fail(what, fmt::format("found none, expected at least one [[{}]]", what));
    std::set<std::string> seen;
    for (const std::string& id : ids) {
      if (!seen.insert(id).second) fail(what, fmt::format("found the id {} twice, expected each once", id));
    }
  }

  void pattern() const {
    try {
      const std::regex ids(plan_.participant_pattern);
    } catch (const std::regex_error&) {
      fail("study.participant_pattern", fmt::format("found {}, expected a regular expression", plan_.participant_pattern));
    }
  }

  void visits() const {
    if (baselines_of(plan_).empty()) fail("visit", "found no baseline, expected at least one with role = \"baseline\"");
    for (const PlannedVisit& a : plan_.visits) {
      if (a.window_first_day && a.anchor.empty())
        fail("visit " + a.id, "anchor: found none, expected the column of participants.csv from which window_days are counted");
      for (const PlannedVisit& b : plan_.visits) {
        if (&a == &b) break;
        if (a.anchor != b.anchor || !a.window_first_day || !b.window_first_day) continue;
        if (*a.window_first_day > *b.window_last_day || *b.window_first_day > *a.window_last_day) continue;
        fail("visit " + a.id, fmt::format("window_days: found {} to {}, which overlaps {} to {} of visit {}, expected windows apart",
                                          *a.window_first_day, *a.window_last_day, *b.window_first_day, *b.window_last_day, b.id));
      }
    }
  }

  void muscles() const {
    const auto spellings = [](const PlannedMuscle& m) {
      std::vector<std::string> words = m.aliases;
      words.insert(words.begin(), m.id);
      if (!m.name.empty()) words.push_back(m.name);
      return words;
    };
    for (const PlannedMuscle& a : plan_.muscles) {
      for (const PlannedMuscle& b : plan_.muscles) {
        if (&a == &b) break;
        for (const std::string& word : spellings(a)) {
          for (const std::string& other : spellings(b)) {
            if (same_muscle_word(word, other))
              fail("muscle " + a.id, fmt::format("found {}, which muscle {} has as well, expected words that tell them apart", word, b.id));
          }
        }
      }
    }
  }

  void check(const PlannedTask& task) const {
    const std::string field = "task " + task.id;
    for (const std::string& id : task.muscles) known(field + ": muscles", "muscle", id, ids_of(plan_.muscles));
    for (const std::string& id : task.reference_for) known(field + ": reference_for", "muscle", id, ids_of(plan_.muscles));
    if (task.kind != TaskKind::mvc && !task.reference_for.empty()) {
      fail(field, fmt::format("reference_for: found {}, expected it of a task with kind = \"mvc\"", listed(task.reference_for)));
    }
    std::vector<std::string> there;
    for (const ComparedFeature& feature : compared_features()) there.emplace_back(feature.name);
    for (const std::string& feature : task.features) {
      known(field + ": features", "feature", feature, there);
      if (task.kind == TaskKind::rest) fail(field, fmt::format("features: found {}, expected none: rest is the noise floor", feature));
      if (feature == "mvc_rms" && task.kind != TaskKind::mvc)
        fail(field, "features: found mvc_rms, expected it of a task with kind = \"mvc\"");
    }
  }

  void views() const {
    const auto planned = [&](View view) { return std::find(plan_.views.begin(), plan_.views.end(), view) != plan_.views.end(); };
    if (planned(View::paretic_ratio) && !plan_.paretic)
      fail("normalisation.views", "found paretic_ratio, expected study.sides = \"paretic\" with it");
    const auto gives = [](const PlannedTask& t) { return t.kind == TaskKind::mvc; };
    if (planned(View::mvc) && std::none_of(plan_.tasks.begin(), plan_.tasks.end(), gives))
      fail("normalisation.views", "found mvc, expected a task with kind = \"mvc\" with it");
  }

  void reliability() const {
    const Reliability& r = plan_.reliability;
    const std::vector<std::string> baselines = baselines_of(plan_);
    for (const std::string& id : r.visits) known("reliability.visits", "baseline visit", id, baselines);
    if (r.source == ReliabilitySource::visits && std::set(r.visits.begin(), r.visits.end()).size() < 2) {
      fail("reliability.visits", fmt::format("found {}, expected at least two baseline visits, because source = \"visits\"",
                                             r.visits.empty() ? "none" : listed(r.visits)));
    }
    if (r.source == ReliabilitySource::stated && r.stated.empty())
      fail("reliability.stated", "found none, expected at least one [[reliability.stated]], because source = \"stated\"");
    std::vector<std::string> there;
    for (const ComparedFeature& feature : compared_features()) there.emplace_back(feature.name);
    std::set<std::pair<std::string, View>> seen;
    for (const StatedSem& row : r.stated) {
      known("reliability.stated.feature", "feature", row.feature, there);
      if (!seen.insert({row.feature, row.view}).second)
        fail("reliability.stated", fmt::format("found {} ({}) twice, expected each once", row.feature, to_string(row.view)));
    }
  }

  void endpoints() const {
    const auto is_primary = [](const Endpoint& e) { return e.role == EndpointRole::primary; };
    const auto primary = std::count_if(plan_.endpoints.begin(), plan_.endpoints.end(), is_primary);
    if (primary != 1) fail("endpoint", fmt::format("found {} with role = \"primary\", expected exactly one", primary));
    for (std::size_t k = 0; k < plan_.endpoints.size(); ++k) {
      const Endpoint& endpoint = plan_.endpoints[k];
      const std::string field = is_primary(endpoint) ? "primary endpoint" : fmt::format("endpoint {}", k + 1);
      if (is_primary(endpoint) && endpoint.features.size() != 1)
        fail(field, fmt::format("feature: found {}, expected one", endpoint.features.size()));
      if (is_primary(endpoint) && endpoint.visits.size() != 1)
        fail(field, fmt::format("visit: found {}, expected one", endpoint.visits.size()));
      check(endpoint, field);
    }
  }

  void check(const Endpoint& endpoint, const std::string& field) const {
    known(field + ": task", "task", endpoint.task, ids_of(plan_.tasks));
    known(field + ": muscle", "muscle", endpoint.muscle, ids_of(plan_.muscles));
    const PlannedTask& task = by_id(plan_.tasks, endpoint.task);
    const PlannedMuscle& muscle = by_id(plan_.muscles, endpoint.muscle);
    if (task.kind == TaskKind::rest)
      fail(field, fmt::format("task: found {}, expected one that gives results: rest is the noise floor", task.id));
    if (!holds(task.muscles, muscle.id))
      fail(field, fmt::format("muscle: found {}, expected one of task {}: {}", muscle.id, task.id, listed(task.muscles)));
    check_side(endpoint, muscle, field);
    for (const std::string& id : endpoint.visits) {
      known(field + ": visit", "visit", id, ids_of(plan_.visits));
      if (by_id(plan_.visits, id).role == VisitRole::baseline)
        fail(field, fmt::format("visit: found {}, expected a visit that is compared with the baseline, not one of it", id));
    }
    for (const std::string& feature : endpoint.features) {
      if (!holds(task.features, feature))
        fail(field, fmt::format("feature: found {}, expected one of task {}: {}", feature, task.id, listed(task.features)));
      std::vector<std::string> views;
      for (const View view : views_of(plan_, task, muscle, *find_feature(feature))) views.emplace_back(to_string(view));
      if (!holds(views, to_string(endpoint.view))) {
        fail(field, fmt::format("view: found {}, expected one that is planned for {} of {} in {}: {}", to_string(endpoint.view), feature,
                                muscle.id, task.id, views.empty() ? "none is" : listed(views)));
      }
    }
  }

  void check_side(const Endpoint& endpoint, const PlannedMuscle& muscle, const std::string& field) const {
    std::vector<std::string> there;
    for (const Side side : muscle.sides) there.emplace_back(to_string(side));
    if (plan_.paretic && muscle.sides.size() == 2) there.insert(there.end(), {"paretic", "non_paretic"});
    if (endpoint.view == View::paretic_ratio) there = {"paretic"};  // the ratio is one number of both sides, kept at the paretic one
    if (!holds(there, endpoint.side))
      fail(field, fmt::format("side: found {}, expected one that muscle {} has here: {}", endpoint.side, muscle.id, listed(there)));
  }

  const StudyPlan& plan_;
  const std::string& name_;
};

}  // namespace

void check_plan(const StudyPlan& plan, const std::string& name) {
  Checks(plan, name).all();
}

bool is_study_id(const std::string& id) noexcept {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto fits = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.'; };
  return !id.empty() && letter(id[0]) && std::all_of(id.begin(), id.end(), fits);
}

}  // namespace semg
