// SPDX-License-Identifier: BSD-3-Clause
// What is measured live, at a broker: sequence numbers tell what a subscriber missed, and the last will that the publisher is gone.
#include <csignal>
#include <cstdlib>
#include <set>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apps/live/mqtt_publisher.hpp"
#include "dsp/error.hpp"
#include "tests/apps/extract_command.hpp"

namespace semg {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof here;
  ::bind(socket, reinterpret_cast<sockaddr*>(&here), sizeof here);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&here), &size);
  ::close(socket);
  return ntohs(here.sin_port);
}

bool is_installed() {
  if (std::system("command -v mosquitto >/dev/null || test -x /usr/sbin/mosquitto") == 0 &&
      std::system("command -v mosquitto_sub >/dev/null") == 0)
    return true;
  MESSAGE("[semg-skip] no mosquitto");
  return false;
}

/// A program in the background.
class Started {
 public:
  explicit Started(const std::string& command) {
    pid_ = ::fork();
    if (pid_ != 0) return;
    ::execl("/bin/sh", "sh", "-c", ("exec " + command).c_str(), nullptr);
    std::_Exit(99);
  }
  ~Started() { end(SIGKILL); }
  void end(int signal) {
    if (pid_ <= 0) return;
    ::kill(pid_, signal);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  pid_t pid_;
};

struct Broker {
  const CommandFolder& folder;
  int port = free_port();
  std::unique_ptr<Started> program;
  explicit Broker(const CommandFolder& where) : folder(where) {
    folder.write("mosquitto.conf", "listener " + std::to_string(port) +
                                       " 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location " +
                                       folder.path("").string() + "\nautosave_on_changes true\nautosave_interval 1\nuser root\n");
    start();
  }
  void start() {
    program = std::make_unique<Started>("/usr/sbin/mosquitto -c '" + folder.path("mosquitto.conf").string() + "' >/dev/null 2>&1");
    for (int k = 0; k < 200; ++k) {
      if (std::system(("mosquitto_pub -h 127.0.0.1 -p " + std::to_string(port) + " -t up -m 1 2>/dev/null").c_str()) == 0) return;
      std::this_thread::sleep_for(milliseconds(50));
    }
    FAIL("the broker does not start");
  }
};

/// Everything under semg/v1, as "TOPIC JSON" lines in a file.
struct Subscriber {
  const CommandFolder& folder;
  std::string name;
  Started program;
  Subscriber(const CommandFolder& where, int port, std::string file)
      : folder(where),
        name(std::move(file)),
        program("mosquitto_sub -h 127.0.0.1 -p " + std::to_string(port) + " -i " + name + " -c -q 1 -v -t 'semg/v1/#' >'" +
                folder.path(name).string() + "' 2>/dev/null") {}
  std::vector<std::pair<std::string, json>> heard() const {
    std::vector<std::pair<std::string, json>> all;
    std::istringstream lines(folder.bytes(name));
    std::string line;
    while (std::getline(lines, line)) {
      const auto blank = line.find(' ');
      const auto text = json::parse(line.substr(blank + 1), nullptr, false);
      if (!text.is_discarded()) all.emplace_back(line.substr(0, blank), text);
    }
    return all;
  }
  bool wait_for(const std::function<bool(const std::string&, const json&)>& what, int seconds) const {
    for (int k = 0; k < seconds * 20; ++k) {
      for (const auto& [topic, text] : heard())
        if (what(topic, text)) return true;
      std::this_thread::sleep_for(milliseconds(50));
    }
    return false;
  }
};

}  // namespace

TEST_CASE(
    "mqtt: every window reaches the broker with its number; killed and started again, the broker misses nothing that was kept for it") {
  if (!is_installed()) return;
  CommandFolder folder;
  Broker broker(folder);
  const auto record = [&](const std::string& more) {
    return "cd '" + folder.path("").string() +
           "' && '" SEMG_BINARY "' monitor --from 'synthetic:?channels=2&seed=3' --mqtt mqtt://127.0.0.1:" + std::to_string(broker.port) +
           "/site1/dev1 --progress none " + more + " 2>/dev/null";
  };
  {
    Subscriber subscriber(folder, broker.port, "first");
    std::this_thread::sleep_for(milliseconds(300));
    Started program("sh -c \"" + record("--duration 12 --csv tables") + "\"");
    REQUIRE(subscriber.wait_for([](const std::string& topic, const json&) { return topic == "semg/v1/site1/dev1/feat"; }, 15));
    broker.program->end(SIGKILL);
    std::this_thread::sleep_for(std::chrono::seconds(1));
    broker.start();
    REQUIRE(subscriber.wait_for(
        [](const std::string& topic, const json& text) { return topic == "semg/v1/site1/dev1/state" && text["state"] == "ended"; }, 25));
    std::set<std::int64_t> numbers;
    std::map<std::string, double> rms;
    std::set<std::string> sessions;
    for (const auto& [topic, text] : subscriber.heard()) {
      if (text.is_object() && text.contains("session")) sessions.insert(text["session"]);
      if (topic.ends_with("/feat") || topic.ends_with("/event")) numbers.insert(text["seq"].get<std::int64_t>());
      if (topic.ends_with("/feat") && text["kind"] == "amplitude" && text["rms"][0].is_number())
        rms[std::to_string(text["t_s"].get<double>())] = text["rms"][0];
      if (topic.ends_with("/meta")) CHECK(text["channels"].size() == 2);
    }
    CHECK(sessions.size() == 1);
    REQUIRE_FALSE(numbers.empty());
    CHECK(*numbers.begin() == 0);
    CHECK(static_cast<std::int64_t>(numbers.size()) == *numbers.rbegin() + 1);
    // The numbers are those of the table.
    std::size_t compared = 0;
    for (const TableRow& row :
         rows_where(table_of(folder, "tables/windows.csv"), {{"channel", "CH1"}, {"feature", "rms"}, {"valid", "TRUE"}})) {
      CHECK(rms.at(std::to_string(number_in(row, "t_start_s"))) == doctest::Approx(number_in(row, "value")).epsilon(1e-8));
      ++compared;
    }
    CHECK(compared > 20);
  }
  // Killed: the last will.
  Subscriber subscriber(folder, broker.port, "second");
  Started program("sh -c \"exec '" SEMG_BINARY "' monitor --from synthetic: --mqtt mqtt://127.0.0.1:" + std::to_string(broker.port) +
                  "/site1/dev1 --progress none\"");
  REQUIRE(subscriber.wait_for(
      [](const std::string& topic, const json& text) { return topic.ends_with("/state") && text["state"] == "online"; }, 15));
  program.end(SIGKILL);
  CHECK(subscriber.wait_for(
      [](const std::string& topic, const json& text) { return topic.ends_with("/state") && text["state"] == "offline"; }, 10));
}

TEST_CASE("mqtt: without a broker the newest windows wait, the oldest are left out and their numbers are missing; nobody waits") {
  Recording head;
  head.stream.fs_hz = 1000;
  head.stream.channels.resize(1);
  LiveRun::Plan plan;
  plan.chain = chain_for({}, 1000);
  const auto before = std::chrono::steady_clock::now();
  {
    MqttPublisher publisher(mqtt_place_from("mqtt://127.0.0.1:" + std::to_string(free_port()) + "/a/b"), head, plan);
    const LiveListener listener = publisher.listener();
    const float value = 1;
    const Reason ok = Reason::ok;
    FeatureFrame frame;
    frame.first = frame.second = frame.active_fraction = {&value, 1};
    frame.reason = {&ok, 1};
    for (std::size_t k = 0; k < MqttPublisher::kMostWaiting + 100; ++k) listener.frame(frame);
    listener.activation(Activation{});
    CHECK(publisher.left_out() == 101);
    CHECK(publisher.sent() == 0);
    std::this_thread::sleep_for(milliseconds(200));
    CHECK(publisher.trouble().find("no broker answers") != std::string::npos);
  }
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(5));
}

TEST_CASE("mqtt: an address that is none is refused with its form") {
  const MqttPlace place = mqtt_place_from("mqtt://ward@broker.lan:1884/site1/dev1");
  CHECK(place.user == "ward");
  CHECK(place.host == "broker.lan");
  CHECK(place.port == 1884);
  CHECK(place.site == "site1");
  CHECK(place.device == "dev1");
  CHECK(mqtt_place_from("mqtt://h/a/b").port == 1883);
  for (const char* bad :
       {"mqtt://h", "mqtt://h/a", "mqtt:///a/b", "mqtt://h:0/a/b", "mqtt://h:x/a/b", "mqtt://h/a/b/c", "mqtt://h/a/#", "http://h/a/b"})
    CHECK_THROWS_AS(mqtt_place_from(bad), Error);
}

}  // namespace semg
