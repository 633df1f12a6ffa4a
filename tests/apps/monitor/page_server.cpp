// SPDX-License-Identifier: BSD-3-Clause
// The monitor page's server: who is let in, who is not, and that nobody waits for a viewer that does not read.
#include "apps/monitor/page_server.hpp"

#include <atomic>
#include <chrono>
#include <thread>

#include <boost/beast/http.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "dsp/error.hpp"
#include "tests/apps/monitor/page_client.hpp"

namespace semg {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

/// A server whose status counts and whose signal is as large as one likes.
struct Served {
  std::atomic<std::int64_t> statuses = 0, signals = 0;
  std::atomic<bool> breaks = false;
  std::string wish;
  std::size_t signal_bytes;
  PageServer server;

  explicit Served(std::size_t bytes = 100)
      : signal_bytes(bytes),
        server({.address = "127.0.0.1",
                .port = 0,
                .token = "the-secret-of-the-page",
                .viewer_token = "only-to-look-at-it",
                .hosts = {"proxy.example:443"}},
               {.hello = [](bool may_act) { return fmt::format(R"({{"kind":"hello","viewer":{}}})", !may_act); },
                .status =
                    [this](std::int64_t viewers) {
                      if (breaks.exchange(false)) throw std::runtime_error("no status this time");
                      return fmt::format(R"({{"kind":"status","n":{},"viewers":{}}})", ++statuses, viewers);
                    },
                .news = [] { return std::int64_t{0}; },
                .signal =
                    [this](std::int64_t& next, std::uint64_t, std::uint32_t&) {
                      ++signals;
                      ++next;
                      return std::string(signal_bytes, 'x');
                    },
                .act =
                    [this](const std::string& text) {
                      wish = text;
                      return text.find("nonsense") == std::string::npos ? std::string() : std::string("that is nonsense");
                    },
                .health = [] { return std::string("{}"); },
                .metrics = [] { return std::string("semg_up 1\n"); }}) {
    server.start();
  }

  std::string host() const { return fmt::format("127.0.0.1:{}", server.port()); }
  http::response<http::string_body> get(const std::string& target, const std::string& with_host, const std::string& origin = "",
                                        bool upgrade = false) {
    asio::io_context context;
    tcp::socket socket(context);
    socket.connect({asio::ip::make_address("127.0.0.1"), static_cast<std::uint16_t>(server.port())});
    http::request<http::empty_body> request(http::verb::get, target, 11);
    request.set(http::field::host, with_host);
    if (!origin.empty()) request.set(http::field::origin, origin);
    if (upgrade) {
      request.set(http::field::connection, "Upgrade");
      request.set(http::field::upgrade, "websocket");
      request.set(http::field::sec_websocket_version, "13");
      request.set(http::field::sec_websocket_key, "dGhlIHNhbXBsZSBub25jZQ==");
    }
    http::write(socket, request);
    beast::flat_buffer buffer;
    http::response<http::string_body> response;
    http::read(socket, buffer, response);
    return response;
  }
};

}  // namespace

TEST_CASE("a request under another name, and a WebSocket from another page, are turned away") {
  Served served;
  CHECK(served.get("/metrics", "evil.example").result_int() == 421);
  CHECK(served.get("/live", "evil.example", "", true).result_int() == 421);
  CHECK(served.get("/metrics", served.host()).result_int() == 200);
  CHECK(served.get("/metrics", fmt::format("localhost:{}", served.server.port())).body() == "semg_up 1\n");
  CHECK(served.get("/metrics", "proxy.example:443").result_int() == 200);
  CHECK(served.get("/live", served.host(), "http://evil.example", true).result_int() == 403);
  CHECK(served.get("/live", served.host(), "null", true).result_int() == 403);
  CHECK(served.get("/live", served.host(), "https://proxy.example:443", true).result_int() == 101);
  CHECK(served.get("/live", served.host(), "http://" + served.host(), true).result_int() == 101);
  CHECK(served.get("/../etc/passwd", served.host()).result_int() == 404);
}

TEST_CASE("pages may load nothing from elsewhere") {
  Served served;
  const auto answer = served.get("/health", served.host());
  CHECK(std::string(answer["Content-Security-Policy"]).starts_with("default-src 'self';"));
  CHECK(answer["X-Content-Type-Options"] == "nosniff");
  CHECK(answer[http::field::access_control_allow_origin].empty());
}

TEST_CASE("without the token in its first message a page is told 401 and nothing else") {
  Served served;
  SUBCASE("a wrong one") {
    PageClient page(served.server.port());
    page.bring("the-secret-of-the-pagf");
    CHECK(page.closed_with() == 4401);
  }
  SUBCASE("none") {
    PageClient page(served.server.port());
    page.say(R"({"do":"start"})");
    CHECK(page.closed_with() == 4401);
    CHECK(served.wish.empty());
  }
  SUBCASE("an empty one") {
    PageClient page(served.server.port());
    page.bring("");
    CHECK(page.closed_with() == 4401);
  }
  SUBCASE("silence") {
    PageClient page(served.server.port());
    const auto before = std::chrono::steady_clock::now();
    CHECK(page.closed_with() == 4401);
    CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(10));
  }
}

TEST_CASE("a page with the token hears who it is, how it goes, and what it may not do") {
  Served served;
  PageClient page(served.server.port());
  page.bring("the-secret-of-the-page");
  CHECK(page.hear() == R"({"kind":"hello","viewer":false})");
  CHECK(nlohmann::json::parse(page.hear_of("status"))["viewers"] == 1);
  page.say(R"({"do":"marker","key":"1"})");
  page.say(R"({"do":"nonsense"})");
  const auto refused = nlohmann::json::parse(page.hear_of("refused"));
  CHECK(refused["do"] == "nonsense");
  CHECK(refused["sentence"] == "that is nonsense");
}

TEST_CASE("a status that cannot be made is left out, and the next one comes") {
  Served served;
  PageClient page(served.server.port());
  page.bring("the-secret-of-the-page");
  page.hear_of("status");
  served.breaks = true;
  const std::int64_t before = nlohmann::json::parse(page.hear_of("status"))["n"];
  for (int k = 0; k < 3; ++k) page.hear_of("status");
  CHECK_FALSE(served.breaks);
  CHECK(nlohmann::json::parse(page.hear_of("status"))["n"] > before);
}

TEST_CASE("a viewer's token lets look, and not act") {
  Served served;
  PageClient page(served.server.port());
  page.bring("only-to-look-at-it");
  CHECK(page.hear() == R"({"kind":"hello","viewer":true})");
  page.say(R"({"do":"start"})");
  CHECK(nlohmann::json::parse(page.hear_of("refused"))["sentence"] == "this page may only look");
  CHECK(served.wish.empty());
}

TEST_CASE("what is too long or no JSON ends that page and nothing else") {
  Served served;
  PageClient good(served.server.port());
  good.bring("the-secret-of-the-page");
  PageClient bad(served.server.port());
  bad.bring("the-secret-of-the-page");
  bad.say(R"({"do":"note","text":")" + std::string(5000, 'x') + "\"}");
  CHECK(bad.closed_with() != 0);
  good.say("[1,2");
  CHECK(nlohmann::json::parse(good.hear_of("status"))["kind"] == "status");
}

TEST_CASE("one viewer that never reads takes nothing from one that does, and is dropped") {
  Served served(200 * 1000);
  PageClient stuck(served.server.port()), healthy(served.server.port());
  stuck.bring("the-secret-of-the-page");
  healthy.bring("the-secret-of-the-page");
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(7);
  std::int64_t heard = 0, viewers = 2;
  while (std::chrono::steady_clock::now() < end) {
    const std::string text = healthy.hear();
    ++heard;
    if (healthy.stream.got_text() && text.starts_with(R"({"kind":"status")")) viewers = nlohmann::json::parse(text)["viewers"];
  }
  CHECK(heard > 7 * 30);
  CHECK(viewers == 1);
}

TEST_CASE("a port that is taken is said, and so is an address that is none") {
  Served served;
  CHECK_THROWS_AS(PageServer({.address = "127.0.0.1", .port = served.server.port(), .token = "x", .viewer_token = "", .hosts = {}}, {}),
                  Error);
  CHECK_THROWS_WITH_AS(PageServer({.address = "nowhere", .port = 0, .token = "x", .viewer_token = "", .hosts = {}}, {}),
                       "--serve: found 'nowhere', expected an address such as 127.0.0.1:8080", Error);
}

TEST_CASE("tokens are 128 bits and never the same") {
  const std::string a = new_token(), b = new_token();
  CHECK(a.size() == 32);
  CHECK(a.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(a != b);
}

}  // namespace semg
