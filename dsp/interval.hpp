// SPDX-License-Identifier: BSD-3-Clause
// Where a true value lies, with a stated confidence.
#pragma once

namespace semg {

struct Interval {
  double low = 0;
  double high = 0;
};

}  // namespace semg
