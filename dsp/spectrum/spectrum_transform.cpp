// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/spectrum/spectrum_transform.hpp"

#include <mutex>

#include <fftw3.h>

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

struct RealTransform::Plan {
  explicit Plan(std::size_t rows) : in(fftw_alloc_real(rows)), out(fftw_alloc_complex(rows / 2 + 1)) {
    const std::lock_guard lock(DestroyPlan::planner());
    plan.reset(fftw_plan_dft_r2c_1d(static_cast<int>(rows), in.get(), out.get(), FFTW_ESTIMATE));
  }
  std::unique_ptr<double[], FreeBuffer> in;
  std::unique_ptr<fftw_complex[], FreeBuffer> out;
  std::unique_ptr<std::remove_pointer_t<fftw_plan>, DestroyPlan> plan;
};

RealTransform::RealTransform(std::size_t rows) : rows_(rows), plan_(std::make_unique<Plan>(rows)) {}
RealTransform::~RealTransform() = default;
RealTransform::RealTransform(RealTransform&&) noexcept = default;

std::span<double> RealTransform::in() noexcept {
  return {plan_->in.get(), rows_};
}

void RealTransform::add_power(std::span<double> sum) noexcept {
  fftw_execute(plan_->plan.get());
  const fftw_complex* out = plan_->out.get();
  for (std::size_t k = 0; k < bins(); ++k) sum[k] += out[k][0] * out[k][0] + out[k][1] * out[k][1];
}

std::span<const std::complex<double>> RealTransform::transform() noexcept {
  fftw_execute(plan_->plan.get());
  // FFTW's pair of doubles is laid out as std::complex<double> is: its manual, "Complex numbers".
  return {reinterpret_cast<const std::complex<double>*>(plan_->out.get()), bins()};
}

void RealTransform::to_one_sided(std::span<double> sum, double scale) const noexcept {
  for (std::size_t k = 0; k < bins(); ++k) sum[k] *= (k == 0 || 2 * k == rows_) ? scale : 2.0 * scale;
}

}  // namespace semg
