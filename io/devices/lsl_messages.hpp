// SPDX-License-Identifier: BSD-3-Clause
// The texts that lab streaming layer's programs exchange: who streams what, how a stream is asked for, what time it is there.
// Protocol 1.10. Source: liblsl, stream_info_impl.cpp, tcp_server.cpp, udp_server.cpp, data_receiver.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace semg {

/// How a stream's values are sent. `other`: a word we do not know.
enum class LslFormat { float32, double64, string, int32, int16, int8, int64, other };

const char* to_string(LslFormat format) noexcept;  ///< "float32", ...; "unknown"
/// Bytes of one value; 0 where that is not fixed.
std::size_t bytes_of(LslFormat format) noexcept;

/// What a stream says of one of its channels; empty where it says nothing.
struct LslChannel {
  std::string label, type, unit;
};

/// What a stream says of itself. The channels, maker and model stand in the full description only.
struct LslInfo {
  std::string name, type, source_id, uid, session_id, hostname;
  LslFormat format = LslFormat::other;
  std::size_t channel_count = 0;
  double fs_hz = 0;  ///< 0: irregular
  int version = 0;   ///< 110: protocol 1.10
  int data_port = 0, service_port = 0;
  std::string manufacturer, model;
  std::vector<LslChannel> channels;  ///< as many as are described
};

/// Reads the short or the full description (XML). Nothing where it is none, or where it has no name, no uid, no channels or no ports.
std::optional<LslInfo> read_lsl_info(std::string_view xml);

/// Which stream is looked for. What is empty is not asked for.
struct LslWanted {
  std::string name = {}, type = {};
  std::optional<LslInfo> before = {};  ///< the stream that was there before
};
/// Whether it is the stream that was there before, or has the name and type that are asked for.
bool matches(const LslInfo& info, const LslWanted& wanted) noexcept;
/// Whether it is the stream that was there before, whatever its name is now. One source may have several streams: it is one of the same
/// type and shape.
bool is_same_stream(const LslInfo& info, const LslWanted& wanted) noexcept;

/// The question, by UDP to all; those it fits answer to `port` with `id` before their short description.
std::string lsl_question(const LslWanted& wanted, int port, const std::string& id);
std::optional<LslInfo> read_lsl_answer(std::string_view datagram, std::string_view id);

/// What the full description is asked for with, by TCP; it comes until the connection is closed.
inline constexpr std::string_view kLslFullInfo = "LSL:fullinfo\r\n";

/// Asks for the samples, by TCP; `buffer_rows`: as many are kept for us there when we are slow.
std::string lsl_feed_request(const LslInfo& info, std::int64_t buffer_rows);

/// What is answered before the samples.
struct LslFeedReply {
  int status = 0;      ///< 200: they follow; 404: no such stream here; 505: our protocol is too new
  int protocol = 0;    ///< of the samples
  int byte_order = 0;  ///< of the samples: 1234 or 4321
  std::string uid;
  std::size_t bytes = 0;  ///< so long was it
};
/// Nothing while it is not whole. A reply that can be none has status 0.
std::optional<LslFeedReply> read_lsl_feed_reply(std::string_view bytes);

/// Asks for the time there, by UDP; `t0_s` is ours.
std::string lsl_time_request(int wave, double t0_s);
struct LslTimeReply {
  int wave = 0;
  double t0_s = 0, t1_s = 0, t2_s = 0;  ///< asked (our clock), heard and answered (theirs)
};
std::optional<LslTimeReply> read_lsl_time_reply(std::string_view datagram);

}  // namespace semg
