// SPDX-License-Identifier: BSD-3-Clause
// Conditioning that reads ahead, as a user asks for it: filtered both ways, hum subtracted.
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/apps/extract_command.hpp"

using namespace semg;
using Json = nlohmann::ordered_json;

namespace {

void write_analysis(const CommandFolder& folder, const std::string& filter) {
  std::ofstream(folder.path("own.toml")) << "[filter]\n" << filter;
}

const char* const kBothWays = "passes = \"forward_backward\"\n";
const char* const kSubtract = "line = \"subtract\"\nline_hz = 50\n";

}  // namespace

TEST_CASE("conditioning that reads ahead is measured again bit for bit, and drawn on the page") {
  const CommandFolder folder;
  REQUIRE(folder.run("simulate recording -o sim.nwb --channels 2 --fs 1000 --repetitions 3 --line-uv 20").code == 0);
  for (const std::string& filter : {std::string(kBothWays), std::string(kSubtract), std::string(kBothWays) + kSubtract}) {
    CAPTURE(filter);
    write_analysis(folder, filter);
    const Outcome extracted = folder.run("extract sim.nwb --analysis own.toml --report page.html");
    CHECK(extracted.words == "");
    REQUIRE(extracted.code == 0);
    CHECK(folder.run("verify sim.features.h5").results == "sim.features.h5: identical, bit for bit\n");
    CHECK(folder.run("extract sim.nwb --analysis own.toml --if-stale").code == 0);
  }
  const std::string page = folder.bytes("page.html");
  CHECK(page.find("forward and backward in time") != std::string::npos);
  CHECK(page.find("Mains hum: the 50 Hz mains") != std::string::npos);
}

TEST_CASE("explain says what both passes do: the same -3 dB points, no delay") {
  const CommandFolder folder;
  write_analysis(folder, kBothWays);
  const Json both = Json::parse(folder.run("explain --json --fs 2000 --analysis own.toml").results);
  const Json once = Json::parse(folder.run("explain --json --fs 2000").results);
  CHECK(both["passes"] == "forward_backward");
  CHECK(once["passes"] == "forward");
  CHECK(both["sos"] != once["sos"]);
  CHECK(both["settling_rows"] > once["settling_rows"]);
  for (std::size_t k = 0; k < 2; ++k)
    CHECK(both["minus_3db_hz"][k].get<double>() == doctest::Approx(once["minus_3db_hz"][k].get<double>()).epsilon(1e-4));
  for (const auto& point : both["response"]) CHECK(point["phase_delay_s"] == 0.0);
  const std::string words = folder.run("explain --fs 2000 --analysis own.toml").results;
  CHECK(words.find("order 2 each, forward and backward in time, -3 dB there after both passes") != std::string::npos);
  CHECK(words.find("passes = \"forward_backward\"") != std::string::npos);

  write_analysis(folder, kSubtract);
  CHECK(Json::parse(folder.run("explain --json --fs 2000 --analysis own.toml").results)["line"] ==
        Json({{"method", "subtract"}, {"line_hz", 50.0}}));
}

TEST_CASE("a live stream cannot be read ahead: refused in one sentence") {
  const CommandFolder folder;
  write_analysis(folder, kBothWays);
  Outcome refused = folder.run("record --from 'synthetic:?channels=1' --duration 1 -o rec.nwb --analysis own.toml");
  CHECK(refused.code == 64);
  CHECK(refused.words ==
        "semg: own.toml: filter.passes: found \"forward_backward\", expected \"forward\": a live stream cannot be read ahead\n");
  refused = folder.run("monitor --from 'synthetic:?channels=1' --analysis own.toml");
  CHECK(refused.code == 64);
  write_analysis(folder, kSubtract);
  refused = folder.run("record --from 'synthetic:?channels=1' --duration 1 -o rec.nwb --analysis own.toml");
  CHECK(refused.code == 64);
  CHECK(refused.words == "semg: own.toml: filter.line: found \"subtract\", expected \"off\": a live stream cannot be read ahead\n");
}
