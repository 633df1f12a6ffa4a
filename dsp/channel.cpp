// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/channel.hpp"

#include "dsp/error.hpp"

namespace semg {

const char* to_string(Side side) noexcept {
  switch (side) {
    case Side::left: return "left";
    case Side::right: return "right";
    case Side::none: break;
  }
  return "none";
}

const char* to_string(Unit unit) noexcept {
  return unit == Unit::microvolt ? "uV" : "a.u.";
}

const char* to_string(Kind kind) noexcept {
  switch (kind) {
    case Kind::emg: return "emg";
    case Kind::envelope: return "envelope";
    case Kind::other: break;
  }
  return "other";
}

Side side_from(const std::string& word) {
  if (word == "left") return Side::left;
  if (word == "right") return Side::right;
  if (word == "none" || word.empty()) return Side::none;
  throw Error(Fault::usage, "side: found '" + word + "', expected left, right or none");
}

}  // namespace semg
