// SPDX-License-Identifier: BSD-3-Clause
// `semg simulate study`: the files it makes, and the truth beside them.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "apps/study/study_folder.hpp"
#include "apps/study/study_tables.hpp"
#include "engine/chain.hpp"
#include "engine/simulation/simulated_spectrum.hpp"
#include "engine/simulation/simulated_study.hpp"
#include "engine/study/changes.hpp"
#include "engine/study/values.hpp"
#include "io/recording_reader.hpp"
#include "tests/apps/extract_command.hpp"

namespace semg {
namespace {

/// Seven participants with the usual faults, made once for all tests of the process.
class Faulty {
 public:
  static const CommandFolder& shared() {
    static const Faulty made;
    return made.folder_;
  }

 private:
  Faulty() { REQUIRE(folder_.run("simulate study -o sim --seed 5 --participants 7").code == 0); }
  CommandFolder folder_;
};

std::map<std::string, std::string> bytes_below(const CommandFolder& folder, const std::string& name) {
  std::map<std::string, std::string> all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path(name))) {
    if (entry.is_regular_file()) {
      const std::string file = std::filesystem::relative(entry.path(), folder.path(name)).string();
      all[file] = folder.bytes(name + "/" + file);
    }
  }
  return all;
}

double number(const TableRow& row, const std::string& column) {
  return std::stod(row.at(column));
}

int index_of(const SimulatedStudy& study, const std::string& id) {
  return participant_index(study.study(), id);
}

}  // namespace

TEST_CASE("simulate study: the same options give the same bytes of every file, whatever the number of jobs, another seed other numbers") {
  const CommandFolder folder;
  for (const char* job : {"a --seed 3 --jobs 1", "b --seed 3 --jobs 2", "c --seed 4"})
    REQUIRE(folder.run(std::string("simulate study --participants 1 --fs 1000 -o ") + job).code == 0);
  const auto a = bytes_below(folder, "a"), b = bytes_below(folder, "b"), c = bytes_below(folder, "c");
  CHECK(a == b);
  CHECK(a.size() == 5 + 6);
  for (const auto& [name, bytes] : a) {
    CAPTURE(name);
    REQUIRE(c.contains(name));
    if (name != "study.toml" && name != "arms.csv") CHECK(c.at(name) != bytes);
  }
}

TEST_CASE("simulate study: the folder is a study that can be read, with a recording for every visit that was not missed") {
  const CommandFolder& folder = Faulty::shared();
  const Study study = read_study(folder.path("sim/study.toml"));
  CHECK(study.plan.id == "SIMSTUDY");
  CHECK(study.participants.size() == 7);
  CHECK(study.sessions.size() == 41);
  const auto found = recordings_of(study, folder.path("sim/study.toml"));
  REQUIRE(found.size() == 41);
  std::set<std::string> names;
  for (const FoundRecording& one : found) {
    const Recording& head = one.recording;
    names.insert(one.path.stem().string());
    CHECK(one.unreadable.empty());
    CHECK(head.simulated);
    CHECK(head.device == "semg simulate");
    CHECK(head.recording_id == one.path.stem().string());
    CHECK(head.recording_id == head.participant_id + "_" + head.visit_id);
    CHECK(head.stream.fs_hz == 2000);
    CHECK(head.periods.size() == 13);
    const Session session = session_of(study, one);
    const auto entry = std::find_if(study.sessions.begin(), study.sessions.end(), [&](const SessionEntry& e) {
      return e.participant_id == head.participant_id && e.visit_id == head.visit_id;
    });
    REQUIRE(entry != study.sessions.end());
    CHECK(day_from(head.session_start) == entry->recorded_on);
    for (const SessionChannel& channel : session.channels) CHECK_FALSE(channel.muscle.empty());
  }
  CHECK(names.contains("SIM07_T1"));
  CHECK_FALSE(names.contains("SIM07_T2"));
  CHECK(folder.bytes("sim/study.toml").find("SIMULATED") != std::string::npos);
  for (const TableRow& row : table_of(folder, "sim/sessions.csv").rows) CHECK(row.at("note") == "SIMULATED");
  CHECK(table_of(folder, "sim/participants.csv").columns ==
        std::vector<std::string>{"participant_id", "site", "paretic", "dominant", "transplant1", "transplant2", "transplant3"});
  CHECK(table_of(folder, "sim/sessions.csv").columns ==
        std::vector<std::string>{"file", "participant_id", "visit_id", "recorded_on", "task", "channels", "note"});
}

TEST_CASE("simulate study: a recording holds the samples of its visit") {
  const CommandFolder& folder = Faulty::shared();
  const SimulatedStudy study({.seed = 5, .participants = 7, .faults = usual_faults()});
  SimulatedVisitSource source(study.visit(3, 3));
  RecordingReader reader(folder.path("sim/recordings/SIM04_T2.nwb"));
  CHECK(reader.recording().rows == source.recording().rows);
  CHECK(reader.recording().periods == source.recording().periods);
  CHECK(reader.recording().stream.channels == source.info().channels);
  const auto all = [](auto& from) {
    std::vector<float> samples;
    Block block(4, 5000);
    while (from.read(block)) samples.insert(samples.end(), block.samples().begin(), block.samples().end());
    return samples;
  };
  const std::vector<float> stored = all(reader);
  CHECK(stored.size() == static_cast<std::size_t>(4 * source.recording().rows));
  CHECK((stored == all(source)));
}

TEST_CASE("simulate study: the arms are who had which effect, and stand in no file of the study") {
  const CommandFolder& folder = Faulty::shared();
  const SimulatedStudy study({.seed = 5, .participants = 7});
  const ReadTable arms = table_of(folder, "sim/arms.csv");
  REQUIRE(arms.rows.size() == 7);
  const std::map<std::string, double> last = {{"X", 0.35}, {"Y", 0.05}, {"Z", 0.45}};
  for (const TableRow& row : arms.rows) {
    CHECK(row.at("arm") == std::string(1, study.arm(index_of(study, row.at("participant_id")))));
    const auto primary =
        rows_where(table_of(folder, "sim/truth.csv"), {{"participant_id", row.at("participant_id")}, {"endpoint", "primary"}});
    REQUIRE(primary.size() == 1);
    CHECK(number(primary[0], "effect") == doctest::Approx(last.at(row.at("arm"))).epsilon(1e-8));
  }
  CHECK(table_of(folder, "sim/participants.csv").rows[0].count("arm") == 0);
}

TEST_CASE("simulate study: the truth has the columns of changes.csv and effect, and a row for every planned change in its order") {
  const CommandFolder& folder = Faulty::shared();
  const ReadTable truth = table_of(folder, "sim/truth.csv");
  std::vector<std::string> columns;
  for (const TableColumn& column : changes_table().columns) columns.emplace_back(column.name);
  columns.emplace_back("effect");
  CHECK(truth.columns == columns);
  StudyResults results;
  results.study = read_study(folder.path("sim/study.toml"));
  results.values = values_of(results.study, {}, {});
  compare_visits(results);
  REQUIRE(truth.rows.size() == results.changes.size());
  CHECK(truth.rows.size() == 7 * 4 * 42);
  const StudyPlan& plan = results.study.plan;
  const auto at = [](const auto& list, int k) -> const std::string& { return list[static_cast<std::size_t>(k)].id; };
  for (std::size_t k = 0; k < truth.rows.size(); ++k) {
    const TableRow& row = truth.rows[k];
    const ChangeCell& cell = results.changes[k];
    CAPTURE(k);
    CHECK(row.at("participant_id") == at(results.study.participants, cell.participant));
    CHECK(row.at("visit_to") == at(plan.visits, cell.visit));
    CHECK(row.at("task") == at(plan.tasks, cell.task));
    CHECK(row.at("muscle") == at(plan.muscles, cell.muscle));
    CHECK(row.at("side") == to_string(cell.side));
    CHECK(row.at("side_role") == cell.side_role);
    CHECK(row.at("feature") == cell.feature->name);
    CHECK(row.at("view") == to_string(cell.view));
    CHECK(row.at("endpoint") == to_string(cell.endpoint));
    CHECK(row.at("change_unit") == cell.feature->change_unit);
    CHECK(row.at("visit_from") == "B1;B2");
  }
}

TEST_CASE("simulate study: true changes are sums of what was drawn, in every view") {
  const CommandFolder& folder = Faulty::shared();
  const SimulatedStudy study({.seed = 5, .participants = 7});
  const StudyPlan& plan = study.study().plan;
  // What the chain leaves of the muscle's power, which only the spectrum of the day moves: less than a hundredth from day to day.
  for (const TableRow& row : table_of(folder, "sim/truth.csv").rows) {
    if (row.at("change_unit") != "ln_ratio" || row.at("verdict") == "missing") continue;
    const int p = index_of(study, row.at("participant_id")), v = visit_index(plan, row.at("visit_to"));
    const int muscle = row.at("muscle") == "TA" ? 0 : 1, mvc = muscle + 1;
    const int task = row.at("task") == "mvc_df" ? 1 : row.at("task") == "mvc_pf" ? 2 : row.at("task") == "df_reps" ? 3 : 4;
    const auto channel = [&](Side side) { return static_cast<std::size_t>(study.channel_of(muscle, side)); };
    const auto change = [&](Side side, int t) {
      const auto at = [&](int visit) { return study.ln_level(p, visit, channel(side), t); };
      return at(v) - (at(0) + at(1)) / 2;
    };
    const Side side = side_from(row.at("side")), other = side == Side::left ? Side::right : Side::left;
    double expected = change(side, task), effect = study.ln_effect(p, v, channel(side), task);
    if (row.at("view") == "mvc") {
      expected -= change(side, mvc);
      effect -= study.ln_effect(p, v, channel(side), mvc);
    } else if (row.at("view") == "paretic_ratio") {
      expected -= change(other, task);
    }
    CHECK(std::abs(number(row, "change") - expected) < 0.015);
    CHECK(number(row, "change") == doctest::Approx(std::log(number(row, "value_to") / number(row, "value_from"))).epsilon(1e-6).scale(1));
    CHECK(number(row, "effect") == doctest::Approx(effect).epsilon(1e-8).scale(1));
    CHECK(row.at("verdict") == (effect > 0 ? "increase" : "within_mdc"));
    CHECK(row.at("mdc_high").empty());
    CHECK(row.at("within_ci_low").empty());
  }
}

TEST_CASE("simulate study: true median frequencies are those of muscle and floor behind the chain") {
  const CommandFolder& folder = Faulty::shared();
  const SimulatedStudy study({.seed = 5, .participants = 7});
  const Chain chain = chain_for(study.study().plan.analysis, 2000);
  const auto rows = rows_where(table_of(folder, "sim/truth.csv"),
                               {{"participant_id", "SIM02"}, {"feature", "mdf_active"}, {"muscle", "GM"}, {"visit_to", "M6"}});
  REQUIRE(rows.size() == 2);
  for (const TableRow& row : rows) {
    const auto c = static_cast<std::size_t>(study.channel_of(1, side_from(row.at("side"))));
    const auto seen = [&](int visit) {
      const NoiseDensity muscle(shape_of_mdf(study.mdf_hz(1, visit, c), 2000), 2000);
      const double uv = std::exp(study.ln_level(1, visit, c, 3));
      const auto density = [&](double f) { return (uv * uv * muscle(f) + 4.0 / 1000) * std::norm(response_at(chain.sos, f, 2000)); };
      return spectrum_moments(density, 20, 450).mdf_hz;
    };
    CHECK(number(row, "value_to") == doctest::Approx(seen(5)).epsilon(1e-6));
    CHECK(number(row, "change") == doctest::Approx(seen(5) - (seen(0) + seen(1)) / 2).epsilon(1e-6).scale(10));
    CHECK(std::abs(seen(5) - study.mdf_hz(1, 5, c)) < 8);  // the band and the floor move it a little
  }
  for (const char* still : {"duration", "mdf_slope"}) {
    for (const TableRow& row : rows_where(table_of(folder, "sim/truth.csv"), {{"feature", still}}))
      if (row.at("verdict") != "missing") CHECK(number(row, "change") == 0);
  }
}

TEST_CASE("simulate study: the truth names what was planted, and nothing else") {
  const CommandFolder& folder = Faulty::shared();
  std::map<std::string, std::set<std::string>> named;
  for (const TableRow& row : table_of(folder, "sim/truth.csv").rows) {
    CHECK((row.at("verdict") == "missing") == (row.at("reason") == "not_recorded"));
    CHECK((row.at("verdict") == "missing") == row.at("change").empty());
    if (!row.at("reason").empty()) named[row.at("reason")].insert(row.at("participant_id") + " " + row.at("visit_to"));
    if (row.at("reason") == "collapsed_channel") {
      CHECK(row.at("muscle") == "TA");
      CHECK(row.at("side_role") == "paretic");
    }
  }
  CHECK(named == std::map<std::string, std::set<std::string>>{
                     {"not_recorded", {"SIM07 T2"}}, {"collapsed_channel", {"SIM05 T1"}}, {"exchanged_sides", {"SIM04 T2"}}});
}

TEST_CASE("simulate study: without faults and without effect nothing is planted and no treatment does anything") {
  const CommandFolder folder;
  REQUIRE(folder.run("simulate study -o sim --participants 5 --fs 1000 --faults off --effect 0").code == 0);
  CHECK(table_of(folder, "sim/sessions.csv").rows.size() == 30);
  for (const TableRow& row : table_of(folder, "sim/truth.csv").rows) {
    CHECK(row.at("reason").empty());
    CHECK(row.at("verdict") == "within_mdc");
    CHECK(number(row, "effect") == 0);
  }
}

TEST_CASE("simulate study: a folder that holds anything is left as it is") {
  const CommandFolder folder;
  std::filesystem::create_directory(folder.path("full"));
  folder.write("full/mine.txt", "mine");
  const Outcome refused = folder.run("simulate study -o full --participants 1 --fs 1000");
  CHECK(refused.code == 73);
  CHECK(refused.words.find("expected an empty folder or none") != std::string::npos);
  CHECK(bytes_below(folder, "full") == std::map<std::string, std::string>{{"mine.txt", "mine"}});
  std::filesystem::create_directory(folder.path("empty"));
  CHECK(folder.run("simulate study -o empty --participants 1 --fs 1000").code == 0);
}

TEST_CASE("simulate study: what cannot be is one sentence, and makes nothing") {
  const CommandFolder folder;
  for (const char* options : {"--faults maybe", "--participants 0", "--fs 10", "--effect 99", "--progress loud", "--jobs 0"}) {
    CAPTURE(options);
    const Outcome refused = folder.run(std::string("simulate study -o sim ") + options);
    CHECK(refused.code == 64);
    CHECK(std::count(refused.words.begin(), refused.words.end(), '\n') == 1);
    CHECK_FALSE(std::filesystem::exists(folder.path("sim")));
  }
}

TEST_CASE("simulate study: help shows an example and names the next verb") {
  const CommandFolder folder;
  const Outcome help = folder.run("simulate study --help");
  CHECK(help.code == 0);
  CHECK(help.results.find("semg simulate study -o sim --seed 1") != std::string::npos);
  CHECK(help.results.find("semg compare sim/study.toml") != std::string::npos);
}

}  // namespace semg
