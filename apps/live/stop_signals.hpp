// SPDX-License-Identifier: BSD-3-Clause
// SIGINT and SIGTERM as a wish to end well.
#pragma once

namespace semg {

/// While it lives the first such signal is only remembered; a second one ends the program at once, and leaves what is on the disk as it is.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();  // signals do again what they did before
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  static int received() noexcept;  ///< 0: none yet

 private:
  void (*interrupt_)(int);
  void (*terminate_)(int);
};

}  // namespace semg
