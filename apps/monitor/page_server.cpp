// SPDX-License-Identifier: BSD-3-Clause
#include "apps/monitor/page_server.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <exception>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "apps/monitor/page_files.hpp"
#include "dsp/error.hpp"

namespace semg {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;
using Trouble = beast::error_code;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr milliseconds kTick{20}, kStatusEvery{100}, kAfterFailedAccept{100};
constexpr seconds kTokenWithin{2}, kStuckAfter{5}, kRequestWithin{15};
constexpr std::size_t kMostConnections = 64, kMostViewers = 16, kMostHeader = 8 * 1024, kMostWish = 4 * 1024, kMostAnswers = 16;
constexpr int kSendBuffer = 128 * 1024;  // more would hold seconds of stale signal

bool same_secret(const std::string& a, const std::string& b) {
  return !b.empty() && a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Response answer(const Request& request, http::status status, std::string_view type, std::string body) {
  Response response(status, request.version());
  response.set(http::field::content_type, {type.data(), type.size()});
  response.set(http::field::cache_control, "no-store");
  response.set("Content-Security-Policy",
               "default-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
  response.set("X-Content-Type-Options", "nosniff");
  response.set("Referrer-Policy", "no-referrer");
  response.set("Cross-Origin-Resource-Policy", "same-origin");
  response.keep_alive(request.keep_alive());
  response.body() = std::move(body);
  response.prepare_payload();
  return response;
}

}  // namespace

struct PageServer::Body {
  class Viewer;
  class Visitor;

  Body(PageSettings wanted, PageSource from)
      : settings(std::move(wanted)), source(std::move(from)), acceptor(context), tick(context), again(context) {
    boost::system::error_code failed;
    const auto address = asio::ip::make_address(settings.address, failed);
    if (failed) throw Error(Fault::usage, fmt::format("--serve: found '{}', expected an address such as 127.0.0.1:8080", settings.address));
    const tcp::endpoint here(address, static_cast<std::uint16_t>(settings.port));
    acceptor.open(here.protocol());
    acceptor.set_option(asio::socket_base::reuse_address(true));
    acceptor.bind(here, failed);
    if (failed) {
      const Fault fault = failed == asio::error::address_in_use ? Fault::try_again : Fault::usage;
      throw Error(fault, fmt::format("--serve: {}:{}: found {}, expected an address of this computer and a port that is free",
                                     settings.address, settings.port, failed.message()));
    }
    acceptor.listen();
    port = acceptor.local_endpoint().port();
    for (const char* name : {"127.0.0.1", "localhost", "[::1]"}) hosts.insert(fmt::format("{}:{}", name, port));
    if (!address.is_unspecified()) hosts.insert(fmt::format("{}:{}", host(), port));
    hosts.insert(settings.hosts.begin(), settings.hosts.end());
  }
  ~Body() {
    context.stop();
    if (thread.joinable()) thread.join();
  }

  void start() {
    accept();
    beat();
    thread = std::thread([this] {
      while (!context.stopped()) {
        try {
          context.run();
        } catch (const std::exception&) {
          // One answer that could not be made is no reason to end a recording: that connection is gone, the others go on.
        }
      }
    });
  }

  void accept();
  void beat();
  std::string host() const;
  std::string url(const std::string& token) const;
  Response page(const Request& request) const;
  bool is_host(beast::string_view host) const { return hosts.count(std::string(host)) > 0; }
  bool is_origin(beast::string_view origin) const {
    constexpr beast::string_view kScheme = "http://", kSecure = "https://";
    return (origin.starts_with(kScheme) && is_host(origin.substr(kScheme.size()))) ||
           (origin.starts_with(kSecure) && is_host(origin.substr(kSecure.size())));  // behind a proxy that does TLS
  }

  PageSettings settings;
  PageSource source;
  asio::io_context context{1};
  tcp::acceptor acceptor;
  asio::steady_timer tick, again;
  std::shared_ptr<int> connections = std::make_shared<int>(0);  // each holds a share
  int port = 0;
  std::set<std::string> hosts;
  std::set<std::shared_ptr<Viewer>> viewers;
  std::shared_ptr<const std::string> status;
  std::uint64_t status_number = 0;
  std::int64_t news = -1;
  steady_clock::time_point status_due{};
  std::thread thread;
};

/// A page that listens. One message is on its way at any time; what comes meanwhile waits where it is kept anyway.
class PageServer::Body::Viewer : public std::enable_shared_from_this<Viewer> {
 public:
  Viewer(Body& server, tcp::socket socket)
      : server_(server), share_(server.connections), stream_(std::move(socket)), deadline_(server.context) {}

  void open(const Request& request) {
    stream_.set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
    stream_.read_message_max(kMostWish);
    stream_.async_accept(request, [self = shared_from_this()](Trouble failed) {
      if (failed) return;
      self->deadline_.expires_after(kTokenWithin);
      self->deadline_.async_wait([self](Trouble over) {
        if (!over && !self->is_known_) self->refuse();
      });
      self->read();
    });
  }

  void pump() {
    if (!is_known_ || closing_) return;
    if (writing_) {
      if (steady_clock::now() - writing_since_ > kStuckAfter) drop();
      return;
    }
    if (!answers_.empty()) {
      auto text = std::make_shared<const std::string>(std::move(answers_.front()));
      answers_.pop_front();
      return write(std::move(text), true);
    }
    if (status_number_ != server_.status_number && server_.status) {
      status_number_ = server_.status_number;
      return write(server_.status, true);
    }
  }

  /// Once a tick: signal in small pieces as it comes, or what has gathered meanwhile in one large one.
  void beat() {
    pump();
    if (!is_known_ || closing_ || writing_) return;
    std::string signal = server_.source.signal(next_bin_, number_, left_out_);
    if (signal.empty()) return;
    ++number_;
    write(std::make_shared<const std::string>(std::move(signal)), false);
  }

  void drop() {
    closing_ = true;
    deadline_.cancel();
    beast::get_lowest_layer(stream_).close();
    server_.viewers.erase(shared_from_this());
  }

 private:
  void read() {
    stream_.async_read(wish_, [self = shared_from_this()](Trouble failed, std::size_t) {
      if (failed || self->closing_) return self->drop();
      const std::string text = beast::buffers_to_string(self->wish_.data());
      self->wish_.consume(self->wish_.size());
      self->take(text);
      if (!self->closing_) self->read();
    });
  }

  void take(const std::string& text) {
    const auto wish = nlohmann::json::parse(text, nullptr, false);
    const auto word = [&](const char* key) {
      return wish.is_object() && wish.contains(key) && wish[key].is_string() ? wish[key].get<std::string>() : "";
    };
    if (!is_known_) {
      const std::string token = word("token");
      may_act_ = same_secret(token, server_.settings.token);
      if (word("do") != "hello" || (!may_act_ && !same_secret(token, server_.settings.viewer_token))) return refuse();
      if (server_.viewers.size() >= kMostViewers)
        return close(websocket::close_reason(websocket::close_code::try_again_later, "too many viewers"));
      is_known_ = true;
      deadline_.cancel();
      server_.viewers.insert(shared_from_this());
      answers_.push_back(server_.source.hello(may_act_));
    } else if (word("do") != "hello") {
      const std::string refusal = may_act_ ? server_.source.act(text) : "this page may only look";
      if (!refusal.empty() && answers_.size() < kMostAnswers)
        answers_.push_back(nlohmann::ordered_json({{"kind", "refused"}, {"do", word("do")}, {"sentence", refusal}}).dump());
      server_.status_due = {};
    }
    pump();
  }

  void refuse() { close(websocket::close_reason(websocket::close_code(4401), "401: the first message must bring the token")); }
  void close(const websocket::close_reason& why) {
    if (closing_) return;
    closing_ = true;
    deadline_.cancel();
    stream_.async_close(why, [self = shared_from_this()](Trouble) { self->drop(); });
  }

  void write(std::shared_ptr<const std::string> message, bool is_text) {
    writing_ = true;
    writing_since_ = steady_clock::now();
    stream_.text(is_text);
    stream_.async_write(asio::buffer(*message), [self = shared_from_this(), message](Trouble failed, std::size_t) {
      self->writing_ = false;
      if (failed) return self->drop();
      self->pump();
    });
  }

  Body& server_;
  std::shared_ptr<int> share_;
  websocket::stream<beast::tcp_stream> stream_;
  asio::steady_timer deadline_;
  beast::flat_buffer wish_;
  bool is_known_ = false, may_act_ = false, writing_ = false, closing_ = false;
  steady_clock::time_point writing_since_{};
  std::deque<std::string> answers_;
  std::uint64_t status_number_ = 0, number_ = 0;
  std::int64_t next_bin_ = 0;
  std::uint32_t left_out_ = 0;
};

/// A connection that asks for files, until it becomes a viewer.
class PageServer::Body::Visitor : public std::enable_shared_from_this<Visitor> {
 public:
  Visitor(Body& server, tcp::socket socket) : server_(server), share_(server.connections), stream_(std::move(socket)) {}

  void read() {
    parser_.emplace();
    parser_->header_limit(kMostHeader);
    parser_->body_limit(kMostWish);
    stream_.expires_after(kRequestWithin);
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](Trouble failed, std::size_t) {
      if (!failed) self->take();
    });
  }

 private:
  void take() {
    Request request = parser_->release();
    if (!server_.is_host(request[http::field::host]))
      return write(answer(request, http::status::misdirected_request, "text/plain", "421: this server has another name\n"));
    if (websocket::is_upgrade(request) && request.target() == "/live") {
      const auto origin = request[http::field::origin];
      if (!origin.empty() && !server_.is_origin(origin))
        return write(answer(request, http::status::forbidden, "text/plain", "403: asked from another page\n"));
      stream_.expires_never();
      std::make_shared<Viewer>(server_, stream_.release_socket())->open(request);
      return;
    }
    write(server_.page(request));
  }

  void write(Response response) {
    response_.emplace(std::move(response));
    http::async_write(stream_, *response_, [self = shared_from_this()](Trouble failed, std::size_t) {
      if (failed) return;
      if (self->response_->need_eof()) {
        self->stream_.socket().shutdown(tcp::socket::shutdown_send, failed);
        return;
      }
      self->read();
    });
  }

  Body& server_;
  std::shared_ptr<int> share_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<Response> response_;
};

void PageServer::Body::accept() {
  acceptor.async_accept([this](Trouble failed, tcp::socket socket) {
    if (failed) {  // no descriptor is left: not at once again
      again.expires_after(kAfterFailedAccept);
      again.async_wait([this](Trouble over) {
        if (!over) accept();
      });
      return;
    }
    if (connections.use_count() <= static_cast<long>(kMostConnections)) {
      Trouble ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      socket.set_option(asio::socket_base::send_buffer_size(kSendBuffer), ignored);
      std::make_shared<Visitor>(*this, std::move(socket))->read();
    }
    accept();
  });
}

void PageServer::Body::beat() {
  tick.expires_after(kTick);
  tick.async_wait([this](Trouble failed) {
    if (failed) return;
    beat();  // first: whatever this one dies of, the next one comes
    const auto now = steady_clock::now();
    const std::int64_t latest = source.news();
    if (now >= status_due || latest != news) {
      status_due = now + kStatusEvery;
      news = latest;
      status = std::make_shared<const std::string>(source.status(static_cast<std::int64_t>(viewers.size())));
      ++status_number;
    }
    const auto all = viewers;  // beat() may drop one
    for (const auto& viewer : all) viewer->beat();
  });
}

std::string PageServer::Body::host() const {
  const bool any = settings.address == "0.0.0.0" || settings.address == "::";
  const bool six = settings.address.find(':') != std::string::npos;
  return any ? "127.0.0.1" : six ? "[" + settings.address + "]" : settings.address;
}

std::string PageServer::Body::url(const std::string& token) const {
  return fmt::format("http://{}:{}/#t={}", host(), port, token);
}

Response PageServer::Body::page(const Request& request) const {
  if (request.method() != http::verb::get) return answer(request, http::status::method_not_allowed, "text/plain", "405: GET only\n");
  std::string_view target(request.target().data(), request.target().size());
  target = target.substr(0, target.find('?'));
  if (target == "/live") return answer(request, http::status::upgrade_required, "text/plain", "426: a WebSocket\n");
  if (target == "/health") return answer(request, http::status::ok, "application/json", source.health());
  if (target == "/metrics") return answer(request, http::status::ok, "text/plain; version=0.0.4; charset=utf-8", source.metrics());
  if (target == "/" || target == "/patient") target = "/index.html";
  for (const PageFile& file : page_files()) {
    if (file.path == target) return answer(request, http::status::ok, file.type, std::string(file.bytes));
  }
  return answer(request, http::status::not_found, "text/plain", "404: no such page\n");
}

PageServer::PageServer(PageSettings settings, PageSource source) : body_(std::make_unique<Body>(std::move(settings), std::move(source))) {}
PageServer::~PageServer() = default;

void PageServer::start() {
  body_->start();
}

int PageServer::port() const noexcept {
  return body_->port;
}

std::string PageServer::url() const {
  return body_->url(body_->settings.token);
}
std::string PageServer::viewer_url() const {
  return body_->url(body_->settings.viewer_token);
}

std::string new_token() {
  unsigned char bytes[16];
  if (RAND_bytes(bytes, sizeof bytes) != 1) throw Error(Fault::cannot_create, "token: found no random numbers, expected 16 bytes of them");
  return fmt::format("{:02x}", fmt::join(bytes, bytes + sizeof bytes, ""));
}

}  // namespace semg
