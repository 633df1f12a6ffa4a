// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/spectrum.hpp"

#include <cmath>
#include <mutex>
#include <numbers>
#include <string>

#include <fftw3.h>

#include "dsp/error.hpp"

namespace semg {
namespace {

struct DestroyPlan {
  void operator()(fftw_plan plan) const noexcept {
    const std::lock_guard lock(planner());
    fftw_destroy_plan(plan);
  }
  static std::mutex& planner() {  // FFTW's planner is not safe to call from two threads
    static std::mutex mutex;
    return mutex;
  }
};
struct FreeBuffer {
  void operator()(void* memory) const noexcept { fftw_free(memory); }
};

}  // namespace

struct WelchSpectrum::Transform {
  explicit Transform(std::size_t rows) : in(fftw_alloc_real(rows)), out(fftw_alloc_complex(rows / 2 + 1)) {
    const std::lock_guard lock(DestroyPlan::planner());
    plan.reset(fftw_plan_dft_r2c_1d(static_cast<int>(rows), in.get(), out.get(), FFTW_ESTIMATE));
  }
  std::unique_ptr<double[], FreeBuffer> in;
  std::unique_ptr<fftw_complex[], FreeBuffer> out;
  std::unique_ptr<std::remove_pointer_t<fftw_plan>, DestroyPlan> plan;
};

WelchSpectrum::WelchSpectrum(std::size_t segment_rows, double fs_hz) : segment_rows_(segment_rows), fs_hz_(fs_hz), weight_(segment_rows) {
  if (segment_rows < 4 || segment_rows % 2 != 0) {
    throw Error(Fault::usage, "spectrum segment: found " + std::to_string(segment_rows) + " rows, expected an even number, at least 4");
  }
  transform_ = std::make_unique<Transform>(segment_rows);
  for (std::size_t n = 0; n < segment_rows; ++n) {
    weight_[n] = 0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(n) / static_cast<double>(segment_rows));
    weight_square_sum_ += weight_[n] * weight_[n];
  }
}

WelchSpectrum::~WelchSpectrum() = default;
WelchSpectrum::WelchSpectrum(WelchSpectrum&&) noexcept = default;

void WelchSpectrum::add(std::span<const float> segment, std::span<double> sum) noexcept {
  double mean = 0;
  for (const float x : segment) mean += x;
  mean /= static_cast<double>(segment_rows_);
  double* in = transform_->in.get();
  for (std::size_t n = 0; n < segment_rows_; ++n) in[n] = (segment[n] - mean) * weight_[n];
  fftw_execute(transform_->plan.get());
  const fftw_complex* out = transform_->out.get();
  for (std::size_t k = 0; k < bins(); ++k) sum[k] += out[k][0] * out[k][0] + out[k][1] * out[k][1];
}

void WelchSpectrum::to_density(std::span<double> sum, std::size_t segments) const noexcept {
  const double scale = 1.0 / (fs_hz_ * weight_square_sum_ * static_cast<double>(segments));
  for (std::size_t k = 0; k < bins(); ++k) sum[k] *= (k == 0 || k + 1 == bins()) ? scale : 2.0 * scale;
}

std::size_t segment_rows_for(double seconds, double fs_hz) noexcept {
  const double wanted = seconds * fs_hz;
  std::size_t rows = 8;
  while (2 * static_cast<double>(rows) - wanted < wanted - static_cast<double>(rows)) rows *= 2;
  return rows;
}

}  // namespace semg
