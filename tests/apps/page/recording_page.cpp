// SPDX-License-Identifier: BSD-3-Clause
#include "apps/page/recording_page.hpp"

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apps/page/readable.hpp"
#include "apps/page/recording_figures.hpp"
#include "apps/page/recording_sentences.hpp"
#include "apps/page/svg.hpp"
#include "tests/apps/page/synthetic_page.hpp"

using namespace semg;

namespace {

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

/// The `d` of the first path of a class.
std::string path_of(const std::string& svg, const std::string& cls) {
  const std::string before = "<path class=\"" + cls + "\" d=\"";
  const auto at = svg.find(before);
  if (at == std::string::npos) return "";
  const auto from = at + before.size();
  return svg.substr(from, svg.find('"', from) - from);
}

struct Stroke {
  double x0, x1, y1;
};

/// Where the pen was down, along x: what a reader sees of a path that PathText wrote.
std::vector<Stroke> strokes_of(const std::string& d) {
  std::vector<Stroke> strokes;
  const char* at = d.c_str();
  double x = 0, y = 0;
  while (*at != '\0') {
    const char command = *at++;
    char* end = nullptr;
    const auto number = [&] {
      const double value = std::strtod(at, &end);
      at = end;
      return value;
    };
    if (command == 'M') x = y = 0;
    const double from = x;
    if (command != 'v' && command != 'z') x += number();
    if (command != 'h' && command != 'z') y += number();
    if (command == 'l' || command == 'h' || command == 'v') strokes.push_back({from, x, y});
  }
  return strokes;
}

/// Where a time stands in a figure that shows the whole recording.
double px_of(double t_s, double duration_s) {
  return 66 + t_s / duration_s * (kFigureWidth - 14 - 66);
}

bool drawn_within(const std::vector<Stroke>& strokes, double from_px, double to_px) {
  for (const Stroke& stroke : strokes) {
    if (stroke.x1 > from_px && stroke.x0 < to_px) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("page: every number of the summary and of the quality is on it, with its unit and its interval") {
  const RecordingPage page = page_with_faults();
  const std::string html = recording_page(page);
  for (const ChannelOnPage& channel : page.channels) {
    for (const SummaryRow& row : channel.summary) {
      CHECK_MESSAGE(holds(html, ">" + readable_number(row.value) + "<"), row.feature);
      CHECK_MESSAGE(holds(html, readable_feature(row.feature)), row.feature);
      CHECK_MESSAGE(holds(html, readable_unit(row.unit)), row.unit);
      if (row.ci_low)
        CHECK_MESSAGE(holds(html, "<small>" + readable_number(row.ci_low) + " – " + readable_number(row.ci_high) + "</small>"),
                      row.feature);
      if (row.n > 0) CHECK_MESSAGE(holds(html, "n\u00a0=\u00a0" + readable_count(row.n)), row.feature);
      if (row.reason != Reason::ok) CHECK_MESSAGE(holds(html, std::string(readable_reason(row.reason))), row.feature);
    }
    for (const QualityRow& row : channel.quality) {
      CHECK_MESSAGE(holds(html, ">" + readable_number(row.value) + " <i>"), row.measure);
      CHECK_MESSAGE(holds(html, escape_markup(row.meaning)), row.measure);
    }
  }
  for (const char* text : {"15.000", "50.000", "90.000", "31.000", "4.2000", ">4200<", ">30<", "20.500", "70.000", "0.0763", "−2500",
                           "2500", "4230 in 2 gaps"}) {
    CHECK_MESSAGE(holds(html, text), text);
  }
  for (const std::string* text : {&page.settings_toml, &page.settings_sha256, &page.recording_sha256, &page.engine_version,
                                  &page.conditioning, &page.definitions, &page.notes[0], &page.recording.device}) {
    CHECK_MESSAGE(holds(html, escape_markup(*text)), *text);
  }
}

TEST_CASE("page: how many windows were valid, and why the others were not, is said under each figure") {
  const std::string html = recording_page(page_with_faults());
  CHECK(holds(html, "RMS: 645 of 684 windows valid (39: the signal is clipped)."));
  CHECK(holds(html, "MDF: 0 of 179 windows valid (179: samples are repeated)."));
  CHECK(holds(html, "no valid window: the signal is flat"));
}

TEST_CASE("page: it needs no script and no network, and holds no path") {
  const std::string html = lower(recording_page(page_with_faults()) + recording_page(synthetic_page({})));
  for (const char* text : {"<script", "javascript:", "http:", "https:", "//", "@import", "<link", "<img", "<iframe", "<object",
                           "src=", "href=", "onload", "onclick", "file:"}) {
    CHECK_MESSAGE(!holds(html, text), text);
  }
  for (auto at = html.find("url("); at != std::string::npos; at = html.find("url(", at + 1)) CHECK(html.substr(at, 5) == "url(#");
}

TEST_CASE("page: text that looks like markup or like style stays text, wherever it stands") {
  const std::string evil = "\"}</style></title><script>alert('x')</script><b onload=1>&";
  RecordingPage page = page_with_faults();
  page.recording.recording_id = page.recording.participant_id = page.recording.visit_id = page.recording.device =
      page.recording.source_format = evil;
  page.recording.session_start = page.recording.source_sha256 = page.conditioning = page.definitions = page.settings_toml = evil;
  page.settings_sha256 = page.recording_sha256 = page.engine_version = evil;
  page.notes = {evil};
  for (Period& period : page.recording.periods) period.task = evil;
  for (Event& event : page.recording.events) event.text = evil;
  for (Channel& channel : page.recording.stream.channels) channel.label = channel.muscle = evil;
  for (ChannelOnPage& channel : page.channels) {
    channel.no_activation_because = evil;
    for (QualityRow& row : channel.quality) row.measure = row.unit = row.meaning = evil;
    for (SummaryRow& row : channel.summary) row.task = row.feature = row.statistic = row.unit = row.n_unit = evil;
  }
  const std::string html = recording_page(page);
  CHECK(!holds(html, "<script"));
  CHECK(!holds(html, "<b onload"));
  CHECK(!holds(html, "'x'"));
  const auto style_end = html.find("</style>");
  REQUIRE(style_end != std::string::npos);
  CHECK(html.find("</style>", style_end + 1) == std::string::npos);
  CHECK(html.substr(style_end, 23) == "</style>\n</head>\n<body>");
  CHECK(holds(html, "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
}

TEST_CASE("page: each muscle has a sentence that says what was measured, and what could not be told and why") {
  const RecordingPage page = page_with_faults();
  CHECK(what_was_found(page.channels[0]) ==
        "22 activations of 1.52\u00a0s (mean); RMS while active 107\u00a0µV (geometric mean, 95\u00a0%\u00a0CI\u00a0102\u2060–\u2060113); "
        "median frequency "
        "93.4\u00a0Hz (mean, 95\u00a0%\u00a0CI\u00a090.3\u2060–\u206096.5); signal-to-noise ratio 28.1\u00a0dB.");
  CHECK(what_was_not_assessable(page.channels[0]).empty());
  CHECK(!holds(what_was_found(page.channels[1]), "frequency"));
  CHECK(what_was_not_assessable(page.channels[1]) == "Not assessable: median frequency (samples are repeated).");
  CHECK(what_was_not_assessable(page.channels[2]) == "Not assessable: activation (no rest level is known).");
  CHECK(what_was_found(page.channels[3]) == "Nothing could be measured.");
  CHECK(what_was_not_assessable(page.channels[3]) ==
        "Not assessable: RMS while active, median frequency, activation, signal-to-noise ratio (the signal is flat).");
}

TEST_CASE("page: tasks are told one by one, rest is not a task, and six are enough for the first screen") {
  ChannelOnPage channel;
  const auto count = [&](const std::string& task, int repetition, double n) {
    channel.summary.push_back(
        {0, task, repetition, "activation_count", "count", n, "1", {}, {}, static_cast<std::int64_t>(n), "activations", Reason::ok});
  };
  count("rest", 0, 0);
  count("grip", 1, 0);
  count("grip", 2, 1);
  CHECK(what_was_found(channel) == "grip 1: no activation. grip 2: 1 activation.");
  count("grip", 0, 1);  // over both repetitions: stands for them
  CHECK(what_was_found(channel) == "grip: 1 activation.");
  for (int r = 1; r <= 8; ++r) count("reach", r, 2);
  CHECK(holds(what_was_found(channel), "reach 5: 2 activations. 3 more in the table of results."));
}

TEST_CASE("page: it describes and never judges") {
  const std::string html = lower(recording_page(page_with_faults()) + recording_page(synthetic_page({})));
  for (const char* word : {"improve", "better", "worse", "deteriorat", "abnormal", "patholog"}) CHECK_MESSAGE(!holds(html, word), word);
  CHECK(holds(html, "for research use only"));
}

TEST_CASE("page: a simulated recording says SIMULATED in title, head, foot and on every printed page; a measured one nowhere") {
  const std::string simulated = recording_page(synthetic_page({}));
  CHECK(holds(simulated, "<title>SIM01_T0_dorsiflexion (SIMULATED)</title>"));
  CHECK(holds(simulated, "<p class=\"simulated\">SIMULATED"));
  CHECK(holds(simulated, "content: \"SIM01_T0_dorsiflexion  SIMULATED\""));
  CHECK(holds(simulated, "<p><b>SIMULATED</b> signal.</p>"));
  CHECK(!holds(recording_page(page_with_faults()), "SIMULATED"));
}

TEST_CASE("page: the same struct gives the same bytes") {
  CHECK(recording_page(page_with_faults()) == recording_page(page_with_faults()));
}

TEST_CASE("page: a window that is not valid leaves a hole in the line, is hatched, and is never drawn as zero") {
  const RecordingPage page = page_with_faults();
  const std::string svg = muscle_figure(page, 0);
  const std::vector<Stroke> rms = strokes_of(path_of(svg, "windows rms"));
  REQUIRE(!rms.empty());
  CHECK(drawn_within(rms, px_of(38, 90), px_of(39, 90)));
  CHECK(!drawn_within(rms, px_of(42.4, 90), px_of(46.8, 90)));  // clipped
  CHECK(!drawn_within(rms, px_of(31.1, 90), px_of(35.1, 90)));  // no rows
  const std::vector<Stroke> faults = strokes_of(path_of(svg, "fault"));
  CHECK(drawn_within(faults, px_of(44, 90), px_of(45, 90)));
  CHECK(!drawn_within(faults, px_of(38, 90), px_of(39, 90)));
  CHECK(drawn_within(strokes_of(path_of(svg, "gap")), px_of(31.5, 90), px_of(34.5, 90)));
  // Nothing valid: no line, and the reason in its place.
  CHECK(path_of(muscle_figure(page, 3), "windows rms").empty());
}

TEST_CASE("page: a muscle at rest has no median frequency, and that is no fault of the signal") {
  const std::string svg = muscle_figure(synthetic_page({}), 0);
  CHECK(path_of(svg, "fault").empty());
  CHECK(!path_of(svg, "windows mdf").empty());
  CHECK(!drawn_within(strokes_of(path_of(svg, "windows mdf")), px_of(4.2, 60), px_of(5.4, 60)));
}

TEST_CASE("page: the signal of lost rows is a hole") {
  const std::string svg = overview_figure(page_with_faults(), 0, 1);
  const std::vector<Stroke> signal = strokes_of(path_of(svg, "signal whole"));
  CHECK(drawn_within(signal, px_of(30, 90), px_of(30.9, 90)));
  CHECK(!drawn_within(signal, px_of(31.2, 90), px_of(35.0, 90)));
}

TEST_CASE("page: one wild sample among a million is seen, up to its full height and down to its full depth") {
  RecordingPage page = synthetic_page({});
  page.recording.rows = 1'000'000;
  page.channels[0].filtered = TraceColumns(0, 1'000'000);
  for (std::int64_t r = 0; r < 1'000'000; ++r)
    page.channels[0].filtered.push(r, r == 400'000 ? 900.0F : r == 700'000 ? -900.0F : r % 2 == 0 ? 1.0F : -1.0F);
  const std::vector<Stroke> signal = strokes_of(path_of(overview_figure(page, 0, 1), "signal whole"));
  double top = 1e9, bottom = 0;
  for (const Stroke& stroke : signal) top = std::min(top, stroke.y1), bottom = std::max(bottom, stroke.y1);
  CHECK(bottom - top == doctest::Approx(110 / 1.04).epsilon(0.01));  // the strip is 110 px high and has 4 % of air
}

TEST_CASE("page: activations stand where they were, and those a person set are drawn apart") {
  const RecordingPage page = page_with_faults();
  const std::string svg = overview_figure(page, 0, 1);
  const Activation& first = page.channels[0].activations[0];
  const std::vector<Stroke> bars = strokes_of(path_of(svg, "bar"));
  REQUIRE(!bars.empty());
  CHECK(std::fabs(bars[0].x0 - px_of(static_cast<double>(first.onset_row) / 1000, 90)) < 0.11);
  CHECK(std::fabs(bars[0].x1 - px_of(static_cast<double>(first.offset_row) / 1000, 90)) < 0.21);
  CHECK(!path_of(svg, "bar edited").empty());
  CHECK(path_of(overview_figure(page, 1, 1), "bar edited").empty());
}

TEST_CASE("page: the median frequency is marked at its place in the spectrum and named") {
  RecordingPage page = synthetic_page({});
  page.channels[0].mdf_hz = 250;  // the axis goes from 0 to 500 Hz
  const std::string svg = muscle_figure(page, 0);
  CHECK(holds(svg, ">MDF 250\u00a0Hz</text>"));
  CHECK(path_of(svg, "mdf mark").substr(0, 5) == "M694 ");
}

TEST_CASE("page: 32 channels of ten minutes stay below two megabytes") {
  const std::string html = recording_page(synthetic_page({.channels = 32, .duration_s = 600, .fs_hz = 1000}));
  CHECK(html.size() < 2'000'000);
  CHECK(html.size() > 500'000);
}

TEST_CASE("page: a recording without rows, without channels, or with numbers that are none is still a page") {
  CHECK(holds(recording_page({}), "</html>"));
  RecordingPage page = synthetic_page({});
  page.recording.rows = 0;
  page.recording.stream.fs_hz = 0;
  ChannelOnPage& channel = page.channels[0];
  for (Activation& activation : channel.activations) activation.rms = activation.mdf_hz = kNoValue;
  for (SummaryRow& row : channel.summary) row.value = row.ci_low = row.ci_high = std::numeric_limits<double>::quiet_NaN();
  channel.psd.bin_hz = 0;
  channel.mdf_hz = std::numeric_limits<double>::infinity();
  page.recording.events = {{std::numeric_limits<double>::quiet_NaN(), 0, "nowhere"}};
  const std::string html = lower(recording_page(page));
  CHECK(holds(html, "</html>"));
  for (const char* text : {">nan", " nan", ">inf", "-nan", "\"nan"}) CHECK_MESSAGE(!holds(html, text), text);
}

TEST_CASE("page: a browser shows and prints it without a word on its console") {
  const auto place = std::filesystem::temp_directory_path() / ("semg_page_" + std::to_string(getpid()));
  std::filesystem::create_directories(place);
  std::ofstream(place / "one.html") << recording_page(synthetic_page({}));
  std::ofstream(place / "faults.html") << recording_page(page_with_faults());
  const std::string command = "bash '" SEMG_SOURCE "/tests/apps/page/render_page.sh' '" + (place / "one.html").string() + "' '" +
                              (place / "faults.html").string() + "'";
  const int status = std::system(command.c_str());
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  std::filesystem::remove_all(place);
  if (code == 77) {
    MESSAGE("[semg-skip] no browser here to render a page in");
    return;
  }
  CHECK(code == 0);
}
