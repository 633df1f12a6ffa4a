// SPDX-License-Identifier: BSD-3-Clause
// What spectra depend on beside the signal: FFTW's version, and the processor that chooses its code path.
#pragma once

#include <string>

namespace semg {

std::string fftw_version();
/// "x86-64-v4", "x86-64-v3", "x86-64-v2", "x86-64" or the name of another architecture.
std::string cpu_class();

}  // namespace semg
