// SPDX-License-Identifier: BSD-3-Clause
// What the monitor page is told: signal to the byte, and the act that a fault asks for.
#include "apps/monitor/monitor_model.hpp"

#include <cmath>
#include <cstring>
#include <functional>
#include <numbers>
#include <random>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace semg {
namespace {

MonitorAbout two_channels() {
  Recording head;
  head.device = "test";
  head.stream.fs_hz = 1000;
  for (const char* label : {"A", "B"}) {
    Channel channel;
    channel.label = channel.muscle = label;
    channel.rail_low = -1000;
    channel.rail_high = 1000;
    head.stream.channels.push_back(channel);
  }
  return {.head = head,
          .chain = chain_for({}, 1000),
          .briefs = std::vector<ChannelBrief>(2),
          .bin_rows = 10,
          .information_latency_s = 2,
          .stores = true,
          .tasks = {},
          .roles = {}};
}

/// A stream of two channels, seen through bins of 10 ms.
struct Screen {
  MonitorModel model{two_channels()};
  Glance glance{two_channels().head.stream, 0.01, 64};
  std::mt19937 random{1};
  std::int64_t row = 0;

  void rows(std::int64_t count, const std::function<float(std::int64_t)>& first_channel) {
    std::normal_distribution<float> noise(0, 5);
    Block block(2, 10);
    for (const std::int64_t end = row + count; row < end; row += 10) {
      block.resize(10);
      block.first = row;
      for (std::size_t r = 0; r < 10; ++r) {
        block.row(r)[0] = first_channel(row + static_cast<std::int64_t>(r));
        block.row(r)[1] = noise(random);
      }
      glance.see(block);
      glance.push(block, [&](const GlanceBin& bin) { model.see(bin); });
    }
  }
  std::function<float(std::int64_t)> noise(float rms) {
    return [this, rms](std::int64_t) { return std::normal_distribution<float>(0, rms)(random); };
  }
  nlohmann::json status() const { return nlohmann::json::parse(model.status({}, {}, nullptr, nullptr)); }
  /// Rows until channel A has this badge; 0 where it never has within a second.
  std::int64_t rows_until(const char* badge, const std::function<float(std::int64_t)>& signal) {
    for (std::int64_t k = 0; k < 1000; k += 10) {
      rows(10, signal);
      if (status()["badge"][0] == badge) return k + 10;
    }
    return 0;
  }
};

}  // namespace

TEST_CASE("a badge with the act to take comes within 200 ms of stream, and goes when the fault is gone") {
  Screen screen;
  screen.rows(3000, screen.noise(20));
  CHECK(screen.status()["badge"] == nlohmann::json({"", ""}));
  SUBCASE("electrode off: the value stands still") {
    const auto rows = screen.rows_until("electrode_off", [](std::int64_t) { return 3.0F; });
    CHECK(rows > 0);
    CHECK(rows <= 200);
    CHECK(screen.status()["badge_text"][0] == "electrode off: press or replace");
  }
  SUBCASE("electrode off: the value lies at the rail") {
    const auto rows = screen.rows_until("electrode_off", [](std::int64_t row) { return row % 2 == 0 ? 1000.0F : 1001.0F; });
    CHECK(rows > 0);
    CHECK(rows <= 200);
  }
  SUBCASE("clipping") {
    const auto rows =
        screen.rows_until("clipping", [](std::int64_t row) { return row % 20 == 0 ? 1000.0F : static_cast<float>(row % 20) * 30; });
    CHECK(rows > 0);
    CHECK(rows <= 200);
    CHECK(screen.status()["badge_text"][0] == "clipping: lower the gain");
  }
  SUBCASE("a gap says how long") {
    screen.row += 120;
    screen.rows(10, screen.noise(20));
    CHECK(screen.status()["badge"][0] == "gap");
    CHECK(screen.status()["badge_text"][1] == "gap 120 ms");
    screen.rows(2100, screen.noise(20));
  }
  CHECK(screen.status()["badge"][1] == "");
  screen.rows(3000, screen.noise(20));
  CHECK(screen.status()["badge"][0] == "");
}

TEST_CASE("hum is called where it holds half of the power, and EMG of the same power is not") {
  Screen screen;
  screen.rows(2000, [&](std::int64_t row) {
    return static_cast<float>(30 * std::sin(2 * std::numbers::pi * 50 * static_cast<double>(row) / 1000)) + screen.noise(5)(row);
  });
  CHECK(screen.status()["badge"][0] == "line");
  screen.rows(2000, screen.noise(21));
  CHECK(screen.status()["badge"][0] == "");
}

TEST_CASE("active or not is provisional until rest is known") {
  Screen screen;
  screen.rows(5000, screen.noise(4));
  CHECK(screen.status()["active"] == nlohmann::json({"off_provisional", "off_provisional"}));
  screen.rows(500, screen.noise(60));
  CHECK(screen.status()["active"] == nlohmann::json({"on_provisional", "off_provisional"}));
  RestReference rest{.level_db = 12, .spread_db = 1.5, .power = 16, .power_above_50 = 12, .active_db = {}, .active_power_db = {}};
  screen.model.set_rest({rest, rest});
  screen.rows(500, screen.noise(60));
  CHECK(screen.status()["active"][0] == "on");
  CHECK(screen.status()["rms"][0].get<double>() == doctest::Approx(60).epsilon(0.2));
}

TEST_CASE("signal goes out to the byte as the README says, with NaN where rows are missing") {
  Screen screen;
  screen.rows(20, [](std::int64_t row) { return static_cast<float>(row); });
  screen.row += 10;
  screen.rows(10, [](std::int64_t row) { return static_cast<float>(row); });
  std::int64_t next = 0;
  std::uint32_t left_out = 0;
  const std::string message = screen.model.signal(next, 7, left_out);
  REQUIRE(message.size() == 40 + 2 * 4 * 8);
  CHECK(next == 4);
  const auto at = [&](std::size_t byte, auto value) {
    std::memcpy(&value, message.data() + byte, sizeof value);
    return value;
  };
  CHECK(message.substr(0, 4) == "EMG1");
  CHECK(at(4, std::uint16_t{}) == 1);
  CHECK(at(6, std::uint16_t{}) == 1);
  CHECK(at(8, std::uint64_t{}) == 7);
  CHECK(at(16, std::uint64_t{}) == 0);
  CHECK(at(24, std::uint32_t{}) == 2);
  CHECK(at(28, std::uint32_t{}) == 4);
  CHECK(at(32, float{}) == doctest::Approx(0.01));
  CHECK(at(40, float{}) == 0);
  CHECK(at(44, float{}) == 9);
  CHECK(at(48, float{}) == 10);
  CHECK(std::isnan(at(56, float{})));
  CHECK(std::isnan(at(60, float{})));
  CHECK(at(64, float{}) == 30);
  CHECK(at(68, float{}) == 39);
  CHECK(screen.model.signal(next, 8, left_out).empty());
}

TEST_CASE("who comes back late gets the newest seconds and is told what was left out") {
  Screen screen;
  screen.rows(1000, screen.noise(5));
  std::int64_t next = 0;
  std::uint32_t left_out = 0;
  CHECK_FALSE(screen.model.signal(next, 0, left_out).empty());
  CHECK(next == 100);
  screen.rows(15000, screen.noise(5));
  CHECK_FALSE(screen.model.signal(next, 1, left_out).empty());
  CHECK(left_out == 500);  // ten seconds are kept, of the fifteen that were missed
  CHECK(next == 800);
}

TEST_CASE("no message names a person, a place or an earlier result") {
  Screen screen;
  screen.rows(1000, screen.noise(5));
  const auto hello = nlohmann::json::parse(screen.model.hello(MonitorModel::Viewer::may_act));
  std::vector<std::string> keys;
  for (const auto& [key, value] : hello.items()) keys.push_back(key);
  CHECK(keys == std::vector<std::string>{"bin_s", "chain", "channels", "device", "engine", "fs_hz", "full_scale", "kind", "markers",
                                         "schema", "session", "simulated", "stores", "unit", "viewer"});
  CHECK(hello["viewer"] == false);
}

TEST_CASE("words of a device that are no UTF-8 do not keep hello and status from being made") {
  MonitorAbout about = two_channels();
  about.head.stream.channels[0].label = "M\xE9";
  const MonitorModel model(about);
  MonitorNow now;
  now.trouble = "\xB5V is gone";
  CHECK(nlohmann::json::parse(model.hello(MonitorModel::Viewer::may_act))["channels"][0]["label"] == "M\uFFFD");
  CHECK(nlohmann::json::parse(model.status(now, {}, nullptr, nullptr))["trouble"] == "\uFFFDV is gone");
}

}  // namespace semg
