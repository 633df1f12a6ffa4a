// SPDX-License-Identifier: BSD-3-Clause
#include "io/journal/journal_text.hpp"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "dsp/error.hpp"
#include "io/sample_dataset.hpp"

namespace semg {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchema = 1;
constexpr std::int64_t kMaxRepetition = 1'000'000;

/// A field that is not what it must be; a missing one throws Json's own.
struct NotWhole {};

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json parsed(std::span<const std::byte> text) {
  const auto* letters = reinterpret_cast<const char*>(text.data());
  return Json::parse(letters, letters + text.size(), nullptr, false);
}

/// What `read` makes of an object; none where it is not one, or a field is missing or of another type.
template <class Read>
auto if_whole(const Json& json, Read read) -> std::optional<decltype(read(json))> {
  if (!json.is_object()) return {};
  try {
    return read(json);
  } catch (const Json::exception&) {
    return {};
  } catch (const NotWhole&) {
    return {};
  }
}

const char* word_for(SampleType type) {
  return type == SampleType::int16 ? "int16" : type == SampleType::int32 ? "int32" : "float32";
}

/// The value whose word is in the field.
template <class T, class Word>
T one_of(const Json& json, const char* field, std::initializer_list<T> values, Word word) {
  const std::string found = json.at(field).get<std::string>();
  for (const T value : values) {
    if (found == word(value)) return value;
  }
  throw NotWhole{};
}

std::int64_t whole_number(const Json& json, const char* field, std::int64_t least, std::int64_t most = SampleDataset::kMaxRows) {
  const Json& value = json.at(field);
  if (!value.is_number_integer() || value < least || value > most) throw NotWhole{};
  return value.get<std::int64_t>();
}

Json optional_number(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

std::optional<double> optional_number(const Json& json, const char* field) {
  const Json& value = json.at(field);
  return value.is_null() ? std::nullopt : std::optional(value.get<double>());
}

Channel channel_from(const Json& json, Unit unit) {
  return {.label = json.at("label").get<std::string>(),
          .muscle = json.at("muscle").get<std::string>(),
          .side = one_of(json, "side", {Side::none, Side::left, Side::right}, [](Side side) { return to_string(side); }),
          .unit = unit,
          .kind = one_of(json, "kind", {Kind::emg, Kind::envelope, Kind::other}, [](Kind kind) { return to_string(kind); }),
          .lsb = optional_number(json, "lsb"),
          .rail_low = optional_number(json, "rail_low"),
          .rail_high = optional_number(json, "rail_high"),
          .ied_mm = optional_number(json, "ied_mm"),
          .reference = json.at("reference").get<std::string>()};
}

Recording recording_from(const Json& json) {
  Recording head;
  head.recording_id = json.at("recording_id").get<std::string>();
  head.participant_id = json.at("participant_id").get<std::string>();
  head.visit_id = json.at("visit_id").get<std::string>();
  head.session_start = json.at("session_start").get<std::string>();
  head.device = json.at("device").get<std::string>();
  head.source_format = json.at("source_format").get<std::string>();
  head.source_sha256 = json.at("source_sha256").get<std::string>();
  head.simulated = json.at("simulated").get<bool>();
  head.sample_type = one_of(json, "sample_type", {SampleType::int16, SampleType::int32, SampleType::float32}, word_for);
  head.conversion = json.at("conversion").get<double>();
  head.stream.fs_hz = json.at("fs_hz").get<double>();
  const Unit unit = one_of(json, "unit", {Unit::microvolt, Unit::arbitrary}, [](Unit one) { return to_string(one); });
  for (const Json& channel : json.at("channels")) head.stream.channels.push_back(channel_from(channel, unit));
  return head;
}

bool is_possible(const Recording& head) {
  const auto is_above_0 = [](double value) { return std::isfinite(value) && value > 0; };
  const auto channels = std::ssize(head.stream.channels);
  return channels > 0 && channels <= SampleDataset::kMaxChannels && is_above_0(head.stream.fs_hz) && is_above_0(head.conversion);
}

}  // namespace

std::string head_to_text(const Recording& head) {
  Json channels = Json::array();
  for (const Channel& channel : head.stream.channels) {
    channels.push_back({{"label", channel.label},
                        {"muscle", channel.muscle},
                        {"side", to_string(channel.side)},
                        {"kind", to_string(channel.kind)},
                        {"lsb", optional_number(channel.lsb)},
                        {"rail_low", optional_number(channel.rail_low)},
                        {"rail_high", optional_number(channel.rail_high)},
                        {"ied_mm", optional_number(channel.ied_mm)},
                        {"reference", channel.reference}});
  }
  return text_of({{"schema", kSchema},
                  {"recording_id", head.recording_id},
                  {"participant_id", head.participant_id},
                  {"visit_id", head.visit_id},
                  {"session_start", head.session_start},
                  {"device", head.device},
                  {"source_format", head.source_format},
                  {"source_sha256", head.source_sha256},
                  {"simulated", head.simulated},
                  {"sample_type", word_for(head.sample_type)},
                  {"conversion", head.conversion},
                  {"fs_hz", head.stream.fs_hz},
                  {"unit", to_string(head.stream.channels.empty() ? Unit::microvolt : head.stream.channels.front().unit)},
                  {"channels", std::move(channels)}});
}

std::optional<Recording> head_from_text(const std::string& file, std::span<const std::byte> text) {
  const Json json = parsed(text);
  const auto schema = if_whole(json, [](const Json& head) { return whole_number(head, "schema", 0); });
  if (schema && *schema != kSchema)
    throw Error(Fault::data, fmt::format("{}: schema: found {}, expected {}; a newer journal needs a newer semg", file, *schema, kSchema));
  auto head = if_whole(json, recording_from);
  if (head && !is_possible(*head)) head.reset();
  return head;
}

std::string to_text(const EventWord& word) {
  return text_of({{"number", word.number}, {"t_s", word.event.t_s}, {"duration_s", word.event.duration_s}, {"text", word.event.text}});
}

std::optional<EventWord> event_from_text(std::span<const std::byte> text) {
  return if_whole(parsed(text), [](const Json& json) {
    return EventWord{whole_number(json, "number", 0),
                     {json.at("t_s").get<double>(), json.at("duration_s").get<double>(), json.at("text").get<std::string>()}};
  });
}

std::string strike_to_text(std::int64_t number) {
  return text_of({{"number", number}});
}

std::optional<std::int64_t> strike_from_text(std::span<const std::byte> text) {
  return if_whole(parsed(text), [](const Json& json) { return whole_number(json, "number", 0); });
}

std::string to_text(const PeriodWord& word) {
  return text_of({{"number", word.number},
                  {"first_row", word.first_row},
                  {"end_row", word.end_row},
                  {"task", word.task},
                  {"repetition", word.repetition},
                  {"dropped", word.dropped}});
}

std::optional<PeriodWord> period_from_text(std::span<const std::byte> text) {
  return if_whole(parsed(text), [](const Json& json) {
    return PeriodWord{.number = whole_number(json, "number", 0),
                      .first_row = whole_number(json, "first_row", 0),
                      .end_row = whole_number(json, "end_row", -1),
                      .task = json.at("task").get<std::string>(),
                      .repetition = static_cast<int>(whole_number(json, "repetition", 0, kMaxRepetition)),
                      .dropped = json.at("dropped").get<bool>()};
  });
}

std::string clock_to_text(double fs_hz, double drift_ppm, const std::string& utc) {
  return text_of({{"fs_hz", fs_hz}, {"drift_ppm", drift_ppm}, {"utc", utc}});
}

std::string to_text(const EndWord& word) {
  return text_of({{"good_rows", word.good_rows}, {"sha256", word.sha256}});
}

std::optional<EndWord> end_from_text(std::span<const std::byte> text) {
  return if_whole(parsed(text), [](const Json& json) {
    return EndWord{whole_number(json, "good_rows", 0), json.at("sha256").get<std::string>()};
  });
}

}  // namespace semg
