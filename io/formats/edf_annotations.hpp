// SPDX-License-Identifier: BSD-3-Clause
// Time-stamped annotation lists (TAL), the text in the annotation signals of EDF+ and BDF+.
// https://www.edfplus.info/specs/edfplus.html, section 2.2
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace semg {

struct EdfAnnotation {
  double onset_s = 0;     ///< from the start time in the header
  double duration_s = 0;  ///< 0 where none is stated
  std::string text;       ///< empty in the first of each data record, which keeps time
};

/// Appends the annotations in `bytes`, those of one signal in one data record:
///   +onset [0x15 duration] 0x14 text 0x14 [text 0x14 ...] 0x00
/// False where something else stands there; what came before it is appended.
bool append_annotations(std::string_view bytes, std::vector<EdfAnnotation>& annotations);

}  // namespace semg
