// SPDX-License-Identifier: BSD-3-Clause
// Live sources as a user writes them.
#include "io/devices/live_uri.hpp"

#include <doctest/doctest.h>

#include "dsp/error.hpp"

namespace semg {

TEST_CASE("a live source is a scheme, a target and values") {
  const LiveUri uri("tcp:10.0.0.2:7000?channels=8&uv_per_count=0.25&name=a%26b%20c");
  CHECK(uri.scheme() == "tcp");
  CHECK(uri.target() == "10.0.0.2:7000");
  CHECK(uri.whole("channels", 1, 64) == 8);
  CHECK(uri.number("uv_per_count", 0, 10) == 0.25);
  CHECK(uri.value("name") == "a&b c");
  CHECK(uri.number("fs", 1, 10, 2.0) == 2);
  CHECK(LiveUri("muovi:").target().empty());
}

TEST_CASE("what is wrong with a live source is said in one sentence") {
  const auto sentence = [](auto call) -> std::string {
    try {
      call();
    } catch (const Error& e) {
      CHECK(e.fault() == Fault::usage);
      return e.what();
    }
    return "nothing was wrong";
  };
  CHECK(sentence([] { LiveUri("muovi"); }).starts_with("muovi: source: found 'muovi', expected SCHEME:"));
  CHECK(sentence([] { LiveUri("x:?a"); }) == "x:?a: key: found 'a', expected key=value");
  CHECK(sentence([] { LiveUri("x:?a=1&a=2"); }) == "x:?a=1&a=2: a: found it twice, expected it once");
  CHECK(sentence([] { LiveUri("x:?a=%4"); }) ==
        "x:?a=%4: percent sign: found '%4', expected two hexadecimal digits after it, %25 for the sign itself");
  CHECK(sentence([] { LiveUri("x:?porr=1").expect_keys({"port", "gain"}); }) == "x:?porr=1: key: found 'porr', expected port, gain");
  CHECK(sentence([] { LiveUri("x:?n=1e").number("n", 0, 5); }) == "x:?n=1e: n: found '1e', expected a number from 0 to 5");
  CHECK(sentence([] { LiveUri("x:?n=nan").number("n", 0, 5); }) == "x:?n=nan: n: found 'nan', expected a number from 0 to 5");
  CHECK(sentence([] { LiveUri("x:").whole("n", 0, 5); }) == "x:: n: found nothing, expected a whole number from 0 to 5");
  CHECK(sentence([] { LiveUri("x:?m=b").word("m", {"a", "c"}, "a"); }) == "x:?m=b: m: found 'b', expected a, c");
  CHECK(sentence([] { LiveUri("x:").target_or_refuse("a host"); }) == "x:: target: found nothing, expected a host after 'x:'");
}

TEST_CASE("hosts come with or without a port, and addresses of IPv6 in brackets") {
  const LiveUri uri("x:");
  CHECK(host_and_port(uri, "lab", 5).port == 5);
  CHECK(host_and_port(uri, "lab:81", 5).port == 81);
  CHECK(host_and_port(uri, "[::1]:81", {}).host == "::1");
  for (const char* bad : {"lab:", "lab:0", "lab:99999", ":5", "::1", "[::1]x", "lab"}) CHECK_THROWS_AS(host_and_port(uri, bad, {}), Error);
}

}  // namespace semg
