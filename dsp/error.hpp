// SPDX-License-Identifier: BSD-3-Clause
// The one exception type of the project: a sentence for the user and the exit code that goes with it.
#pragma once

#include <stdexcept>
#include <string>

namespace semg {

/// What kind of failure it is; the value is the exit code of the command line (sysexits.h numbers).
enum class Fault : int {
  usage = 64,          ///< command line, settings or study file
  data = 65,           ///< the content of a file
  no_input = 66,       ///< no such input
  cannot_create = 73,  ///< an output cannot be made, or is there already
  write_failed = 74,   ///< an output could not be written whole
  try_again = 75,      ///< somebody else holds it just now
};

/// Thrown where something enters (open, configure), never while samples flow.
/// The sentence reads `FILE: FIELD: found X, expected Y`; the command line puts `semg: ` before it.
class Error : public std::runtime_error {
 public:
  Error(Fault fault, const std::string& sentence) : std::runtime_error(sentence), fault_(fault) {}
  Fault fault() const noexcept { return fault_; }

 private:
  Fault fault_;
};

}  // namespace semg
