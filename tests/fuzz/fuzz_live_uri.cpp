// SPDX-License-Identifier: BSD-3-Clause
// Live sources as a user may write them: refused with a sentence, or understood.
#include "dsp/error.hpp"
#include "io/devices/live_uri.hpp"
#include "tests/fuzz/fuzz_input.hpp"

namespace semg::test {
namespace {

/// Only Error(usage) may come out of it, and its sentence begins with what was written.
template <class Read>
void read_or_refuse(const std::string& text, Read read) {
  try {
    read();
  } catch (const Error& error) {
    must(error.fault() == Fault::usage, "a URI is refused as what a user wrote");
    must(std::string_view(error.what()).starts_with(text.substr(0, text.find('\0'))), "a refusal begins with the URI");
  }
}

std::string escaped(const std::string& text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string all;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    all += {'%', kDigits[byte / 16], kDigits[byte % 16]};
  }
  return all;
}

void look_at(const LiveUri& uri) {
  must(!uri.scheme().empty() && uri.text().starts_with(uri.scheme() + ":"), "a scheme stands before the first colon");
  read_or_refuse(uri.text(), [&] { uri.expect_keys({"port", "fs"}); });
  read_or_refuse(uri.text(), [&] { must(!uri.target_or_refuse("a host").empty(), "a target that is needed is there"); });
  read_or_refuse(uri.text(), [&] {
    const auto port = uri.whole("port", 1, 65535, 54321);
    must(port >= 1 && port <= 65535, "a whole number is within its limits");
  });
  read_or_refuse(uri.text(), [&] {
    const double fs_hz = uri.number("fs", 1, 1e6);
    must(fs_hz >= 1 && fs_hz <= 1e6, "a number is within its limits");
  });
  read_or_refuse(uri.text(), [&] {
    const std::string mode = uri.word("mode", {"emg", "eeg"}, "emg");
    must(mode == "emg" || mode == "eeg", "a word is one of those there are");
  });
  for (const std::optional<int> port : {std::optional<int>(), std::optional<int>(50040)}) {
    read_or_refuse(uri.text(), [&] {
      const HostAndPort place = host_and_port(uri, uri.target(), port);
      must(!place.host.empty() && place.port >= 1 && place.port <= 65535, "a host has a name and a port");
      must(uri.target().find(place.host) != std::string::npos, "a host is part of the target");
    });
  }
}

}  // namespace
}  // namespace semg::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace semg::test;
  FuzzInput input(data, size);
  if (input.below(2) == 0) {
    const std::string text = input.text(size);
    read_or_refuse(text, [&] { look_at(semg::LiveUri(text)); });
    return 0;
  }
  const std::string target = input.text(input.below(32)), port = input.text(input.below(8)), fs = input.text(input.below(16)),
                    mode = input.text(8);
  const semg::LiveUri uri("muovi:" + escaped(target) + "?port=" + escaped(port) + "&fs=" + escaped(fs) + "&mode=" + escaped(mode));
  must(uri.target() == target && uri.value("port") == port && uri.value("fs") == fs && uri.value("mode") == mode,
       "what is escaped comes back as it was");
  look_at(uri);
  return 0;
}
