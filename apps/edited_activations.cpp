// SPDX-License-Identifier: BSD-3-Clause
#include "apps/edited_activations.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "engine/nearest_word.hpp"
#include "io/formats/text_cells.hpp"
#include "io/formats/text_lines.hpp"

namespace semg {
namespace {

struct Columns {
  std::size_t recording_id, channel, onset_s, offset_s;
};

Columns columns_of(std::string_view header, const std::string& name) {
  std::vector<std::string_view> cells;
  split_cells(header, ',', cells);
  const auto at = [&](std::string_view word) {
    return static_cast<std::size_t>(std::find(cells.begin(), cells.end(), word) - cells.begin());
  };
  const Columns columns{.recording_id = at("recording_id"), .channel = at("channel"), .onset_s = at("onset_s"), .offset_s = at("offset_s")};
  for (const auto& [word, where] : {std::pair{"channel", columns.channel}, {"onset_s", columns.onset_s}, {"offset_s", columns.offset_s}}) {
    if (where == cells.size())
      throw Error(Fault::data, fmt::format("{}: line 1: found no column {}, expected channel,onset_s,offset_s", name, word));
  }
  return columns;
}

std::int64_t row_of(std::string_view cell, const char* field, const std::string& where, const Recording& recording) {
  double t_s = 0;
  if (read_cell(cell, '.', t_s) != CellKind::number || !std::isfinite(t_s)) {
    throw Error(Fault::data, fmt::format("{}: {}: found '{}', expected seconds", where, field, cell));
  }
  const std::int64_t row = std::llround(t_s * recording.stream.fs_hz);
  if (row < 0 || row > recording.rows) {
    throw Error(Fault::data,
                fmt::format("{}: {}: found {:g}, expected 0 to {:g}, the recording's end", where, field, t_s, recording.duration_s()));
  }
  return row;
}

}  // namespace

std::vector<std::optional<std::vector<Edges>>> read_edited_activations(const std::filesystem::path& path, const Recording& recording) {
  const std::string name = path.filename().string();
  if (!std::filesystem::is_regular_file(path)) throw Error(Fault::no_input, name + ": no such file");
  const auto& channels = recording.stream.channels;
  std::vector<std::string> labels;
  for (const Channel& ch : channels) labels.push_back(ch.label);
  std::vector<std::optional<std::vector<Edges>>> edited(channels.size());

  TextLines lines(path, text_encoding_of(path));
  std::string_view line;
  if (!lines.next(line)) throw Error(Fault::data, name + ": found no line, expected channel,onset_s,offset_s");
  const Columns columns = columns_of(line, name);
  std::vector<std::string_view> cells;
  for (int number = 2; lines.next(line); ++number) {
    if (trimmed(line).empty()) continue;
    const std::string where = fmt::format("{}: line {}", name, number);
    split_cells(line, ',', cells);
    const auto cell = [&](std::size_t k) { return k < cells.size() ? cells[k] : std::string_view(); };
    if (!cell(columns.recording_id).empty() && cell(columns.recording_id) != recording.recording_id) continue;
    const auto at = std::find(labels.begin(), labels.end(), cell(columns.channel));
    if (at == labels.end()) {
      throw Error(Fault::data, fmt::format("{}: channel: found '{}', expected a channel of {} such as {}", where, cell(columns.channel),
                                           recording.recording_id, nearest_word(std::string(cell(columns.channel)), labels)));
    }
    const std::int64_t onset = row_of(cell(columns.onset_s), "onset_s", where, recording);
    const std::int64_t offset = row_of(cell(columns.offset_s), "offset_s", where, recording);
    if (offset <= onset)
      throw Error(Fault::data,
                  fmt::format("{}: offset_s: found {}, expected after onset_s {}", where, cell(columns.offset_s), cell(columns.onset_s)));
    auto& list = edited[static_cast<std::size_t>(at - labels.begin())];
    if (!list) list.emplace();
    list->emplace_back(onset, offset);
  }
  for (std::size_t c = 0; c < channels.size(); ++c) {
    if (!edited[c]) continue;
    std::sort(edited[c]->begin(), edited[c]->end());
    for (std::size_t k = 1; k < edited[c]->size(); ++k) {
      if ((*edited[c])[k].first < (*edited[c])[k - 1].second) {
        throw Error(Fault::data, fmt::format("{}: channel {}: activations at {:g} s and {:g} s overlap", name, labels[c],
                                             static_cast<double>((*edited[c])[k - 1].first) / recording.stream.fs_hz,
                                             static_cast<double>((*edited[c])[k].first) / recording.stream.fs_hz));
      }
    }
  }
  return edited;
}

}  // namespace semg
