// SPDX-License-Identifier: BSD-3-Clause
// Lab streaming layer: texts, frames, what is recorded of a stream, and the whole way from an emulated outlet.
#include <random>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "io/devices/lsl_frames.hpp"
#include "io/devices/lsl_messages.hpp"
#include "io/devices/lsl_stream.hpp"
#include "tests/io/devices/lsl_emulator.hpp"
#include "tests/io/devices/rows_came.hpp"

namespace semg::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// As liblsl 1.18 writes it.
const std::string kDescription =
    "<?xml version=\"1.0\"?>\n<info>\n\t<name>Left arm &amp; hand</name>\n\t<type>EMG</type>\n\t<channel_count>3</channel_count>\n"
    "\t<channel_format>int16</channel_format>\n\t<source_id>box'7</source_id>\n\t<nominal_srate>2000.000000000000</nominal_srate>\n"
    "\t<version>1.100000000000000</version>\n\t<created_at>50.25</created_at>\n\t<uid>a1-b2</uid>\n\t<session_id>default</session_id>\n"
    "\t<hostname>lab</hostname>\n\t<v4address />\n\t<v4data_port>16572</v4data_port>\n\t<v4service_port>16573</v4service_port>\n"
    "\t<v6address />\n\t<v6data_port>16572</v6data_port>\n\t<v6service_port>16573</v6service_port>\n\t<desc>\n\t\t<acquisition>"
    "<manufacturer>Acme</manufacturer><model>M8</model></acquisition>\n\t\t<channels>\n"
    "\t\t\t<channel><label>TA</label><unit>microvolts</unit><type>EMG</type></channel>\n"
    "\t\t\t<channel><label>GM</label><unit>microvolts</unit><type>emg</type></channel>\n"
    "\t\t\t<channel><label>Trigger</label><unit></unit><type>Stim</type></channel>\n\t\t</channels>\n\t</desc>\n</info>\n";

LslInfo described() {
  return *read_lsl_info(kDescription);
}

std::string refusal(const LslInfo& info, LslWishes wishes = {}) {
  wishes.uri = "lsl:X";
  try {
    plan_lsl_stream(info, wishes);
  } catch (const Error& error) {
    CHECK(error.fault() == Fault::data);
    return error.what();
  }
  return "";
}

template <class T>
void append(std::vector<std::byte>& bytes, T number, bool swapped) {
  auto raw = std::bit_cast<std::array<std::byte, sizeof(T)>>(number);
  if (swapped) std::reverse(raw.begin(), raw.end());
  bytes.insert(bytes.end(), raw.begin(), raw.end());
}

/// What is sent of a stream of three channels: two samples of the pattern, then rows of which every fourth has a stamp.
template <class T>
std::vector<std::byte> sent(int rows, int pattern, bool swapped) {
  std::vector<std::byte> bytes;
  for (const int offset : {4, 2}) {
    bytes.push_back(std::byte{2});
    append(bytes, 123456.789, swapped);
    for (int k = 0; k < 3; ++k) append(bytes, static_cast<T>((k == 1 ? -1 : 1) * (k + offset + pattern)), swapped);
  }
  for (int row = 0; row < rows; ++row) {
    bytes.push_back(static_cast<std::byte>(row % 4 == 0 ? 2 : 1));
    if (row % 4 == 0) append(bytes, 10 + row / 1000.0, swapped);
    for (int c = 0; c < 3; ++c) append(bytes, static_cast<T>(row * 3 + c - 20), swapped);
  }
  return bytes;
}

struct Framed {
  std::vector<std::byte> samples;
  std::vector<double> stamps;  // -1: none
  std::size_t garbage = 0;
  bool is_lost = false;
  bool operator==(const Framed&) const = default;
};

Framed framed(LslLayout layout, std::span<const std::byte> bytes, std::size_t piece) {
  LslFramer framer(std::move(layout));
  Framed all;
  const auto add = [&](const LslRows& rows) {
    all.samples.insert(all.samples.end(), rows.samples.begin(), rows.samples.end());
    for (const double stamp_s : rows.stamps) all.stamps.push_back(std::isnan(stamp_s) ? -1 : stamp_s);
    all.garbage += rows.garbage;
  };
  for (std::size_t at = 0; at < bytes.size(); at += piece) add(framer.feed(bytes.subspan(at, std::min(piece, bytes.size() - at))));
  all.is_lost = framer.is_lost();
  add(framer.end());
  return all;
}

template <class Stored>
void check_values(const Framed& got, int rows) {
  REQUIRE(got.stamps.size() == static_cast<std::size_t>(rows));
  REQUIRE(got.samples.size() == static_cast<std::size_t>(rows) * 2 * sizeof(Stored));
  for (int row = 0; row < rows; ++row) {
    CHECK(got.stamps[static_cast<std::size_t>(row)] == (row % 4 == 0 ? 10 + row / 1000.0 : -1));
    for (int pick = 0; pick < 2; ++pick) {
      Stored value;
      std::memcpy(&value, got.samples.data() + (static_cast<std::size_t>(row) * 2 + static_cast<std::size_t>(pick)) * sizeof(Stored),
                  sizeof(Stored));
      CHECK(value == static_cast<Stored>(row * 3 + (pick == 0 ? 2 : 0) - 20));
    }
  }
}

void check_whole_way(LslOutlet outlet, Habits habits, std::int64_t off_rows, const std::string& more = "") {
  LslEmulator emulator(outlet, habits);
  const auto got = receive(open_lsl(LiveUri("lsl:" + outlet.name + "?host=127.0.0.1" + more)), milliseconds(2500), seconds(200));
  REQUIRE(got.head.stream.channels.size() == outlet.channels);
  CHECK(got.head.stream.fs_hz == outlet.fs_hz);
  CHECK(got.head.stream.channels.front().label == "M1");
  CHECK(emulator.times_asked() >= 8);
  check_rows_came(got, emulator.sent(), off_rows, [&](std::int64_t row, std::size_t c) { return emulator.value(row, c); });
}

}  // namespace

TEST_CASE("LSL: a stream's description is read, whole or in short") {
  const LslInfo info = described();
  CHECK(info.name == "Left arm & hand");
  CHECK(info.source_id == "box'7");
  CHECK(info.format == LslFormat::int16);
  CHECK(info.channel_count == 3);
  CHECK(info.fs_hz == 2000);
  CHECK(info.version == 110);
  CHECK(info.data_port == 16572);
  CHECK(info.service_port == 16573);
  REQUIRE(info.channels.size() == 3);
  CHECK(info.channels[1].label == "GM");
  CHECK(info.channels[0].unit == "microvolts");
  CHECK(info.channels[2].type == "Stim");
  const auto answer = read_lsl_answer("17\r\n" + kDescription, "17");
  REQUIRE(answer);
  CHECK(answer->uid == "a1-b2");
  CHECK(!read_lsl_answer("18\r\n" + kDescription, "17"));
}

TEST_CASE("LSL: words that are no UTF-8 are read as Latin-1") {
  std::string text = kDescription;
  text.replace(text.find("<label>TA<"), 10, "<label>M\xE9<");
  CHECK(read_lsl_info(text)->channels[0].label == "M\u00E9");
}

TEST_CASE("LSL: texts that are no description are none, and nothing breaks by them") {
  for (const char* bad : {"", "<info/>", "<html><body/></html>", "<info><name>a</name><uid>b</uid></info>"}) CHECK(!read_lsl_info(bad));
  for (std::size_t cut = 0; cut < kDescription.size(); ++cut) {
    const auto part = read_lsl_info(kDescription.substr(0, cut));
    if (part) CHECK(part->name == "Left arm & hand");
    read_lsl_feed_reply(kDescription.substr(cut));
    read_lsl_time_reply(kDescription.substr(cut));
  }
  std::string port = kDescription;
  port.replace(port.find(">16572<"), 7, ">99999<");
  CHECK(!read_lsl_info(port));
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    std::string text = kDescription;
    for (const std::byte byte : garbage_bytes(8, seed))
      text[std::to_integer<std::size_t>(byte) * 4 % text.size()] = static_cast<char>(byte);
    read_lsl_info(text);
  }
}

TEST_CASE("LSL: a stream is asked for by name, type or source, whatever quotes are in them") {
  CHECK(lsl_question({.name = "Arm", .type = "EMG"}, 5000, "q") == "LSL:shortinfo\r\nname='Arm' and type='EMG'\r\n5000 q\r\n");
  CHECK(lsl_question({.name = "Ann's"}, 5000, "q") == "LSL:shortinfo\r\nname=\"Ann's\"\r\n5000 q\r\n");
  LslInfo before;
  before.source_id = "s";
  CHECK(lsl_question({.name = "A", .before = before}, 1, "q") == "LSL:shortinfo\r\n(source_id='s') or (name='A')\r\n1 q\r\n");
  CHECK(lsl_question({.name = "'\""}, 1, "q") == "LSL:shortinfo\r\ncount(name)=1\r\n1 q\r\n");
  const LslInfo info = described();
  CHECK(matches(info, {.type = "EMG"}));
  CHECK(!matches(info, {.name = "Left arm", .type = "EMG"}));
  CHECK(matches(info, {.name = "Right arm", .before = info}));
  LslInfo sibling = info;  // of the same source, as the acceleration beside the muscles
  sibling.type = "ACC";
  CHECK(!matches(sibling, {.name = "Right arm", .before = info}));
}

TEST_CASE("LSL: the request for samples has the header lines of protocol 1.10, and its reply is read when it is whole") {
  const std::string request = lsl_feed_request(described(), 120000);
  CHECK(request.starts_with("LSL:streamfeed/110 a1-b2\r\nNative-Byte-Order: 1234\r\n"));
  CHECK(request.find("\r\nValue-Size: 2\r\n") != std::string::npos);
  CHECK(request.find("\r\nMax-Buffer-Length: 120000\r\n") != std::string::npos);
  CHECK(request.ends_with("\r\nSource-Id: box'7\r\nSession-Id: default\r\n\r\n"));
  const std::string ok = "LSL/110 200 OK\r\nUID: a1-b2\r\nByte-Order: 4321\r\nSuppress-Subnormals: 0\r\nData-Protocol-Version: 110\r\n\r\n";
  for (std::size_t cut = 0; cut < ok.size(); ++cut) CHECK(!read_lsl_feed_reply(ok.substr(0, cut)));
  const auto reply = read_lsl_feed_reply(ok + "\x02\x01");
  REQUIRE(reply);
  CHECK(reply->status == 200);
  CHECK(reply->uid == "a1-b2");
  CHECK(reply->byte_order == 4321);
  CHECK(reply->protocol == 110);
  CHECK(reply->bytes == ok.size());
  CHECK(read_lsl_feed_reply("LSL/110 404 Not found")->status == 404);
  CHECK(read_lsl_feed_reply("LSL/110 505 Version not supported")->status == 505);
  CHECK(read_lsl_feed_reply("HTTP/1.1 200 OK\r\n\r\n")->status == 0);
}

TEST_CASE("LSL: the clock is asked and answers in seconds") {
  CHECK(lsl_time_request(3, 1234.5) == "LSL:timedata\r\n3 1234.5\r\n");
  const auto reply = read_lsl_time_reply(" 3 1234.5 777.25 777.375");
  REQUIRE(reply);
  CHECK(reply->wave == 3);
  CHECK(reply->t0_s == 1234.5);
  CHECK(reply->t1_s == 777.25);
  CHECK(reply->t2_s == 777.375);
  CHECK(!read_lsl_time_reply(" 3 1234.5 777.25"));
  CHECK(!read_lsl_time_reply(" 3 1234.5 nan inf"));
}

TEST_CASE("LSL: samples of every format and byte order are read, of the channels that are wanted") {
  const std::vector<std::size_t> picks{2, 0};
  for (const bool big : {false, true}) {
    const int order = big ? 4321 : 1234;
    CAPTURE(big);
    check_values<float>(
        framed({.format = LslFormat::float32, .channels = 3, .picks = picks, .byte_order = order}, sent<float>(50, 0, big), 100), 50);
    check_values<float>(
        framed({.format = LslFormat::double64, .channels = 3, .picks = picks, .byte_order = order}, sent<double>(50, 16777217, big), 100),
        50);
    check_values<std::int32_t>(
        framed({.format = LslFormat::int32, .channels = 3, .picks = picks, .byte_order = order}, sent<std::int32_t>(50, 65537, big), 100),
        50);
    check_values<std::int16_t>(
        framed({.format = LslFormat::int16, .channels = 3, .picks = picks, .byte_order = order}, sent<std::int16_t>(50, 257, big), 100),
        50);
  }
}

TEST_CASE("LSL: a connection whose first two samples are not the known pattern gives no row") {
  const LslLayout layout{.format = LslFormat::float32, .channels = 3, .picks = {0, 1, 2}};
  const auto good = sent<float>(10, 0, false);
  for (std::size_t at = 0; at < 2 * 21; ++at) {
    auto bad = good;
    bad[at] ^= std::byte{0x40};
    const auto got = framed(layout, bad, 7);
    CHECK(got.is_lost);
    CHECK(got.stamps.empty());
  }
  CHECK(framed(layout, sent<float>(10, 0, true), 7).is_lost);
}

TEST_CASE("LSL: what is no sample ends the connection, and the row that it touches is not given") {
  const LslLayout layout{.format = LslFormat::int16, .channels = 3, .picks = {0, 1, 2}};
  auto bytes = sent<std::int16_t>(20, 257, false);
  const std::size_t whole = bytes.size();
  const auto more = garbage_bytes(50, 77);
  REQUIRE(std::to_integer<int>(more[0]) > 2);
  bytes.insert(bytes.end(), more.begin(), more.end());
  const auto rest = sent<std::int16_t>(9, 257, false);
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  const auto got = framed(layout, bytes, 33);
  CHECK(got.is_lost);
  CHECK(got.stamps.size() == 19);
  CHECK(got.garbage == bytes.size() - whole + 7);
  auto never = sent<std::int16_t>(1, 257, false);
  append(never, std::byte{2}, false);
  append(never, std::numeric_limits<double>::infinity(), false);
  never.resize(never.size() + 7, std::byte{1});
  CHECK(framed(layout, never, 5).is_lost);
}

TEST_CASE("LSL: a last row that is whole comes when nothing follows it, half a row never") {
  LslFramer framer({.format = LslFormat::int16, .channels = 3, .picks = {0}});
  const auto bytes = sent<std::int16_t>(2, 257, false);
  CHECK(framer.feed(std::span(bytes).first(bytes.size() - 1)).stamps.size() == 1);
  CHECK(framer.is_open());
  CHECK(framer.pause().stamps.empty());
  CHECK(framer.feed(std::span(bytes).last(1)).stamps.empty());
  CHECK(framer.pause().stamps.size() == 1);
  CHECK(framer.pause().stamps.empty());
  CHECK(framer.feed(std::span(bytes).last(7)).stamps.empty());
  const LslRows& last = framer.end();
  CHECK(last.stamps.size() == 1);
  CHECK(last.garbage == 0);
}

TEST_CASE("LSL: any cut of any bytes gives the same rows") {
  std::mt19937 random(8);
  const LslLayout layout{.format = LslFormat::int16, .channels = 3, .picks = {1, 2}};
  for (int round = 0; round < 60; ++round) {
    auto bytes = sent<std::int16_t>(40, 257, false);
    for (int k = 0; k < 3; ++k) {
      const std::size_t at = 30 + random() % (bytes.size() - 30);
      if (round % 3 == 0) bytes[at] = static_cast<std::byte>(random() % 4);
      if (round % 3 == 1) bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at));
      if (round % 3 == 2) bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), static_cast<std::byte>(random() % 256));
    }
    const auto all = framed(layout, bytes, bytes.size());
    for (const std::size_t piece : {1, 2, 6, 7, 15, 100}) CHECK(framed(layout, bytes, piece) == all);
  }
}

TEST_CASE("LSL: muscle channels are recorded in their unit, and nothing that names a person or a place") {
  const LslPlan plan = plan_lsl_stream(described(), {});
  CHECK(plan.head.device == "Lab Streaming Layer (Acme M8)");
  CHECK(plan.head.source_format == "lsl");
  CHECK(plan.head.sample_type == SampleType::int16);
  CHECK(plan.head.unit_per_count() == 1);
  CHECK(plan.layout.channels == 3);
  CHECK(plan.layout.picks == std::vector<std::size_t>{0, 1});
  REQUIRE(plan.head.stream.channels.size() == 2);
  CHECK(plan.head.stream.channels[1].muscle == "GM");
  CHECK(plan.head.stream.channels[1].lsb == 1.0);
  const auto picked = plan_lsl_stream(described(), {.channels = {"GM", "#1"}});
  CHECK(picked.layout.picks == std::vector<std::size_t>{1, 0});
  LslInfo plain = described();
  plain.channels.clear();
  plain.format = LslFormat::double64;
  const auto all = plan_lsl_stream(plain, {.unit = "mV"});
  CHECK(all.head.sample_type == SampleType::float32);
  CHECK(all.head.unit_per_count() == 1000);
  CHECK(all.head.stream.channels[2].label == "EMG3");
}

TEST_CASE("LSL: units are known by all the words that programs write, whole or short") {
  for (const auto& [word, uv] : std::vector<std::pair<std::string, double>>{{"uV", 1},
                                                                            {"\xC2\xB5V", 1},
                                                                            {"\xCE\xBCV", 1},
                                                                            {"Microvolts", 1},
                                                                            {"microvolt", 1},
                                                                            {"mV", 1000},
                                                                            {"millivolts", 1000},
                                                                            {"V", 1e6},
                                                                            {"Volts", 1e6}}) {
    CAPTURE(word);
    LslInfo info = described();
    for (auto& channel : info.channels) channel.unit = word;
    CHECK(plan_lsl_stream(info, {}).head.unit_per_count() == uv);
  }
}

TEST_CASE("LSL: a stream that cannot be recorded as it is is refused in a sentence that says what to do") {
  LslInfo info = described();
  info.fs_hz = 0;
  CHECK(refusal(info) == "lsl:X: sampling rate: found 0 (irregular), expected a stream with a nominal rate");
  info = described();
  info.version = 100;
  CHECK(refusal(info) == "lsl:X: protocol: found 1.00, expected 1.10 or newer (its program has an old liblsl: have it updated)");
  for (const LslFormat format : {LslFormat::int8, LslFormat::int64, LslFormat::string}) {
    info = described();
    info.format = format;
    CHECK(refusal(info) ==
          std::string("lsl:X: channel format: found ") + to_string(format) + ", expected float32, double64, int32 or int16");
  }
  info = described();
  for (auto& channel : info.channels) channel.type = "EEG";
  CHECK(refusal(info) == "lsl:X: channel type: found 'EEG', expected EMG (or name what to record: ?channels=LABEL,LABEL or #1,#2)");
  info = described();
  info.channels[1].unit = "mV";
  CHECK(refusal(info) == "lsl:X: unit: found 'mV', 'uV', expected one unit for all channels that are recorded (?channels= picks some)");
  info.channels[1].unit = "";
  CHECK(refusal(info) ==
        "lsl:X: unit: found 'uV' in some channels and nothing in others, expected one unit for all channels that are recorded "
        "(?channels= picks some)");
  info.channels[0].unit = "";
  CHECK(refusal(info) ==
        "lsl:X: unit: found nothing in the stream's description, expected uV, mV or V (say it yourself: ?unit=uV, mV or V)");
  info.channels[0].unit = info.channels[1].unit = "counts";
  CHECK(refusal(info) ==
        "lsl:X: unit: found 'counts' in the stream's description, expected uV, mV or V (say it yourself: ?unit=uV, mV or V)");
  CHECK(refusal(described(), {.unit = "V"}) == "lsl:X: unit: found uV in the stream's description, expected V, as ?unit= says");
  CHECK(refusal(described(), {.channels = {"TA", "VL"}}) == "lsl:X: channels: found 'VL', expected TA, GM, Trigger, or #1 to #3");
  CHECK(refusal(described(), {.channels = {"TA", "#1"}}) == "lsl:X: channels: found '#1' twice, expected it once");
  CHECK_THROWS_WITH_AS(open_lsl(LiveUri("lsl:?host=a")),
                       "lsl:?host=a: target: found nothing, expected the name of a stream (or ?type=EMG) after 'lsl:'", Error);
  CHECK_THROWS_WITH_AS(open_lsl(LiveUri("lsl:A?unit=nV")), "lsl:A?unit=nV: unit: found 'nV', expected uV, mV, V", Error);
}

TEST_CASE("LSL: every row comes through, with losses, a burst of garbage and two disconnects, and every gap is exact") {
  check_whole_way({.name = "Whole way"}, {.seconds = live_seconds(), .drift_ppm = 80}, 0);
}

TEST_CASE("LSL: whole numbers in the other byte order come through, and so do 64-bit floats") {
  check_whole_way({.name = "Whole numbers", .source_id = "", .format = "int16", .fs_hz = 1000, .channels = 3, .big_endian = true},
                  {.seconds = live_seconds()}, 0);
  check_whole_way({.name = "Floats", .format = "double64", .fs_hz = 1024, .channels = 2, .chunk_rows = 1, .channel_unit = ""},
                  {.seconds = live_seconds(), .lost_share = 0}, 0, "&unit=mV");
}

TEST_CASE("LSL: an outlet that was started again is known by its source, and the gap is exact by its clock") {
  check_whole_way({.name = "Restarted", .source_id = "box 7", .returns = LslReturn::restarted}, {.seconds = live_seconds()}, 0);
}

TEST_CASE("LSL: an outlet that comes back on another computer goes on in the same recording, and the gap is true to 20 ms") {
  check_whole_way({.name = "Moved", .source_id = "box 8", .returns = LslReturn::on_another_computer}, {.seconds = live_seconds()}, 40);
}

TEST_CASE("LSL: time stamps that jitter make no gaps of their own") {
  check_whole_way({.name = "Jitter", .jitter_s = 0.004}, {.seconds = live_seconds(), .lost_share = 0, .drops = {}, .garbage_s = -1}, 0);
}

TEST_CASE("LSL: nobody, and several that fit, are told; a stream without a unit ends it") {
  const auto trouble_of = [](const std::string& uri) {
    Intake intake;
    std::jthread thread([&](std::stop_token stop) { open_lsl(LiveUri(uri))(intake, stop); });
    for (int k = 0; k < 60 && intake.trouble().empty(); ++k) std::this_thread::sleep_for(milliseconds(50));
    return intake.trouble();
  };
  CHECK(trouble_of("lsl:Nobody here?host=127.0.0.1") ==
        "no stream that fits lsl:Nobody here?host=127.0.0.1 answers: does its program stream, in this network? (host=ADDRESS asks one "
        "computer)");
  LslEmulator left({.name = "Left", .type = "Twins", .channel_unit = "", .channel_type = ""}, {});
  LslEmulator right({.name = "Right", .type = "Twins"}, {});
  CHECK(trouble_of("lsl:?type=Twins&host=127.0.0.1") ==
        "2 streams fit lsl:?type=Twins&host=127.0.0.1: 'Left' (type 'Twins', 8 channels, 2000 Hz, at 127.0.0.1), 'Right' (type 'Twins', 8 "
        "channels, 2000 Hz, at 127.0.0.1); say which: lsl:NAME, type=, host=");
  Intake intake;
  std::stop_source never;
  CHECK_THROWS_WITH_AS(open_lsl(LiveUri("lsl:Left?host=127.0.0.1"))(intake, never.get_token()),
                       "lsl:Left?host=127.0.0.1: unit: found nothing in the stream's description, expected uV, mV or V (say it yourself: "
                       "?unit=uV, mV or V)",
                       Error);
}

}  // namespace semg::test
