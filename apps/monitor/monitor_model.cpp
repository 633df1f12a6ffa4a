// SPDX-License-Identifier: BSD-3-Clause
#include "apps/monitor/monitor_model.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "dsp/activation/rest_survey.hpp"
#include "dsp/version.hpp"

namespace semg {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kKept_s = 10;         // of traces
constexpr double kRecent_s = 1;        // what badges are judged on, at the longest
constexpr double kSignalAtOnce_s = 2;  // in one message
constexpr double kLevel_s = 0.05;      // of which active is told
constexpr double kRms_s = 0.25;
constexpr double kGapShown_s = 2;
constexpr double kFloor_s = 30;  // of levels from which rest is told while none was recorded
constexpr double kFloorShare = 0.2;
constexpr double kActiveAboveFloor_db = 9;
constexpr double kLineFrom_uv = 5;  // amplitude

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}
Json number(const std::optional<double>& value) {
  return value ? number(*value) : Json(nullptr);
}

double decibel(double power) {
  return 10 * std::log10(std::max(power, 1e-12));
}

Json session_of(const MonitorAbout& about) {
  if (about.tasks.empty()) return nullptr;
  Json tasks = Json::array();
  for (const VisitTask& task : about.tasks) {
    tasks.push_back({{"task", task.task},
                     {"repetitions", task.repetitions},
                     {"hold_s", task.hold_s > 0 ? Json(task.hold_s) : Json(nullptr)},
                     {"is_mvc", task.kind == TaskKind::mvc},
                     {"label", task.label}});
  }
  return {{"participant", about.head.participant_id}, {"visit", about.head.visit_id}, {"tasks", tasks}};
}

Json state_of(const VisitSession::State* session) {
  if (session == nullptr) return nullptr;
  const bool running = session->phase == VisitSession::Phase::running;
  Json attempts = Json::array();
  for (const auto& channel : session->attempts) {
    Json values = Json::array();
    for (const double value : channel) values.push_back(number(value));
    attempts.push_back(values);
  }
  return {{"task", session->task},
          {"running", running},
          {"repetition", session->repetition},
          {"of", session->of},
          {"elapsed_s", session->elapsed_s},
          {"hold_s", session->hold_s > 0 ? Json(session->hold_s) : Json(nullptr)},
          {"phase", running                                       ? "hold"
                    : session->phase == VisitSession::Phase::done ? "done"
                                                                  : "ready"},
          {"done", session->done},
          {"mvc_attempts", attempts},
          {"fourth", session->one_more}};
}

Json check_of(const SetupCheck::State* check) {
  if (check == nullptr) return nullptr;
  static constexpr const char* kWords[] = {"waiting", "ok", "look", "stop"};
  const auto word = [](SetupCheck::Finding finding) { return kWords[static_cast<std::size_t>(finding)]; };
  Json rows = Json::array();
  for (std::size_t c = 0; c < check->rows.size(); ++c) {
    const SetupCheck::Row& row = check->rows[c];
    rows.push_back({{"channel", c},
                    {"contact", word(row.contact)},
                    {"rest_noise", word(row.rest_noise)},
                    {"line", word(row.line)},
                    {"rate", word(row.rate)},
                    {"gain", word(row.gain)},
                    {"side", word(row.side)},
                    {"earlier", row.earlier.empty() ? Json(nullptr) : Json(row.earlier)}});
  }
  return {{"rest_left_s", check->rest_left_s}, {"ask", check->ask}, {"rows", rows}, {"can_start", true}, {"warnings", check->warnings}};
}

}  // namespace

MonitorModel::MonitorModel(MonitorAbout about)
    : about_(std::move(about)),
      channels_(about_.head.stream.channels.size()),
      bin_s_(static_cast<double>(about_.bin_rows) / about_.head.stream.fs_hz),
      kept_bins_(std::llround(kKept_s / bin_s_)),
      recent_bins_(std::max<std::int64_t>(1, std::llround(kRecent_s / bin_s_))),
      trace_(static_cast<std::size_t>(kept_bins_) * channels_ * 2, std::numeric_limits<float>::quiet_NaN()),
      recent_(static_cast<std::size_t>(recent_bins_) * channels_) {
  for (std::size_t c = 0; c < channels_; ++c)
    states_.push_back({.floor_db = RunningPercentile(static_cast<std::size_t>(kFloor_s / kLevel_s), kFloorShare)});
}

void MonitorModel::see(const GlanceBin& bin) {
  const std::lock_guard lock(mutex_);
  if (end_bin_ == 0) end_bin_ = first_bin_ = bin.bin;
  if (bin.bin > end_bin_) {
    gap_bins_ = bin.bin - end_bin_;
    gap_end_bin_ = bin.bin;
  }
  const float missing = std::numeric_limits<float>::quiet_NaN();
  for (end_bin_ = std::max(end_bin_, bin.bin - kept_bins_); end_bin_ <= bin.bin; ++end_bin_) {
    const bool is_here = end_bin_ == bin.bin;
    for (std::size_t c = 0; c < channels_; ++c) {
      const GlanceCell& cell = bin.cells[c];
      float* trace = trace_.data() + (static_cast<std::size_t>(end_bin_ % kept_bins_) * channels_ + c) * 2;
      trace[0] = is_here && cell.rows > 0 ? cell.lowest : missing;
      trace[1] = is_here && cell.rows > 0 ? cell.highest : missing;
      recent_[static_cast<std::size_t>(end_bin_ % recent_bins_) * channels_ + c] = is_here ? cell : GlanceCell{};
    }
  }
  first_bin_ = std::max(first_bin_, end_bin_ - kept_bins_);
  for (std::size_t c = 0; c < channels_; ++c) judge(c);
}

void MonitorModel::see(const FeatureFrame& frame) {
  if (frame.kind != WindowKind::spectrum) return;
  const std::lock_guard lock(mutex_);
  for (std::size_t c = 0; c < channels_; ++c) {
    states_[c].mdf = frame.reason[c] == Reason::ok ? std::optional(static_cast<double>(frame.first[c])) : std::nullopt;
  }
}

const GlanceCell& MonitorModel::cell(std::int64_t bin, std::size_t channel) const noexcept {
  return recent_[static_cast<std::size_t>(bin % recent_bins_) * channels_ + channel];
}

GlanceSum MonitorModel::sum(std::size_t channel, double last_s) const noexcept {
  GlanceSum sum;
  const auto bins = std::min({recent_bins_, end_bin_ - first_bin_, std::max<std::int64_t>(1, std::llround(last_s / bin_s_))});
  for (std::int64_t bin = end_bin_ - bins; bin < end_bin_; ++bin) sum.add(cell(bin, channel));
  return sum;
}

void MonitorModel::judge(std::size_t channel) {
  ChannelState& state = states_[channel];
  // Hum and level look back far, and are looked at as often as the level is.
  const auto level_bins = std::max<std::int64_t>(1, std::llround(kLevel_s / bin_s_));
  const bool is_due = end_bin_ % level_bins == 0;
  if (is_due) state.hums = hums(channel);
  const Badge badge = badge_of(channel);
  if (std::exchange(state.badge, badge) != badge) ++badge_changes_;
  const GlanceSum amplitude = sum(channel, kRms_s);
  state.rms = amplitude.rows > 0 ? std::optional(amplitude.rms()) : std::nullopt;

  if (!is_due) return;
  const GlanceSum level = sum(channel, kLevel_s);
  if (level.rows == 0) {
    state.active.reset();
    return;
  }
  const double level_db = decibel(level.squares / level.rows);
  if (const auto& rest = about_.briefs[channel].rest) {
    state.active = level_db >= on_level_db(*rest, about_.chain.filter_band_hz());
  } else {
    state.floor_db.push(level_db);
    state.active = level_db >= state.floor_db.value() + kActiveAboveFloor_db;
  }
}

bool MonitorModel::hums(std::size_t channel) const noexcept {
  const Channel& about = about_.head.stream.channels[channel];
  if (about.kind != Kind::emg || about.unit != Unit::microvolt) return false;
  const GlanceSum second = sum(channel, kRecent_s);
  return second.rows >= 0.8 * kRecent_s * about_.head.stream.fs_hz && second.hum() >= kLineFrom_uv && second.is_hum();
}

MonitorModel::Badge MonitorModel::badge_of(std::size_t channel) const noexcept {
  const double fs_hz = about_.head.stream.fs_hz;
  const GlanceSum brief = sum(channel, kStill_s);
  if (brief.rows == 0) return Badge::electrode_off;
  if (cell(end_bin_ - 1, channel).same_rows >= kStill_s * fs_hz || brief.clipped >= 0.5 * brief.rows) return Badge::electrode_off;
  const GlanceSum amplitude = sum(channel, kRms_s);
  if (amplitude.clipped > about_.chain.settings.quality.clipped_share * amplitude.rows) return Badge::clipping;
  if (states_[channel].hums) return Badge::line;
  if (static_cast<double>(end_bin_ - gap_end_bin_) * bin_s_ < kGapShown_s) return Badge::gap;
  return Badge::none;
}

ChannelNow MonitorModel::channel_now(std::size_t channel) const {
  const ChannelState& state = states_[channel];
  const std::string sure = about_.briefs[channel].rest ? "" : "_provisional";
  ChannelNow now{.rms = state.rms,
                 .mdf = state.mdf,
                 .active = !state.active ? "unknown" : (*state.active ? "on" : "off") + sure,
                 .badge = "",
                 .act = ""};
  switch (state.badge) {
    case Badge::none: break;
    case Badge::electrode_off:
      now.badge = "electrode_off";
      now.act = "electrode off: press or replace";
      break;
    case Badge::clipping:
      now.badge = "clipping";
      now.act = "clipping: lower the gain";
      break;
    case Badge::line:
      now.badge = "line";
      now.act = "line noise: check the reference";
      break;
    case Badge::gap:
      now.badge = "gap";
      now.act = fmt::format("gap {:.0f} ms", static_cast<double>(gap_bins_) * bin_s_ * 1e3);
      break;
  }
  return now;
}

std::vector<ChannelNow> MonitorModel::channels() const {
  const std::lock_guard lock(mutex_);
  std::vector<ChannelNow> all;
  for (std::size_t c = 0; c < channels_; ++c) all.push_back(channel_now(c));
  return all;
}

void MonitorModel::set_rest(const std::vector<std::optional<RestReference>>& rest) {
  const std::lock_guard lock(mutex_);
  for (std::size_t c = 0; c < channels_ && c < rest.size(); ++c) about_.briefs[c].rest = rest[c];
}

double MonitorModel::shown_s() const {
  const std::lock_guard lock(mutex_);
  return static_cast<double>(end_bin_) * bin_s_;
}

std::int64_t MonitorModel::badge_changes() const {
  const std::lock_guard lock(mutex_);
  return badge_changes_;
}

std::string MonitorModel::hello(Viewer viewer) const {
  Json channels = Json::array();
  for (std::size_t at = 0; at < channels_; ++at) {
    const Channel& c = about_.head.stream.channels[at];
    const std::string role = at < about_.roles.size() ? about_.roles[at] : "";
    channels.push_back({{"label", c.label},
                        {"muscle", c.muscle},
                        {"side", to_string(c.side)},
                        {"role", role.empty() ? Json(nullptr) : Json(role)},
                        {"unit", to_string(c.unit)},
                        {"kind", to_string(c.kind)}});
  }
  Json markers = Json::array();
  for (const char* key : {"1", "2", "3", "4", "5", "6"}) markers.push_back({{"key", key}, {"text", fmt::format("marker {}", key)}});
  const FilterSettings& filter = about_.chain.settings.filter;
  const auto& all = about_.head.stream.channels;
  return Json({{"kind", "hello"},
               {"schema", "semg-live/1"},
               {"engine", version_line()},
               {"simulated", about_.head.simulated},
               {"device", about_.head.device},
               {"fs_hz", about_.head.stream.fs_hz},
               {"bin_s", bin_s_},
               {"full_scale", 500},
               {"unit", all.empty() ? "" : to_string(all.front().unit)},
               {"chain",
                fmt::format("{:g}-{:g} Hz, Butterworth order {}", about_.chain.high_pass_hz, about_.chain.low_pass_hz, filter.order)},
               {"stores", about_.stores},
               {"viewer", viewer == Viewer::only_looks},
               {"channels", channels},
               {"markers", markers},
               {"session", session_of(about_)}})
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string MonitorModel::status(const MonitorNow& now, const std::vector<MonitorMark>& marks, const VisitSession::State* session,
                                 const SetupCheck::State* check) const {
  Json rms = Json::array(), mvc = Json::array(), mdf = Json::array(), active = Json::array(), badge = Json::array(), act = Json::array();
  double last_gap_ms = 0;
  {
    const std::lock_guard lock(mutex_);
    last_gap_ms = static_cast<double>(gap_bins_) * bin_s_ * 1e3;
    for (std::size_t c = 0; c < channels_; ++c) {
      const ChannelNow channel = channel_now(c);
      rms.push_back(number(channel.rms));
      mvc.push_back(session != nullptr ? number(session->mvc[c]) : Json(nullptr));
      mdf.push_back(number(channel.mdf));
      active.push_back(channel.active);
      badge.push_back(channel.badge);
      act.push_back(channel.act);
    }
  }
  Json markers = Json::array();
  for (const MonitorMark& mark : marks)
    markers.push_back({{"number", mark.number}, {"t_s", mark.t_s}, {"text", mark.text}, {"struck", mark.struck}});
  const bool timed = now.latency_n > 0;
  const auto latency = [&](double ms) { return timed ? number(ms) : Json(nullptr); };
  return Json({{"kind", "status"},
               {"state", now.state},
               {"t_s", now.t_s},
               {"stored_s", number(now.stored_s)},
               {"data_age_ms", number(now.data_age_ms)},
               {"disk_left_s", number(now.disk_left_s)},
               {"trouble", now.trouble},
               {"connected", now.connected},
               {"gaps", now.gaps},
               {"lost_ms", now.lost_ms},
               {"disconnects", now.disconnects},
               {"last_gap_ms", last_gap_ms},
               {"garbage_bytes", now.garbage_bytes},
               {"overrun_ms", now.overrun_ms},
               {"unstored_ms", now.unstored_ms},
               {"left_out_frames", now.left_out_frames},
               {"viewers", now.viewers},
               {"fs_hz", number(now.fs_hz)},
               {"drift_ppm", number(now.drift_ppm)},
               {"latency",
                {{"n", now.latency_n},
                 {"p50_ms", latency(now.latency_p50_ms)},
                 {"p99_ms", latency(now.latency_p99_ms)},
                 {"p999_ms", now.latency_n >= 1000 ? latency(now.latency_p999_ms) : Json(nullptr)},
                 {"max_ms", latency(now.latency_max_ms)}}},
               {"information_latency_ms", about_.information_latency_s * 1e3},
               {"rms", rms},
               {"mvc", mvc},
               {"mdf", mdf},
               {"active", active},
               {"badge", badge},
               {"badge_text", act},
               {"markers", markers},
               {"session", state_of(session)},
               {"check", check_of(check)}})
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string MonitorModel::signal(std::int64_t& next, std::uint64_t number, std::uint32_t& left_out) const {
  const std::lock_guard lock(mutex_);
  if (next < first_bin_) {
    if (next > 0) left_out += static_cast<std::uint32_t>(first_bin_ - next);
    next = first_bin_;
  }
  const auto bins = std::min(end_bin_ - next, std::max<std::int64_t>(1, std::llround(kSignalAtOnce_s / bin_s_)));
  if (bins <= 0) return {};
  std::string message;
  const auto append = [&](const auto& value) { message.append(reinterpret_cast<const char*>(&value), sizeof value); };
  message.reserve(40 + static_cast<std::size_t>(bins) * channels_ * 8);
  append(std::uint32_t{0x31474D45});
  append(std::uint16_t{1});
  append(std::uint16_t{1});
  append(number);
  append(static_cast<std::uint64_t>(next));
  append(static_cast<std::uint32_t>(channels_));
  append(static_cast<std::uint32_t>(bins));
  append(static_cast<float>(bin_s_));
  append(left_out);
  for (std::size_t c = 0; c < channels_; ++c) {
    for (std::int64_t bin = next; bin < next + bins; ++bin) {
      const float* trace = trace_.data() + (static_cast<std::size_t>(bin % kept_bins_) * channels_ + c) * 2;
      append(trace[0]);
      append(trace[1]);
    }
  }
  next += bins;
  return message;
}

}  // namespace semg
