// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/spectrum/spectrum_machine.hpp"

#include <fftw3.h>

namespace semg {

std::string fftw_version() {
  return ::fftw_version;
}

std::string cpu_class() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")) return "x86-64-v4";
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "x86-64-v3";
  if (__builtin_cpu_supports("sse4.2")) return "x86-64-v2";
  return "x86-64";
#elif defined(__aarch64__)
  return "aarch64";
#else
  return "other";
#endif
}

}  // namespace semg
