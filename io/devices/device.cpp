// SPDX-License-Identifier: BSD-3-Clause
#include "io/devices/device.hpp"

#include <array>
#include <utility>

#include "dsp/error.hpp"
#include "io/devices/byte_link.hpp"

namespace semg {
namespace {

template <DeviceReader (*open)(const LiveUri&)>
DeviceReader open_lasting(const LiveUri& uri) {
  return lasting(open(uri));
}

}  // namespace

DeviceReader lasting(DeviceReader reader) {
  return [reader = std::move(reader)](Intake& to, std::stop_token stop) {
    Backoff backoff;
    while (true) {
      try {
        return reader(to, stop);
      } catch (const Error& error) {
        if (error.fault() != Fault::data || !to.has_head()) throw;
        to.disconnected();
        to.trouble(error.what());
      }
      if (!backoff.wait(stop)) return to.end();
    }
  };
}

std::span<const DeviceKind> device_kinds() {
  static const std::array<DeviceKind, 9> kinds{{
      {"muovi", "OT Bioelettronica Muovi, Muovi+", "muovi:?port=54321&probe=muovi|muovi+&mode=emg|eeg|test&gain=8|4",
       "join the probe's network; the probe connects to this computer", "16-bit sample counter: exact", open_lasting<open_muovi>},
      {"sessantaquattro", "OT Bioelettronica Sessantaquattro, Sessantaquattro+",
       "sessantaquattro:?port=45454&model=plus|classic&fs=2000&channels=64&mode=monopolar|bipolar|differential|test&resolution=16|24&gain="
       "8&highpass=on|off",
       "join the probe's network; the probe connects to this computer", "16-bit sample counter: exact", open_lasting<open_sessantaquattro>},
      {"trigno", "Delsys Trigno, by the Trigno Control Utility", "trigno:HOST?command=50040&data=50043&sensors=1,2,5",
       "the Control Utility running on HOST, sensors paired",
       "radio losses are exact; after a lost connection this computer's clock, to 20 ms", open_lasting<open_trigno>},
      {"lsl", "any device with a Lab Streaming Layer app", "lsl:NAME?type=EMG&host=HOST&unit=uV|mV|V&channels=LABEL,#3",
       "the app streaming in the same network", "time stamps: exact to the row where they do not jitter, else to the jitter",
       open_lasting<open_lsl>},
      {"fieldtrip", "any device that fills a FieldTrip buffer", "fieldtrip:HOST:1972?unit=uV|a.u.&uv_per_count=0.5&channels=LABEL,3",
       "the buffer running on HOST", "sample numbers: exact", open_lasting<open_fieldtrip>},
      {"cyton", "OpenBCI Cyton, with or without Daisy", "cyton:/dev/ttyUSB0?daisy=off|on&gain=24",
       "the dongle in this computer, the board on PC", "8-bit packet counter and this computer's clock: exact up to about half a second",
       open_lasting<open_cyton>},
      {"tcp", "plain frames over TCP",
       "tcp:HOST:PORT?channels=8&fs=2000&type=i16le&uv_per_count=0.2&sync=a55a&counter_bits=16&labels=TA,GM,... (or unit=a.u.)",
       "a server on HOST that sends frames: sync, counter, one value a channel",
       "the counter: exact; without one this computer's clock, to 20 ms", open_lasting<open_tcp>},
      {"serial", "plain frames over a serial port",
       "serial:/dev/ttyACM0?baud=921600&channels=8&fs=1000&type=i16le&uv_per_count=0.2&sync=a55a&counter_bits=8&labels=TA,GM,... (or "
       "unit=a.u.)",
       "a board on a serial port that sends frames: sync, counter, one value a channel",
       "the counter: exact; without one this computer's clock, to 20 ms", open_lasting<open_serial_stream>},
      {"replay", "a recording, played as if it were live", "replay:FILE.nwb?speed=1|max", "a recording", "as recorded", open_replay},
  }};
  return kinds;
}

}  // namespace semg
