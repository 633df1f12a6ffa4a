// SPDX-License-Identifier: BSD-3-Clause
// The command port of a Delsys Trigno SDK server: what it is asked, and what stream its answers describe. Source: Trigno SDK user guide
// (MAN-025); Delsys' Win32SdkSample.
#pragma once

#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "dsp/recording.hpp"
#include "io/devices/byte_link.hpp"
#include "io/devices/trigno_frames.hpp"

namespace semg {

struct TrignoPlan {
  std::string uri, host;
  int command_port = 50040, data_port = 50043;
  std::set<int> wanted;  ///< slots; empty: every sensor that is paired
};

/// What the server will stream.
struct TrignoStream {
  Recording head;
  TrignoLayout layout;
};

/// One connection to the command port. Where the server falls silent the port is closed, and whatever is asked then finds no answer.
class TrignoCommands {
 public:
  TrignoCommands(const TrignoPlan& plan, const std::stop_token& stop) : plan_(plan), stop_(stop), room_(1 << 12) {}

  /// Connects and takes the greeting; false with why in trouble().
  bool connect();
  /// Asks for every slot. Nothing, with why in trouble(), where there is no answer or no such sensor. Throws Error(data) where sensors
  /// differ in rate, or an answer says nothing: waiting does not mend that.
  std::optional<TrignoStream> query();
  /// False with why in trouble(). The data port must be connected before.
  bool start();
  /// Stops it first.
  bool start_again();
  /// Whether the port is still there and nobody stopped the server; does not wait.
  bool still_runs();
  /// Tells the server to stop, and leaves. What it still sends to `data` is read away: a server that cannot send may not listen.
  void say_goodbye(ByteLink& data);
  void close() noexcept { link_.close(); }
  const std::string& trouble() const noexcept { return trouble_; }

 private:
  struct Sensor {
    int slot = 0, channels = 1;
    int start_index = 0;  // as the server tells it; negative where it does not
    int column = 0;
    double fs_hz = 0;
  };
  std::string reply();
  std::string ask(const std::string& command);
  double rate_of_port();
  std::optional<Sensor> query_sensor(int slot, double interval_s);
  bool is_wanted(const Sensor& sensor) const;
  TrignoStream stream_of(std::vector<Sensor> sensors, double port_hz) const;

  const TrignoPlan& plan_;
  const std::stop_token& stop_;
  std::vector<std::byte> room_;
  ByteLink link_;
  TrignoReplies replies_;
  std::string trouble_;
};

}  // namespace semg
