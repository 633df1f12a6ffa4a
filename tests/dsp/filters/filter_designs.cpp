// SPDX-License-Identifier: BSD-3-Clause
// The designs beside Butterworth's: against SciPy, and against what each of them promises.
#include <algorithm>
#include <cmath>
#include <string>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "dsp/filters/bessel.hpp"
#include "dsp/filters/chebyshev2.hpp"
#include "dsp/filters/comb.hpp"
#include "dsp/filters/elliptic.hpp"
#include "dsp/filters/notch.hpp"
#include "tests/dsp/filters/scipy_designs.hpp"

namespace semg {
namespace {

using Complex = std::complex<double>;

double gain_db(const Sos& sos, double f_hz, double fs_hz) {
  return 20 * std::log10(std::abs(response_at(sos, f_hz, fs_hz)));
}

/// Roots of z^2 + c1 z + c2: of a conjugate pair the upper one.
void add_upper_roots(double c1, double c2, std::vector<Complex>& roots) {
  const double discriminant = c1 * c1 - 4 * c2;
  if (discriminant < 0) {
    roots.emplace_back(-c1 / 2, std::sqrt(-discriminant) / 2);
  } else if (c2 == 0) {
    roots.emplace_back(-c1, 0);
  } else {
    for (const double sign : {1.0, -1.0}) roots.emplace_back((-c1 + sign * std::sqrt(discriminant)) / 2, 0);
  }
}

void check_same_roots(std::vector<Complex> found, const std::vector<Complex>& expected) {
  REQUIRE(found.size() == expected.size());
  for (const Complex& root : expected) {
    const auto nearest =
        std::min_element(found.begin(), found.end(), [&](Complex a, Complex b) { return std::abs(a - root) < std::abs(b - root); });
    CHECK(std::abs(*nearest - root) < 1e-12);  // of roots within the unit circle: relative to 1
    found.erase(nearest);
  }
}

template <class Band>
Sos design(const std::string& type, const Band& band, double fs_hz) {
  if (type == "chebyshev2") return chebyshev2(band, {.attenuation_db = 40}, fs_hz);
  if (type == "elliptic") return elliptic(band, {.pass_db = 1, .stop_db = 40}, fs_hz);
  return bessel(band, fs_hz);
}

Sos design(const ScipyDesign& asked) {
  const double top = std::min(450.0, 0.45 * asked.fs_hz);
  if (asked.type == "notch") return notch({.f_hz = 50, .quality = 30}, asked.fs_hz);
  if (asked.type == "comb") return comb({.f_hz = 50, .quality = 30}, asked.fs_hz);
  if (asked.kind == "low") return design(asked.type, LowPass{.order = asked.order, .cutoff_hz = top}, asked.fs_hz);
  if (asked.kind == "high") return design(asked.type, HighPass{.order = asked.order, .cutoff_hz = 20}, asked.fs_hz);
  return design(asked.type, BandPass{.order = asked.order, .low_hz = 20, .high_hz = top}, asked.fs_hz);
}

std::string message_of(auto&& call) {
  try {
    call();
  } catch (const Error& e) {
    CHECK(e.fault() == Fault::usage);
    return e.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("filter designs: poles, zeros and gain are SciPy's") {
  for (const ScipyDesign& expected : kScipyDesigns) {
    CAPTURE(expected.type);
    CAPTURE(expected.kind);
    CAPTURE(expected.order);
    CAPTURE(expected.fs_hz);
    std::vector<Complex> poles, zeros;
    double gain = 1;
    for (const Section& s : design(expected)) {
      gain *= s.b0;
      add_upper_roots(s.a1, s.a2, poles);
      add_upper_roots(s.b1 / s.b0, s.b2 / s.b0, zeros);
    }
    std::erase_if(zeros, [](Complex z) { return std::abs(z.imag()) < 1e-7 && std::abs(std::abs(z.real()) - 1) < 1e-7; });
    check_same_roots(poles, expected.poles);
    check_same_roots(zeros, expected.zeros);
    // The gain is set by the response at DC, where 1 + a1 + a2 cancels to 1e-7 or so of its terms at 30 kHz.
    CHECK(gain == doctest::Approx(expected.gain).epsilon(1e-9));
  }
}

TEST_CASE("chebyshev2: the stop-band begins where asked and never comes back above") {
  for (int order = 1; order <= 20; ++order) {
    const Sos sos = chebyshev2(HighPass{.order = order, .cutoff_hz = 20}, {.attenuation_db = 60}, 1000);
    CHECK(gain_db(sos, 20, 1000) == doctest::Approx(-60).epsilon(1e-8));
    CHECK(std::abs(response_at(sos, 500, 1000)) == doctest::Approx(1));
    for (double f_hz = 0.05; f_hz < 20; f_hz += 0.05) CHECK(gain_db(sos, f_hz, 1000) < -60 + 1e-6);
  }
}

TEST_CASE("elliptic: the ripple on both sides touches what is asked and goes no further") {
  // The closed form that holds for every order, also for order 20, where SciPy's poles and these part by 5e-12.
  for (int order = 2; order <= 20; ++order) {
    CAPTURE(order);
    const Sos sos = elliptic(LowPass{.order = order, .cutoff_hz = 300}, {.pass_db = 1, .stop_db = 40}, 2000);
    double pass_least = 0, pass_most = -100, stop_most = -400;
    for (double f_hz = 0; f_hz <= 300; f_hz += 0.01) {
      pass_least = std::min(pass_least, gain_db(sos, f_hz, 2000));
      pass_most = std::max(pass_most, gain_db(sos, f_hz, 2000));
    }
    CHECK(gain_db(sos, 300, 2000) == doctest::Approx(-1).epsilon(1e-9));
    CHECK(pass_least > -1 - 1e-8);
    CHECK(std::abs(pass_most) < 1e-8 + (order > 8 ? 1e-3 : 1e-5));  // the grid of 0.01 Hz meets narrow crests beside their top only
    bool below = false;
    for (double f_hz = 300; f_hz < 1000; f_hz += 0.01) {
      const double db = gain_db(sos, f_hz, 2000);
      below = below || db < -40.5;
      if (below) stop_most = std::max(stop_most, db);
    }
    CHECK(stop_most < -40 + 1e-7);
    CHECK(stop_most > -40.01);
  }
}

TEST_CASE("bessel: a step is answered almost without overshoot") {
  for (int order = 2; order <= 20; ++order) {
    Sos sos = bessel(LowPass{.order = order, .cutoff_hz = 6}, 2000);
    std::vector<double> z1(sos.size()), z2(sos.size());
    double most = 0;
    for (int n = 0; n < 4000; ++n) {
      double x = 1;
      for (std::size_t s = 0; s < sos.size(); ++s) {
        const double y = sos[s].b0 * x + z1[s];
        z1[s] = sos[s].b1 * x - sos[s].a1 * y + z2[s];
        z2[s] = sos[s].b2 * x - sos[s].a2 * y;
        x = y;
      }
      most = std::max(most, x);
    }
    CHECK(most < 1.01);
  }
}

TEST_CASE("notch and comb: the hole is where asked, as wide as asked, and the rest is left") {
  const Sos hole = notch({.f_hz = 50, .quality = 10}, 2000);
  CHECK(gain_db(hole, 50, 2000) < -200);
  CHECK(std::abs(response_at(hole, 0, 2000)) == doctest::Approx(1));
  const Sos holes = comb({.f_hz = 50, .quality = 10}, 2000);
  for (const double f_hz : {50.0, 100.0, 450.0, 950.0}) {
    CHECK(gain_db(holes, f_hz, 2000) < -200);
    CHECK(gain_db(holes, f_hz - 2.5, 2000) == doctest::Approx(-3.0103).epsilon(1e-5));
    CHECK(gain_db(holes, f_hz + 2.5, 2000) == doctest::Approx(-3.0103).epsilon(1e-5));
    CHECK(std::abs(response_at(holes, f_hz - 25, 2000)) == doctest::Approx(1));
  }
}

TEST_CASE("filter designs: what cannot be says what was found") {
  CHECK(message_of([] { chebyshev2(LowPass{.order = 2, .cutoff_hz = 600}, {.attenuation_db = 40}, 1000); }) ==
        "low-pass 600 Hz does not fit below the Nyquist frequency 500 Hz (fs = 1000 Hz)");
  CHECK(message_of([] { bessel(LowPass{.order = 21, .cutoff_hz = 6}, 1000); }) == "low-pass order: found 21, expected 1 to 20");
  CHECK(message_of([] { chebyshev2(LowPass{.order = 2, .cutoff_hz = 60}, {.attenuation_db = 0}, 1000); }) ==
        "stop-band attenuation: found 0 dB, expected above 0 and up to 300 dB");
  CHECK(message_of([] { elliptic(LowPass{.order = 2, .cutoff_hz = 60}, {.pass_db = 3, .stop_db = 2}, 1000); }) ==
        "ripple: found 3 dB in the pass-band and 2 dB in the stop-band, expected above 0, more, and up to 300 dB");
  CHECK(message_of([] { notch({.f_hz = 500, .quality = 30}, 1000); }) ==
        "notch: found 500 Hz with quality 30, expected hole and width between 0 and the Nyquist frequency 500 Hz");
  CHECK(message_of([] { comb({.f_hz = 60, .quality = 30}, 1000); }) ==
        "comb: found 60 Hz with quality 30 at fs = 1000 Hz, expected a whole part of fs, below fs/2, and quality above 1");
}

}  // namespace semg
