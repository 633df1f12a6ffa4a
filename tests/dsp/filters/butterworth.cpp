// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/filters/butterworth.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "dsp/error.hpp"

namespace semg {
namespace {

std::vector<std::complex<double>> upper_poles(const Sos& sos) {
  std::vector<std::complex<double>> poles;
  for (const Section& s : sos) {
    const double discriminant = s.a1 * s.a1 - 4 * s.a2;
    if (discriminant < 0) {
      poles.emplace_back(-s.a1 / 2, std::sqrt(-discriminant) / 2);
    } else if (s.a2 == 0) {
      poles.emplace_back(-s.a1, 0);
    } else {
      poles.emplace_back((-s.a1 + std::sqrt(discriminant)) / 2, 0);
      poles.emplace_back((-s.a1 - std::sqrt(discriminant)) / 2, 0);
    }
  }
  std::sort(poles.begin(), poles.end(), [](auto a, auto b) { return std::pair(a.real(), a.imag()) < std::pair(b.real(), b.imag()); });
  return poles;
}

double gain_db(const Sos& sos, double f_hz, double fs_hz) {
  return 20 * std::log10(std::abs(response_at(sos, f_hz, fs_hz)));
}

Sos design(const std::string& kind, int order, double fs_hz) {
  const double top = std::min(450.0, 0.45 * fs_hz);
  if (kind == "low") return butterworth(LowPass{.order = order, .cutoff_hz = top}, fs_hz);
  if (kind == "high") return butterworth(HighPass{.order = order, .cutoff_hz = 20}, fs_hz);
  return butterworth(BandPass{.order = order, .low_hz = 20, .high_hz = top}, fs_hz);
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

/// Upper half-plane poles and gain of the same designs by SciPy 1.10 (signal.butter, output "zpk").
struct Reference {
  const char* kind;
  int order;
  double fs_hz;
  double gain;
  std::vector<std::complex<double>> poles;
};
const std::vector<Reference>& references() {
  static const std::vector<Reference> list = {
      {"low", 1, 1000, 0.86327126400268051, {{-0.7265425280053609, 0}}},
      {"low", 1, 2048, 0.45230269655855276, {{0.095394606882894389, 0}}},
      {"low", 1, 10240, 0.12199227596299719, {{0.75601544807400567, 0}}},
      {"low", 2, 1000, 0.80059240346457028, {{-0.78050903790035897, 0.17932423097121852}}},
      {"low", 2, 2048, 0.23930408454833549, {{0.1115875083152648, 0.40980432258806421}}},
      {"low", 2, 10240, 0.015878383604811214, {{0.80662613999164501, 0.16161709279873232}}},
      {"low", 3, 1000, 0.72944072263908211, {{-0.8237761078519954, 0.23180129724620024}, {-0.7265425280053609, 0}}},
      {"low", 3, 2048, 0.12300163450283458, {{0.095394606882894389, 0}, {0.12680815224381919, 0.57036617046689553}}},
      {"low", 3, 10240, 0.002033289044134239, {{0.75601544807400567, 0}, {0.84670629531997343, 0.20777506016796091}}},
      {"low", 4, 1000, 0.66201583720261747, {{-0.85048216597176274, 0.25530339829167303}, {-0.73983710846559647, 0.091992370443171961}}},
      {"low", 4, 2048, 0.062655444630039095, {{0.099133308651902938, 0.19703129628377108}, {0.13742639445332422, 0.65941899179120977}}},
      {"low", 4, 10240, 0.00025946023469037021, {{0.76854781216166501, 0.083337515216251976}, {0.87122819172606936, 0.2280747787911622}}},
      {"low",
       5,
       1000,
       0.5999402042196299,
       {{-0.86815508276736475, 0.26827467432810487}, {-0.76084521303612274, 0.14530850560107222}, {-0.7265425280053609, 0}}},
      {"low",
       5,
       2048,
       0.031792136206755299,
       {{0.095394606882894389, 0}, {0.10536445708004265, 0.32165386306936877}, {0.14505320771716698, 0.71648914563998856}}},
      {"low",
       5,
       10240,
       3.3065518538088244e-05,
       {{0.75601544807400567, 0}, {0.7882653057266038, 0.13128680931918052}, {0.88736561472790143, 0.23913267261120902}}},
      {"high", 1, 1000, 0.94080929618159448, {{0.88161859236318896, 0}}},
      {"high", 1, 2048, 0.97022454134729041, {{0.94044908269458083, 0}}},
      {"high", 1, 10240, 0.99390142072576459, {{0.98780284145152919, 0}}},
      {"high", 2, 1000, 0.91496914411308272, {{0.91134746259815425, 0.081409174371988705}}},
      {"high", 2, 2048, 0.95753983388377506, {{0.95663799437321495, 0.041558326605664615}}},
      {"high", 2, 10240, 0.99136003445098764, {{0.99132270925205823, 0.008602640350083136}}},
      {"high", 3, 1000, 0.88183819857441437, {{0.88161859236318896, 0}, {0.93360860842574334, 0.10214093723373932}}},
      {"high", 3, 2048, 0.94047626626215663, {{0.94044908269458083, 0}, {0.96842582071014105, 0.051525523884987039}}},
      {"high", 3, 10240, 0.98780306965721343, {{0.98780284145152919, 0}, {0.993826809965213, 0.010562653893122664}}},
      {"high", 4, 1000, 0.84847529552435896, {{0.88915674406971745, 0.042985536035808562}, {0.94670780051125014, 0.11049322784879721}}},
      {"high", 4, 2048, 0.92294610320087478, {{0.9446035152758131, 0.022208265569424231}, {0.97523287896505217, 0.055354012145573957}}},
      {"high", 4, 10240, 0.98409380344798769, {{0.9887152191194607, 0.0046434694143868884}, {0.99525088981226528, 0.011284430080105332}}},
      {"high",
       5,
       1000,
       0.81587532023711085,
       {{0.88161859236318896, 0}, {0.9007786994276884, 0.066886912995855197}, {0.95512270429456103, 0.11475453401163334}}},
      {"high",
       5,
       2048,
       0.90547050141603713,
       {{0.94044908269458083, 0}, {0.95094232283161551, 0.034339841481738118}, {0.97955635300104515, 0.057234932543687007}}},
      {"high",
       5,
       10240,
       0.98033942187062728,
       {{0.98780284145152919, 0}, {0.9900951529814086, 0.0071421230649831042}, {0.99614719822481301, 0.011626836164828376}}},
      {"band", 1, 1000, 0.81730964877207413, {{-0.72170542213148037, 0}, {0.87933286640672281, 0}}},
      {"band", 1, 2048, 0.43677297133983317, {{0.13515664965729571, 0}, {0.93561106790506821, 0}}},
      {"band", 1, 10240, 0.11714826077473692, {{0.77613245614718229, 0}, {0.98656288934439529, 0}}},
      {"band", 2, 1000, 0.73202247655662256, {{-0.77985407210804902, 0.18287238170658238}, {0.9112398013482339, 0.083043863124294723}}},
      {"band", 2, 2048, 0.22289018156821219, {{0.13425886583790275, 0.43113055564807468}, {0.956747082190332, 0.044749829679217826}}},
      {"band", 2, 10240, 0.014608783726948368, {{0.82060332197973596, 0.16482145554911429}, {0.9913895817789028, 0.009389441578045785}}},
      {"band",
       3,
       1000,
       0.64178696497079313,
       {{-0.82453055522392593, 0.23436046535906729},
        {-0.72170542213148037, 0},
        {0.87933286640672281, 0},
        {0.93410364448787264, 0.10320689860399027}}},
      {"band",
       3,
       2048,
       0.11050890339084632,
       {{0.13515664965729571, 0},
        {0.14043679080969312, 0.59059274790220273},
        {0.93561106790506821, 0},
        {0.96954877852885812, 0.05342285964793772}}},
      {"band",
       3,
       10240,
       0.0017931668063577177,
       {{0.77613245614718229, 0},
        {0.85674809778901029, 0.21046898060479988},
        {0.98656288934439529, 0},
        {0.99412456514907321, 0.01100848683567569}}},
      {"band",
       4,
       1000,
       0.55979397536366227,
       {{-0.85153345220624754, 0.25712127756673642},
        {-0.73635364911915335, 0.094882662363443171},
        {0.88761285356994346, 0.044434616284970661},
        {0.94728305527779155, 0.11119641507811759}}},
      {"band",
       4,
       2048,
       0.054302295029996547,
       {{0.13381581161904071, 0.21134399090180334},
        {0.14679001233268357, 0.67710564701629761},
        {0.94162885538609842, 0.025406005718954041},
        {0.97641127835496555, 0.056545189255278468}}},
      {"band",
       4,
       10240,
       0.00021936421450156494,
       {{0.78693497479106189, 0.085764977711651216},
        {0.8790401486127003, 0.23026066720727495},
        {0.98798871726309945, 0.0054779588752174252},
        {0.99555040472487177, 0.011555884494460569}}},
      {"band",
       5,
       1000,
       0.48731119936470235,
       {{-0.86922539864157822, 0.26963067115812778},
        {-0.75904305894730173, 0.14893186894793656},
        {-0.72170542213148037, 0},
        {0.87933286640672281, 0},
        {0.90011165946870209, 0.068627218564515896},
        {0.95567106808283231, 0.11524944082414848}}},
      {"band",
       5,
       2048,
       0.026580787712521443,
       {{0.13329807144523684, 0.34132847472009742},
        {0.13515664965729571, 0},
        {0.15204571139345133, 0.73193982368984423},
        {0.93561106790506821, 0},
        {0.94993582396466902, 0.037922232596218526},
        {0.98063551651048053, 0.058045778114316104}}},
      {"band",
       5,
       10240,
       2.6802004096499454e-05,
       {{0.77613245614718229, 0},
        {0.80424997951530786, 0.13441537262958567},
        {0.89375366278912816, 0.24094823547091151},
        {0.98656288934439529, 0},
        {0.98988468895462223, 0.0080475429493360208},
        {0.99641649867803161, 0.011807272993857705}}},
  };
  return list;
}

}  // namespace

TEST_CASE("butterworth: poles and gain are SciPy's") {
  for (const Reference& reference : references()) {
    CAPTURE(reference.kind);
    CAPTURE(reference.order);
    CAPTURE(reference.fs_hz);
    const Sos sos = design(reference.kind, reference.order, reference.fs_hz);
    auto expected = reference.poles;
    std::sort(expected.begin(), expected.end(),
              [](auto a, auto b) { return std::pair(a.real(), a.imag()) < std::pair(b.real(), b.imag()); });
    const auto poles = upper_poles(sos);
    REQUIRE(poles.size() == expected.size());
    // Nearly equal real parts may sort either way: each pole must have its partner.
    for (const auto& pole : poles) {
      double nearest = 1;
      for (const auto& other : expected) nearest = std::min(nearest, std::abs(pole - other));
      CHECK(nearest < 1e-12);
    }
    double gain = 1;
    for (const Section& s : sos) gain *= s.b0;
    CHECK(gain == doctest::Approx(reference.gain).epsilon(1e-9));
  }
}

TEST_CASE("butterworth: the gain is -3.01 dB at every cut-off, whatever the order") {
  for (const double fs_hz : {1000.0, 1259.259, 2048.0, 10240.0, 30000.0}) {
    for (int order = 1; order <= 12; ++order) {
      CHECK(gain_db(butterworth(LowPass{.order = order, .cutoff_hz = 300}, fs_hz), 300, fs_hz) == doctest::Approx(-3.0103).epsilon(1e-6));
      CHECK(gain_db(butterworth(HighPass{.order = order, .cutoff_hz = 20}, fs_hz), 20, fs_hz) == doctest::Approx(-3.0103).epsilon(1e-6));
      const Sos band = butterworth(BandPass{.order = order, .low_hz = 20, .high_hz = 300}, fs_hz);
      CHECK(gain_db(band, 20, fs_hz) == doctest::Approx(-3.0103).epsilon(1e-5));
      CHECK(gain_db(band, 300, fs_hz) == doctest::Approx(-3.0103).epsilon(1e-5));
    }
  }
}

TEST_CASE("butterworth: sections answer as their formula says from 500 Hz to 30 kHz, where one polynomial of the same filter explodes") {
  // |H|^2 = 1 / (1 + (tan(pi f / fs) / tan(pi fc / fs))^2N) of a low-pass, its inverse ratio of a high-pass.
  const auto ratio = [](double f_hz, double cutoff_hz, double fs_hz) {
    return std::tan(std::numbers::pi * f_hz / fs_hz) / std::tan(std::numbers::pi * cutoff_hz / fs_hz);
  };
  for (const double fs_hz : {500.0, 1000.0, 2000.0, 2048.0, 4000.0, 10240.0, 25000.0, 30000.0}) {
    CAPTURE(fs_hz);
    for (int order = 1; order <= 8; ++order) {
      CAPTURE(order);
      for (const double cutoff_hz : {1.0, 6.0, 20.0, 200.0}) {
        CAPTURE(cutoff_hz);
        const Sos low = butterworth(LowPass{.order = order, .cutoff_hz = cutoff_hz}, fs_hz);
        const Sos high = butterworth(HighPass{.order = order, .cutoff_hz = cutoff_hz}, fs_hz);
        for (const double f_hz : {0.2 * cutoff_hz, 0.9 * cutoff_hz, cutoff_hz, 1.1 * cutoff_hz}) {
          const double power = std::pow(ratio(f_hz, cutoff_hz, fs_hz), 2 * order);
          // A pair of poles 2e-4 from 1 (1 Hz at 30 kHz) has 1 + a1 + a2 = 4e-8, rounded by 2e-16: 5e-9 a section, of which there are four.
          CHECK(std::abs(response_at(low, f_hz, fs_hz)) == doctest::Approx(1 / std::sqrt(1 + power)).epsilon(2e-8));
          CHECK(std::abs(response_at(high, f_hz, fs_hz)) == doctest::Approx(1 / std::sqrt(1 + 1 / power)).epsilon(2e-8));
        }
        CHECK(slowest_time_constant_s(low, fs_hz) > 0);  // every pole lies inside the unit circle
        CHECK(slowest_time_constant_s(high, fs_hz) > 0);
      }
    }
  }
}

TEST_CASE("butterworth: a low-pass passes a constant and a high-pass none of it") {
  CHECK(std::abs(response_at(butterworth(LowPass{.order = 5, .cutoff_hz = 50}, 2000), 0, 2000)) == doctest::Approx(1));
  CHECK(std::abs(response_at(butterworth(HighPass{.order = 5, .cutoff_hz = 50}, 2000), 0, 2000)) == 0.0);
}

TEST_CASE("butterworth: what does not fit says value, limit and rate") {
  CHECK(message_of([] { butterworth(BandPass{.order = 2, .low_hz = 20, .high_hz = 600}, 1000); }) ==
        "band-pass 20-600 Hz does not fit below the Nyquist frequency 500 Hz (fs = 1000 Hz)");
  CHECK(message_of([] { butterworth(LowPass{.order = 0, .cutoff_hz = 100}, 1000); }) == "low-pass order: found 0, expected 1 to 20");
  CHECK(message_of([] { butterworth(HighPass{.order = 2, .cutoff_hz = -5}, 1000); }) ==
        "high-pass -5 Hz: expected a cut-off above 0 Hz, and the lower one first");
  CHECK(message_of([] { butterworth(BandPass{.order = 2, .low_hz = 100, .high_hz = 100}, 1000); }) ==
        "band-pass: expected the lower edge below the upper one");
}

TEST_CASE("sos: group delay is the slope of the phase, phase delay its chord") {
  const double fs_hz = 2000;
  Sos sos = butterworth(HighPass{.order = 2, .cutoff_hz = 20}, fs_hz);
  const Sos low = butterworth(LowPass{.order = 2, .cutoff_hz = 450}, fs_hz);
  sos.insert(sos.end(), low.begin(), low.end());
  for (const double f : {30.0, 60.0, 90.0, 200.0, 400.0}) {
    const double h = 1e-3;
    const double slope = (std::arg(response_at(sos, f + h, fs_hz)) - std::arg(response_at(sos, f - h, fs_hz))) / (2 * M_PI * 2 * h);
    CHECK(group_delay_s(sos, f, fs_hz) == doctest::Approx(-slope).epsilon(1e-5));
  }
  CHECK(phase_delay_s(low, 90, fs_hz) == doctest::Approx(-std::arg(response_at(low, 90, fs_hz)) / (2 * M_PI * 90)));
}

TEST_CASE("sos: the slowest time constant is that of the pole nearest the unit circle") {
  // One real pole at r: the state falls by r each sample, to 1/e after -1/ln r samples.
  CHECK(slowest_time_constant_s({Section{.b0 = 1, .a1 = -0.99}}, 1000) == doctest::Approx(-0.001 / std::log(0.99)));
  CHECK(slowest_time_constant_s({Section{.b0 = 1, .a1 = -2 * 0.9 * std::cos(0.3), .a2 = 0.81}}, 1) == doctest::Approx(-1 / std::log(0.9)));
}

}  // namespace semg
