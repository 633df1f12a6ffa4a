// SPDX-License-Identifier: BSD-3-Clause
#include "io/devices/lsl_messages.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "io/formats/utf8.hpp"

namespace semg {
namespace {

struct FormatWord {
  const char* word;
  LslFormat format;
  std::size_t bytes;
};
constexpr std::array<FormatWord, 7> kFormats{{{"float32", LslFormat::float32, 4},
                                              {"double64", LslFormat::double64, 8},
                                              {"string", LslFormat::string, 0},
                                              {"int32", LslFormat::int32, 4},
                                              {"int16", LslFormat::int16, 2},
                                              {"int8", LslFormat::int8, 1},
                                              {"int64", LslFormat::int64, 8}}};
constexpr std::size_t kMostChannels = 4096;

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// The number that `text` begins with, and what follows it; `otherwise` where it begins with none.
template <class Number>
Number number_of(std::string_view text, Number otherwise) {
  text = trimmed(text);
  Number number{};
  const auto done = std::from_chars(text.data(), text.data() + text.size(), number);
  return done.ec == std::errc() ? number : otherwise;
}

std::string lower(std::string_view text) {
  std::string small(text);
  std::transform(small.begin(), small.end(), small.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return small;
}

/// A text as XPath has it, which knows no escapes; nothing where both kinds of quotes are in it.
std::optional<std::string> quoted(const std::string& text) {
  if (text.find('\'') == std::string::npos) return "'" + text + "'";
  if (text.find('"') == std::string::npos) return '"' + text + '"';
  return std::nullopt;
}

/// "name='a'", and what is already in `terms` with it.
void add_term(std::string& terms, const char* field, const std::string& text) {
  if (text.empty()) return;
  const auto value = quoted(text);
  if (!value || text.find_first_of("\r\n") != std::string::npos) return;  // too rare to ask for: it is looked for among the answers
  terms += fmt::format("{}{}={}", terms.empty() ? "" : " and ", field, *value);
}

std::string text_of(pugi::xml_node node, const char* child) {
  return utf8_of(trimmed(node.child_value(child)));
}

}  // namespace

const char* to_string(LslFormat format) noexcept {
  for (const auto& known : kFormats)
    if (known.format == format) return known.word;
  return "unknown";
}

std::size_t bytes_of(LslFormat format) noexcept {
  for (const auto& known : kFormats)
    if (known.format == format) return known.bytes;
  return 0;
}

std::optional<LslInfo> read_lsl_info(std::string_view xml) {
  pugi::xml_document document;
  document.load_buffer(xml.data(), xml.size());  // of a broken text, what stands before the break
  const pugi::xml_node top = document.child("info");
  LslInfo info;
  info.name = top.child_value("name");
  info.type = top.child_value("type");
  info.source_id = top.child_value("source_id");
  info.uid = text_of(top, "uid");
  info.session_id = top.child_value("session_id");
  info.hostname = top.child_value("hostname");
  const std::string format = text_of(top, "channel_format");
  for (const auto& known : kFormats)
    if (format == known.word) info.format = known.format;
  info.channel_count = number_of<std::size_t>(top.child_value("channel_count"), 0);
  info.fs_hz = number_of(top.child_value("nominal_srate"), 0.0);
  info.version = static_cast<int>(std::lround(std::clamp(number_of(top.child_value("version"), 0.0), 0.0, 1000.0) * 100));
  info.data_port = number_of(top.child_value("v4data_port"), 0);
  info.service_port = number_of(top.child_value("v4service_port"), 0);
  const pugi::xml_node description = top.child("desc");
  info.manufacturer = text_of(description.child("acquisition"), "manufacturer");
  info.model = text_of(description.child("acquisition"), "model");
  for (const pugi::xml_node channel : description.child("channels").children("channel")) {
    if (info.channels.size() == kMostChannels) break;
    info.channels.push_back({.label = text_of(channel, "label"), .type = text_of(channel, "type"), .unit = text_of(channel, "unit")});
  }
  const auto is_port = [](int port) { return port > 0 && port < 65536; };
  if (info.name.empty() || info.uid.empty() || info.uid.find_first_of(" \r\n") != std::string::npos) return std::nullopt;
  if (info.channel_count == 0 || info.channel_count > kMostChannels || !std::isfinite(info.fs_hz)) return std::nullopt;
  if (!is_port(info.data_port) || !is_port(info.service_port)) return std::nullopt;
  return info;
}

bool is_same_stream(const LslInfo& info, const LslWanted& wanted) noexcept {
  if (!wanted.before || wanted.before->source_id.empty()) return false;
  const LslInfo& before = *wanted.before;
  return info.source_id == before.source_id && info.type == before.type && info.format == before.format &&
         info.channel_count == before.channel_count && info.fs_hz == before.fs_hz;
}

bool matches(const LslInfo& info, const LslWanted& wanted) noexcept {
  const bool named = (wanted.name.empty() || info.name == wanted.name) && (wanted.type.empty() || info.type == wanted.type);
  return named || is_same_stream(info, wanted);
}

std::string lsl_question(const LslWanted& wanted, int port, const std::string& id) {
  std::string named;
  add_term(named, "name", wanted.name);
  add_term(named, "type", wanted.type);
  std::string same;
  if (wanted.before) add_term(same, "source_id", wanted.before->source_id);
  if (named.empty()) named = "count(name)=1";  // every stream
  return fmt::format("LSL:shortinfo\r\n{}\r\n{} {}\r\n", same.empty() ? named : fmt::format("({}) or ({})", same, named), port, id);
}

std::optional<LslInfo> read_lsl_answer(std::string_view datagram, std::string_view id) {
  const std::size_t line = datagram.find('\n');
  if (line == std::string_view::npos || trimmed(datagram.substr(0, line)) != id) return std::nullopt;
  return read_lsl_info(datagram.substr(line + 1));
}

std::string lsl_feed_request(const LslInfo& info, std::int64_t buffer_rows) {
  const auto one_line = [](std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
    return text;
  };
  return fmt::format(
      "LSL:streamfeed/110 {}\r\nNative-Byte-Order: 1234\r\nEndian-Performance: 0\r\nHas-IEEE754-Floats: 1\r\nSupports-Subnormals: 1\r\n"
      "Value-Size: {}\r\nData-Protocol-Version: 110\r\nMax-Buffer-Length: {}\r\nMax-Chunk-Length: 0\r\nHostname: {}\r\nSource-Id: {}\r\n"
      "Session-Id: {}\r\n\r\n",
      info.uid, bytes_of(info.format), buffer_rows, one_line(info.hostname), one_line(info.source_id), one_line(info.session_id));
}

std::optional<LslFeedReply> read_lsl_feed_reply(std::string_view bytes) {
  constexpr std::string_view kBegin = "LSL/";
  constexpr std::size_t kLongest = 16384;
  LslFeedReply reply;
  if (bytes.substr(0, kBegin.size()) != kBegin.substr(0, bytes.size())) return reply;
  const std::size_t space = bytes.find(' ');
  if (space == std::string_view::npos || bytes.size() < space + 4) return bytes.size() > 16 ? std::optional(reply) : std::nullopt;
  reply.status = number_of(bytes.substr(space, 4), 0);
  if (reply.status != 200) {  // a refusal may have no end of line
    reply.bytes = bytes.size();
    return reply;
  }
  std::size_t at = bytes.find('\n');
  while (at != std::string_view::npos) {
    const std::size_t begin = at + 1;
    at = bytes.find('\n', begin);
    if (at == std::string_view::npos) break;
    const std::string_view line = trimmed(bytes.substr(begin, at - begin));
    if (line.empty()) {
      reply.bytes = at + 1;
      return reply;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string key = lower(trimmed(line.substr(0, colon)));
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (key == "uid") reply.uid = value;
    if (key == "byte-order") reply.byte_order = number_of(value, 0);
    if (key == "data-protocol-version") reply.protocol = number_of(value, 0);
  }
  return bytes.size() > kLongest ? std::optional(LslFeedReply{}) : std::nullopt;
}

std::string lsl_time_request(int wave, double t0_s) {
  return fmt::format("LSL:timedata\r\n{} {:.16g}\r\n", wave, t0_s);
}

std::optional<LslTimeReply> read_lsl_time_reply(std::string_view datagram) {
  std::array<double, 4> numbers{};
  for (double& number : numbers) {
    datagram = trimmed(datagram);
    const auto done = std::from_chars(datagram.data(), datagram.data() + datagram.size(), number);
    if (done.ec != std::errc() || !std::isfinite(number)) return std::nullopt;
    datagram.remove_prefix(static_cast<std::size_t>(done.ptr - datagram.data()));
  }
  if (std::abs(numbers[0]) > 2e9) return std::nullopt;
  return LslTimeReply{.wave = static_cast<int>(numbers[0]), .t0_s = numbers[1], .t1_s = numbers[2], .t2_s = numbers[3]};
}

}  // namespace semg
