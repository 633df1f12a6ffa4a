// SPDX-License-Identifier: BSD-3-Clause
#include "io/devices/trigno_commands.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "dsp/error.hpp"

namespace semg {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kConnect{3000};
constexpr milliseconds kReply{2500};
constexpr milliseconds kGoodbye{500};
constexpr milliseconds kLook{50};
constexpr double kRadioLost_s = 0.02;  // zeros for longer than this are no signal
constexpr double kSameRate = 1e-3;     // RATE? is rounded; so many samples a frame interval is exact
constexpr double kRail_uV = 11000;
constexpr double kFrame_s = 0.0135;
constexpr double kUpsampled_hz = 2000;
constexpr int kCompatibleSamples = 15, kLegacySamples = 26;  // a frame, at the two ports for muscle signals
constexpr int kLegacyPort = 50041;
constexpr int kSlots = static_cast<int>(TrignoLayout::kSlots);

std::optional<double> number_in(const std::string& reply) {
  double number = 0;
  if (std::from_chars(reply.data(), reply.data() + reply.size(), number).ec != std::errc()) return {};
  return std::isfinite(number) && std::abs(number) < 1e6 ? std::optional(number) : std::nullopt;
}

/// The last word is what counts: "UPSAMPLING ON".
bool says(const std::string& reply, const std::string& word) {
  return reply == word || reply.ends_with(" " + word);
}

}  // namespace

bool TrignoCommands::connect() {
  replies_ = {};
  link_ = connect_tcp(plan_.host, plan_.command_port, kConnect, stop_, trouble_);
  if (!link_.is_open()) return false;
  if (!reply().empty()) {  // its name and version; more of it is not asked for
    while (link_.receive(room_, kLook, stop_) > 0) {
    }
    replies_ = {};
    return true;
  }
  trouble_ = fmt::format("{}:{} does not greet: is it a Trigno server, and free?", plan_.host, plan_.command_port);
  return false;
}

/// Empty where none comes, which closes the port.
std::string TrignoCommands::reply() {
  const auto until = steady_clock::now() + kReply;
  while (link_.is_open() && !stop_.stop_requested() && steady_clock::now() < until && !replies_.is_spoiled()) {
    if (const auto answer = replies_.next()) return *answer;
    replies_.put(std::span(room_).first(link_.receive(room_, kLook, stop_)));
  }
  link_.close();
  return {};
}

std::string TrignoCommands::ask(const std::string& command) {
  if (!link_.is_open()) return {};
  link_.send(command + "\r\n\r\n");
  const std::string answer = reply();
  if (!link_.is_open()) trouble_ = fmt::format("{}:{} does not answer {}", plan_.host, plan_.command_port, command);
  return answer;
}

/// In the mode for old programs the server resamples everything, whatever rates the sensors have (SDK guide 6.1.2); else 0.
double TrignoCommands::rate_of_port() {
  const std::string compatible = ask("BACKWARDS COMPATIBILITY?");
  if (!says(compatible, "YES") && !says(compatible, "ON")) return 0;
  const std::string upsampling = ask("UPSAMPLING?");
  if (says(upsampling, "ON") || says(upsampling, "YES")) return kUpsampled_hz;
  return (plan_.data_port == kLegacyPort ? kLegacySamples : kCompatibleSamples) / kFrame_s;
}

bool TrignoCommands::is_wanted(const Sensor& sensor) const {
  return sensor.channels > 0 && (plan_.wanted.empty() || plan_.wanted.contains(sensor.slot));
}

/// Nothing where the slot is empty. Servers answer INVALID COMMAND to what they do not know.
std::optional<TrignoCommands::Sensor> TrignoCommands::query_sensor(int slot, double interval_s) {
  const std::string name = fmt::format("SENSOR {} ", slot);
  if (ask(name + "PAIRED?") != "YES") return {};
  Sensor sensor{.slot = slot};
  const std::string type = ask(name + "TYPE?");
  sensor.start_index = static_cast<int>(number_in(ask(name + "STARTINDEX?")).value_or(-1));
  sensor.channels = static_cast<int>(number_in(ask(name + "EMGCHANNELCOUNT?")).value_or(1));
  if (!is_wanted(sensor)) return sensor;
  const std::string rate = ask(name + "CHANNEL 1 RATE?");
  const auto samples = number_in(ask(name + "CHANNEL 1 SAMPLES?"));
  const std::string unit = ask(name + "CHANNEL 1 UNITS?");
  if (!link_.is_open()) return {};
  const double told_hz = number_in(rate).value_or(0);
  const double exact_hz = samples && interval_s > 0 ? *samples / interval_s : 0;
  sensor.fs_hz = std::abs(exact_hz - told_hz) <= kSameRate * told_hz || told_hz <= 0 ? exact_hz : told_hz;
  if (!(sensor.fs_hz >= 1 && sensor.fs_hz <= 1e5))
    throw Error(Fault::data, fmt::format("{}: rate of sensor {} (type {}): found '{}', expected Hz", plan_.uri, slot, type, rate));
  if (unit != "V" && unit != "Volts" && unit != "INVALID COMMAND")
    throw Error(Fault::data, fmt::format("{}: unit of sensor {} (type {}): found '{}', expected V", plan_.uri, slot, type, unit));
  return sensor;
}

std::optional<TrignoStream> TrignoCommands::query() {
  ask("ENDIAN LITTLE");
  const double interval_s = number_in(ask("FRAME INTERVAL?")).value_or(0);
  const double port_hz = rate_of_port();
  std::vector<Sensor> sensors;
  std::set<int> missing = plan_.wanted;
  bool any = false;
  for (int slot = 1; slot <= kSlots && link_.is_open(); ++slot) {
    const auto sensor = query_sensor(slot, interval_s);
    if (!sensor) continue;
    sensors.push_back(*sensor);
    if (!is_wanted(*sensor)) continue;
    any = true;
    missing.erase(slot);
  }
  if (!link_.is_open()) return {};
  if (!missing.empty()) {
    trouble_ = fmt::format("{}: sensor {} is not paired, or has no muscle signal", plan_.host, fmt::join(missing, ", "));
    return {};
  }
  if (!any) {
    trouble_ = fmt::format("{}: no sensor for muscle signals is paired", plan_.host);
    return {};
  }
  return stream_of(std::move(sensors), port_hz);
}

/// Start indices count from 0 or from 1, as the server pleases; the first sensor, which nothing can have shifted, tells.
TrignoStream TrignoCommands::stream_of(std::vector<Sensor> sensors, double port_hz) const {
  TrignoStream stream;
  TrignoLayout& layout = stream.layout;
  std::optional<int> base;
  for (Sensor& sensor : sensors) {
    if (sensor.channels == 0) {
      layout.is_used[static_cast<std::size_t>(sensor.slot - 1)] = true;  // what comes there is not looked at
      continue;
    }
    if (!base && sensor.start_index >= 0) base = sensor.start_index == sensor.slot - 1 ? 0 : 1;
    sensor.column = sensor.start_index >= 0 ? sensor.start_index - *base : sensor.slot - 1;
    bool fits = sensor.column >= 0 && sensor.channels > 0 && sensor.column + sensor.channels <= kSlots;
    fits = fits && (&sensor != &sensors.front() || sensor.column == sensor.slot - 1);
    for (int c = 0; fits && c < sensor.channels; ++c)
      fits = !std::exchange(layout.is_used[static_cast<std::size_t>(sensor.column + c)], true);
    if (!fits)
      throw Error(Fault::data, fmt::format("{}: sensor {}: found {} channels at {}, expected them within {} and beside others'", plan_.uri,
                                           sensor.slot, sensor.channels, sensor.start_index, kSlots));
  }
  std::erase_if(sensors, [&](const Sensor& sensor) { return !is_wanted(sensor); });
  const Sensor& first = sensors.front();
  stream.head.device = "Delsys Trigno";
  stream.head.source_format = "trigno";
  stream.head.sample_type = SampleType::float32;
  stream.head.conversion = 1;
  stream.head.stream.fs_hz = port_hz > 0 ? port_hz : first.fs_hz;
  for (const Sensor& sensor : sensors) {
    if (port_hz <= 0 && std::abs(sensor.fs_hz - first.fs_hz) > 1e-6 * first.fs_hz)
      throw Error(Fault::data,
                  fmt::format("{}: rate: found {:.8g} Hz at sensor {} and {:.8g} Hz at sensor {}, expected one rate (choose with sensors=)",
                              plan_.uri, first.fs_hz, first.slot, sensor.fs_hz, sensor.slot));
    for (int c = 0; c < sensor.channels; ++c) {
      Channel channel;
      channel.label = sensor.channels == 1 ? fmt::format("S{}", sensor.slot) : fmt::format("S{}.{}", sensor.slot, c + 1);
      channel.muscle = channel.label;
      channel.rail_low = -kRail_uV;
      channel.rail_high = kRail_uV;
      stream.head.stream.channels.push_back(channel);
      layout.columns.push_back(static_cast<std::size_t>(sensor.column + c));
    }
  }
  layout.most_zeros = static_cast<std::size_t>(kRadioLost_s * stream.head.stream.fs_hz);
  return stream;
}

bool TrignoCommands::start() {
  const std::string answer = ask("START");
  if (answer == "OK") return true;
  if (link_.is_open()) trouble_ = fmt::format("{}: the server answers START with '{}'", plan_.host, answer);
  return false;
}

bool TrignoCommands::start_again() {
  ask("STOP");
  replies_.take_stopped();
  return start();
}

bool TrignoCommands::still_runs() {
  replies_.put(std::span(room_).first(link_.receive(room_, milliseconds(0), stop_)));
  replies_.next();
  if (replies_.take_stopped()) {
    trouble_ = fmt::format("{}: somebody stopped the server", plan_.host);
    return false;
  }
  if (!link_.is_open() && !stop_.stop_requested()) trouble_ = fmt::format("{}:{} closed the connection", plan_.host, plan_.command_port);
  return link_.is_open();
}

void TrignoCommands::say_goodbye(ByteLink& data) {
  if (!link_.is_open() || !link_.send("STOP\r\n\r\n")) return;
  const auto until = steady_clock::now() + kGoodbye;
  std::vector<std::byte> away(1 << 16);
  while (link_.is_open() && steady_clock::now() < until) {
    data.receive(away, milliseconds(0), {});
    replies_.put(std::span(room_).first(link_.receive(room_, milliseconds(20), {})));
    const auto answer = replies_.next();
    if (answer || replies_.take_stopped()) break;
  }
  link_.send("QUIT\r\n\r\n");
  link_.close();
}

}  // namespace semg
