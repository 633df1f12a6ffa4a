// SPDX-License-Identifier: BSD-3-Clause
#include "apps/live/mqtt_publisher.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <mosquitto.h>
#include <nlohmann/json.hpp>

#include "apps/monitor/page_server.hpp"
#include "dsp/error.hpp"
#include "dsp/version.hpp"
#include "io/devices/byte_link.hpp"

namespace semg {
namespace {

using Json = nlohmann::ordered_json;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kKeepAlive_s = 5;  // a frozen publisher is offline after one and a half of it
constexpr int kMostInFlight = 50;
constexpr milliseconds kGoodbye{2000};

Json number(float value) {
  return std::isfinite(value) ? Json(static_cast<double>(value)) : Json(nullptr);
}

bool is_word(const std::string& text) {
  return !text.empty() && text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.") == std::string::npos;
}

}  // namespace

MqttPlace mqtt_place_from(const std::string& url) {
  const auto bad = [&] {
    return Error(Fault::usage, fmt::format("--mqtt: found '{}', expected mqtt://[USER@]HOST[:PORT]/SITE/DEVICE", url));
  };
  constexpr const char* kScheme = "mqtt://";
  if (!url.starts_with(kScheme)) throw bad();
  std::string rest = url.substr(7);
  const std::size_t slash = rest.find('/');
  if (slash == std::string::npos) throw bad();
  const std::string topic = rest.substr(slash + 1);
  rest.resize(slash);
  const std::size_t second = topic.find('/');
  MqttPlace place;
  if (second == std::string::npos) throw bad();
  place.site = topic.substr(0, second);
  place.device = topic.substr(second + 1);
  if (const std::size_t at = rest.find('@'); at != std::string::npos) {
    place.user = rest.substr(0, at);
    rest = rest.substr(at + 1);
    if (!is_word(place.user)) throw bad();
  }
  if (const std::size_t colon = rest.rfind(':'); colon != std::string::npos) {
    const std::string port = rest.substr(colon + 1);
    if (port.empty() || port.size() > 5 || port.find_first_not_of("0123456789") != std::string::npos) throw bad();
    place.port = std::stoi(port);
    rest.resize(colon);
  }
  place.host = rest;
  if (!is_word(place.host) || !is_word(place.site) || !is_word(place.device) || place.port < 1 || place.port > 65535) throw bad();
  return place;
}

struct MqttPublisher::Body {
  struct Message {
    std::string topic, text;
    bool is_window = false;
  };

  Body(MqttPlace where, const Recording& recording, const LiveRun::Plan& plan)
      : place(std::move(where)),
        head(recording),
        session(new_token().substr(0, 16)),
        base(fmt::format("semg/v1/{}/{}/", place.site, place.device)) {
    Json channels = Json::array();
    for (const Channel& c : head.stream.channels)
      channels.push_back({{"label", c.label}, {"muscle", c.muscle}, {"side", to_string(c.side)}, {"unit", to_string(c.unit)}});
    meta = Json({{"schema", "semg-mqtt/1"},
                 {"session", session},
                 {"engine", version_line()},
                 {"simulated", head.simulated},
                 {"device", head.device},
                 {"fs_hz", head.stream.fs_hz},
                 {"high_pass_hz", plan.chain.high_pass_hz},
                 {"low_pass_hz", plan.chain.low_pass_hz},
                 {"channels", channels}})
               .dump(-1, ' ', false, Json::error_handler_t::replace);
    mosquitto_lib_init();
    client = mosquitto_new(fmt::format("semg-{}-{}", place.device, session).c_str(), true, this);
    if (client == nullptr) throw Error(Fault::cannot_create, "--mqtt: found no memory for a client");
    const char* password = std::getenv("SEMG_MQTT_PASSWORD");
    if (!place.user.empty()) mosquitto_username_pw_set(client, place.user.c_str(), password);
    const std::string will = state("offline");
    mosquitto_will_set(client, (base + "state").c_str(), static_cast<int>(will.size()), will.data(), 1, true);
    mosquitto_max_inflight_messages_set(client, kMostInFlight);
    mosquitto_connect_callback_set(client, [](mosquitto*, void* body, int code) { static_cast<Body*>(body)->connected(code); });
    mosquitto_disconnect_callback_set(client, [](mosquitto*, void* body, int) { static_cast<Body*>(body)->is_connected = false; });
    mosquitto_publish_callback_set(client, [](mosquitto*, void* body, int) {
      --static_cast<Body*>(body)->in_flight;
      ++static_cast<Body*>(body)->sent;
    });
    thread = std::jthread([this](const std::stop_token& stop) { work(stop); });
  }
  void finish() {
    thread.request_stop();
    if (!thread.joinable()) return;
    thread.join();
    const std::lock_guard lock(mutex);
    for (const Message& message : waiting) (message.is_window ? left_out : events_left_out) += 1;
    waiting.clear();
  }
  ~Body() {
    finish();
    mosquitto_destroy(client);
    mosquitto_lib_cleanup();
  }

  std::string state(const char* word) const { return Json({{"state", word}, {"session", session}}).dump(); }

  bool publish(const std::string& topic, const std::string& text, bool retained) {
    const int failed = mosquitto_publish(client, nullptr, (base + topic).c_str(), static_cast<int>(text.size()), text.data(), 1, retained);
    if (failed == MOSQ_ERR_SUCCESS) ++in_flight;
    return failed == MOSQ_ERR_SUCCESS;
  }

  void connected(int code) {
    is_connected = code == 0;
    const std::lock_guard lock(mutex);
    trouble = code == 0 ? "" : fmt::format("{}:{}: {}", place.host, place.port, mosquitto_connack_string(code));
    if (code != 0) return;
    publish("meta", meta, true);
    publish("state", state("online"), true);
  }

  void add(Message message) {
    const std::lock_guard lock(mutex);
    if (waiting.size() >= kMostWaiting) {
      const auto oldest = std::find_if(waiting.begin(), waiting.end(), [](const Message& m) { return m.is_window; });
      if (oldest != waiting.end()) {
        waiting.erase(oldest);
        ++left_out;
      }
    }
    waiting.push_back(std::move(message));
  }

  /// Sends what waits, as far as the broker keeps up.
  void send() {
    while (is_connected && in_flight < kMostInFlight) {
      Message message;
      {
        const std::lock_guard lock(mutex);
        if (waiting.empty()) return;
        message = std::move(waiting.front());
        waiting.pop_front();
      }
      if (publish(message.topic, message.text, false)) continue;
      const std::lock_guard lock(mutex);
      waiting.push_front(std::move(message));
      return;
    }
  }

  static void wait(milliseconds& pause, const std::stop_token& stop) {
    wait_until(steady_clock::now() + pause, stop);
    pause = std::min(pause * 2, milliseconds(5000));
  }

  void work(const std::stop_token& stop) {
    milliseconds pause{250};
    bool ever = false;
    while (!stop.stop_requested()) {
      std::string nobody;  // the library's own attempt would wait as long as the system does
      const bool answers = connect_tcp(place.host, place.port, milliseconds(1000), stop, nobody).is_open();
      const int failed = !answers ? MOSQ_ERR_CONN_REFUSED
                         : ever   ? mosquitto_reconnect(client)
                                  : mosquitto_connect(client, place.host.c_str(), place.port, kKeepAlive_s);
      if (failed != MOSQ_ERR_SUCCESS) {
        {
          const std::lock_guard lock(mutex);
          trouble = fmt::format("{}:{}: no broker answers ({})", place.host, place.port, mosquitto_strerror(failed));
        }
        wait(pause, stop);
        continue;
      }
      ever = true;
      bool let_in = false;
      while (!stop.stop_requested() && mosquitto_loop(client, 20, 1) == MOSQ_ERR_SUCCESS) {
        let_in = let_in || is_connected;
        send();
      }
      if (stop.stop_requested()) break;
      is_connected = false;
      if (let_in) {
        pause = milliseconds(250);
      } else {
        wait(pause, stop);
      }
    }
    if (is_connected) leave();
  }

  /// What still waits, and that this was the end: so that nobody takes it for a failure.
  void leave() {
    const auto until = steady_clock::now() + kGoodbye;
    bool said = false;
    while (is_connected && steady_clock::now() < until) {
      send();
      bool all_sent = in_flight == 0;
      {
        const std::lock_guard lock(mutex);
        all_sent = all_sent && waiting.empty();
      }
      if (all_sent && said) break;
      if (all_sent && !std::exchange(said, true)) publish("state", state("ended"), true);
      if (mosquitto_loop(client, 10, 1) != MOSQ_ERR_SUCCESS) return;
    }
    if (!said) return;  // no goodbye without its word: the last will speaks
    mosquitto_disconnect(client);
    mosquitto_loop(client, 10, 1);
  }

  MqttPlace place;
  Recording head;
  std::string session, base, meta;
  mosquitto* client = nullptr;
  std::int64_t seq = 0;  // of the listener's thread
  mutable std::mutex mutex;
  std::deque<Message> waiting;
  std::string trouble;
  std::atomic<bool> is_connected = false;
  std::atomic<int> in_flight = 0;
  std::atomic<std::int64_t> sent = 0, left_out = 0, events_left_out = 0;
  std::jthread thread;
};

MqttPublisher::MqttPublisher(MqttPlace place, const Recording& head, const LiveRun::Plan& plan)
    : body_(std::make_unique<Body>(std::move(place), head, plan)) {}
MqttPublisher::~MqttPublisher() = default;

LiveListener MqttPublisher::listener() {
  Body* body = body_.get();
  return {.frame =
              [body](const FeatureFrame& f) {
                const bool amplitude = f.kind == WindowKind::amplitude;
                Json first = Json::array(), second = Json::array(), fraction = Json::array(), reason = Json::array();
                for (const float v : f.first) first.push_back(number(v));
                for (const float v : f.second) second.push_back(number(v));
                for (const float v : f.active_fraction) fraction.push_back(number(v));
                for (const Reason r : f.reason) reason.push_back(to_string(r));
                Json text = {{"session", body->session},
                             {"seq", body->seq++},
                             {"kind", amplitude ? "amplitude" : "spectrum"},
                             {"first_row", f.first_row},
                             {"rows", f.rows},
                             {"t_s", static_cast<double>(f.first_row) / body->head.stream.fs_hz},
                             {amplitude ? "rms" : "mdf", first},
                             {amplitude ? "arv" : "mnf", second}};
                if (amplitude) text["active_fraction"] = fraction;
                text["reason"] = reason;
                body->add({.topic = "feat", .text = text.dump(), .is_window = true});
              },
          .activation =
              [body](const Activation& a) {
                const double fs_hz = body->head.stream.fs_hz;
                const Json text = {{"session", body->session},
                                   {"seq", body->seq++},
                                   {"kind", "activation"},
                                   {"channel", a.channel},
                                   {"onset_row", a.onset_row},
                                   {"offset_row", a.offset_row},
                                   {"onset_s", static_cast<double>(a.onset_row) / fs_hz},
                                   {"offset_s", static_cast<double>(a.offset_row) / fs_hz},
                                   {"rms", number(a.rms)},
                                   {"mdf_hz", number(a.mdf_hz)},
                                   {"snr_db", number(a.snr_db)}};
                body->add({.topic = "event", .text = text.dump(), .is_window = false});
              }};
}

std::string MqttPublisher::finish() {
  body_->finish();
  if (left_out() == 0 && events_left_out() == 0) return {};
  const std::string why = trouble();
  return fmt::format("semg: {} windows and {} events were not published: {}\n", left_out(), events_left_out(),
                     why.empty() ? "the broker was too slow" : why);
}
std::int64_t MqttPublisher::events_left_out() const noexcept {
  return body_->events_left_out;
}
std::int64_t MqttPublisher::sent() const noexcept {
  return body_->sent;
}
std::int64_t MqttPublisher::left_out() const noexcept {
  return body_->left_out;
}
std::string MqttPublisher::trouble() const {
  const std::lock_guard lock(body_->mutex);
  return body_->trouble;
}

}  // namespace semg
