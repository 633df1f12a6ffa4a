// SPDX-License-Identifier: BSD-3-Clause
#include "apps/rest_from_file.hpp"

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "engine/chain.hpp"
#include "engine/survey.hpp"
#include "io/recording_reader.hpp"

namespace semg {

MeasuredRest measure_rest(const std::filesystem::path& rest, const Settings& settings) {
  RecordingReader reader(rest);
  const StreamInfo& stream = reader.info();
  return {.name = rest.filename().string(),
          .stream = stream,
          .rest = survey_rest(reader, stream.channels.size(), chain_for(settings, stream.fs_hz))};
}

void take_rest(const MeasuredRest& rest, const StreamInfo& stream, const std::string& name, std::vector<ChannelBrief>& briefs) {
  const auto& theirs = rest.stream.channels;
  if (rest.stream.fs_hz != stream.fs_hz) {
    throw Error(Fault::data, fmt::format("{}: sampling rate: found {:g} Hz, expected {:g} Hz as in {}", rest.name, rest.stream.fs_hz,
                                         stream.fs_hz, name));
  }
  for (std::size_t c = 0; c < briefs.size(); ++c) {
    const Channel& mine = stream.channels[c];
    std::size_t at = 0;
    while (at < theirs.size() && theirs[at].label != mine.label) ++at;
    if (at == theirs.size())
      throw Error(Fault::data, fmt::format("{}: channel: found no '{}', expected every channel of the recording", rest.name, mine.label));
    if (theirs[at].unit != mine.unit) {
      throw Error(Fault::data, fmt::format("{}: channel {}: found {}, expected {}", rest.name, mine.label, to_string(theirs[at].unit),
                                           to_string(mine.unit)));
    }
    briefs[c].rest = rest.rest[at];
  }
}

}  // namespace semg
