// SPDX-License-Identifier: BSD-3-Clause
// A page, as the server sees one.
#pragma once

#include <string>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace semg {

struct PageClient {
  boost::asio::io_context context;
  boost::beast::websocket::stream<boost::asio::ip::tcp::socket> stream{context};

  explicit PageClient(int port) {
    namespace websocket = boost::beast::websocket;
    const std::string host = fmt::format("127.0.0.1:{}", port);
    stream.next_layer().connect({boost::asio::ip::make_address("127.0.0.1"), static_cast<std::uint16_t>(port)});
    stream.set_option(websocket::stream_base::decorator(
        [&](websocket::request_type& request) { request.set(boost::beast::http::field::origin, "http://" + host); }));
    stream.handshake(host, "/live");
  }
  void say(const std::string& text) { stream.write(boost::asio::buffer(text)); }
  void bring(const std::string& token) { say(fmt::format(R"({{"do":"hello","token":"{}"}})", token)); }
  std::string hear() {
    boost::beast::flat_buffer buffer;
    stream.read(buffer);
    return boost::beast::buffers_to_string(buffer.data());
  }
  std::string hear_of(const std::string& kind) {
    for (int k = 0; k < 200; ++k) {
      const std::string text = hear();
      if (stream.got_text() && nlohmann::json::parse(text)["kind"] == kind) return text;
    }
    return R"({"kind":"nothing"})";
  }
  /// The code with which the server closed.
  int closed_with() {
    boost::beast::error_code failed;
    boost::beast::flat_buffer buffer;
    while (!failed) stream.read(buffer, failed);
    return stream.reason().code;
  }
};

}  // namespace semg
