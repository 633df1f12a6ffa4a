// SPDX-License-Identifier: BSD-3-Clause
// Texts of lab streaming layer's programs: descriptions, replies, times; whoever is on the network may send them.
#include <cmath>

#include "io/devices/lsl_messages.hpp"
#include "tests/fuzz/fuzz_input.hpp"

namespace semg::test {
namespace {

bool is_sound(const LslInfo& info) {
  const auto is_port = [](int port) { return port > 0 && port < 65536; };
  return !info.name.empty() && !info.uid.empty() && info.uid.find_first_of(" \r\n") == std::string::npos && info.channel_count > 0 &&
         info.channel_count <= 4096 && info.channels.size() <= 4096 && std::isfinite(info.fs_hz) && is_port(info.data_port) &&
         is_port(info.service_port);
}

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

void ask(const LslInfo& info) {
  must(is_sound(info), "a description that is taken can be asked for");
  const std::string request = lsl_feed_request(info, 1000);
  must(lines_in(request) == 13 && request.ends_with("\r\n\r\n"), "no description adds a line to what we ask");
}

/// A field as it may stand in XML.
std::string element(const char* name, const std::string& text) {
  return "<" + std::string(name) + ">" + text + "</" + name + ">";
}

}  // namespace
}  // namespace semg::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace semg::test;
  FuzzInput input(data, size);
  switch (input.below(6)) {
    case 0: {
      const std::string text = input.text(size);
      if (const auto info = semg::read_lsl_info(text)) ask(*info);
      break;
    }
    case 1: {
      std::string fields;
      for (const char* name : {"name", "type", "channel_count", "nominal_srate", "channel_format", "source_id", "version", "uid",
                               "session_id", "hostname", "v4data_port", "v4service_port"})
        fields += element(name, input.text(input.below(24)));
      fields += element("desc", element("channels", element("channel", element("label", input.text(input.number())))));
      const std::string xml = "id\r\n<?xml version=\"1.0\"?>" + element("info", fields);
      const auto info = semg::read_lsl_answer(xml, "id");
      must(!semg::read_lsl_answer(xml, "other"), "an answer to somebody else is none");
      if (info) ask(*info);
      break;
    }
    case 2: {
      // A reply that is known to be whole stays what it is when more comes behind it.
      const std::string text = (input.below(2) == 0 ? "LSL/110 200 OK\r\n" : "") + input.text(size);
      std::optional<semg::LslFeedReply> known;
      for (std::size_t k = 0; k <= std::min<std::size_t>(text.size(), 512); ++k) {
        const auto reply = semg::read_lsl_feed_reply(std::string_view(text).substr(0, k));
        if (!reply) {
          must(!known, "a reply that was whole stays whole");
          continue;
        }
        must(reply->bytes <= k, "a reply is no longer than what came");
        if (reply->status != 200) break;
        if (known) must(known->bytes == reply->bytes && known->uid == reply->uid, "what follows a reply does not change it");
        known = reply;
      }
      break;
    }
    case 3: {
      const std::string text = input.text(size);
      if (const auto reply = semg::read_lsl_time_reply(text))
        must(std::isfinite(reply->t0_s) && std::isfinite(reply->t1_s) && std::isfinite(reply->t2_s), "times are numbers");
      break;
    }
    default: {
      semg::LslWanted wanted{.name = input.text(input.below(32)), .type = input.text(input.below(32))};
      wanted.before.emplace().source_id = input.text(32);
      must(lines_in(semg::lsl_question(wanted, 16573, "id")) == 3, "no name adds a line to the question");
    }
  }
  return 0;
}
