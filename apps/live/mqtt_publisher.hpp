// SPDX-License-Identifier: BSD-3-Clause
// What is measured live, to an MQTT broker: features and events, never samples.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "apps/live/live_run.hpp"
#include "dsp/recording.hpp"

namespace semg {

/// `mqtt://[USER@]HOST[:PORT]/SITE/DEVICE`; the password, where there is one, is in the environment variable SEMG_MQTT_PASSWORD.
struct MqttPlace {
  std::string host, user, site, device;
  int port = 1883;
};
/// Throws Error(usage).
MqttPlace mqtt_place_from(const std::string& url);

/// Under semg/v1/SITE/DEVICE, JSON, QoS 1:
/// - `state` (retained): {"state":"online"|"ended"|"offline","session":S}; offline is the last will.
/// - `meta` (retained), at birth: what the numbers mean: channels, units, rate, chain, version; {"session":S, ...}.
/// - `feat`: one window of all channels; `event`: an activation. Both carry {"session":S,"seq":N}: N grows by one with every message of the
///   two, so that a subscriber knows what it missed. S differs for each run.
/// A thread of its own; at most kMostWaiting messages wait for the broker, then the oldest windows are left out (their seq is missing), and
/// no event as long as it runs. Nobody waits for the broker.
class MqttPublisher {
 public:
  static constexpr std::size_t kMostWaiting = 4000;

  MqttPublisher(MqttPlace place, const Recording& head, const LiveRun::Plan& plan);
  ~MqttPublisher();  // finish()
  MqttPublisher(const MqttPublisher&) = delete;
  MqttPublisher& operator=(const MqttPublisher&) = delete;

  LiveListener listener();
  /// Sends what waits and says "ended", where the broker takes it within two seconds; nothing is published afterwards. A sentence
  /// about what was not, empty where all was.
  std::string finish();
  std::int64_t sent() const noexcept;             ///< messages that the broker has acknowledged
  std::int64_t left_out() const noexcept;         ///< windows
  std::int64_t events_left_out() const noexcept;  ///< only when it ended without a broker
  std::string trouble() const;                    ///< why there is no broker; empty while there is one

 private:
  struct Body;
  std::unique_ptr<Body> body_;
};

}  // namespace semg
