// SPDX-License-Identifier: BSD-3-Clause
#include "apps/rest_from_file.hpp"

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "engine/survey.hpp"
#include "io/recording_reader.hpp"

namespace semg {

void take_rest_from_file(const std::filesystem::path& rest, const Recording& recording, const std::string& name, const Chain& chain,
                         std::vector<ChannelBrief>& briefs) {
  RecordingReader reader(rest);
  const std::string rest_name = rest.filename().string();
  const auto& theirs = reader.info().channels;
  if (reader.info().fs_hz != chain.fs_hz) {
    throw Error(Fault::data, fmt::format("{}: sampling rate: found {:g} Hz, expected {:g} Hz as in {}", rest_name, reader.info().fs_hz,
                                         chain.fs_hz, name));
  }
  const auto found = survey_rest(reader, theirs.size(), chain);
  for (std::size_t c = 0; c < briefs.size(); ++c) {
    const Channel& mine = recording.stream.channels[c];
    std::size_t at = 0;
    while (at < theirs.size() && theirs[at].label != mine.label) ++at;
    if (at == theirs.size())
      throw Error(Fault::data, fmt::format("{}: channel: found no '{}', expected every channel of the recording", rest_name, mine.label));
    if (theirs[at].unit != mine.unit) {
      throw Error(Fault::data, fmt::format("{}: channel {}: found {}, expected {}", rest_name, mine.label, to_string(theirs[at].unit),
                                           to_string(mine.unit)));
    }
    briefs[c].rest = found[at];
  }
}

}  // namespace semg
