// SPDX-License-Identifier: BSD-3-Clause
#include "engine/simulation/simulation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "engine/simulation/simulated_artefacts.hpp"
#include "engine/simulation/simulated_streams.hpp"
#include "engine/simulation/simulation_truth.hpp"

namespace semg {

namespace {

constexpr std::size_t kPiece = ContractionCourse::kWarpStep;  // rows made at a time; the spectrum is constant within
constexpr double kMostRows = 1e10;

constexpr std::array<const char*, 16> kMuscles = {"TA", "GM", "RF",  "BF",  "SOL", "VL", "VM", "ST",
                                                  "BB", "TB", "ECR", "FCR", "AD",  "PD", "UT", "PM"};

void require(bool fits, const char* name, double value, const char* limits) {
  if (!fits) throw Error(Fault::usage, fmt::format("{}: found {}, expected {}", name, value, limits));
}

void check(const NoiseShape& shape, double fs_hz) {
  if (!(shape.fl_hz >= 1 && shape.fl_hz < shape.fh_hz && shape.fh_hz <= fs_hz)) {
    throw Error(Fault::usage,
                fmt::format("spectrum: found {},{} Hz, expected two corners, the lower from 1 Hz on, the higher up to fs = {} Hz",
                            shape.fl_hz, shape.fh_hz, fs_hz));
  }
}

void check(const MotorUnitPool& pool, double fs_hz) {
  require(pool.units >= 1 && pool.units <= 10000, "motor units", pool.units, "1 to 10000");
  require(pool.lowest_rate_hz > 0 && pool.lowest_rate_hz <= pool.highest_rate_hz, "motor units' lowest rate", pool.lowest_rate_hz,
          "more than 0 Hz and at most the highest");
  require(pool.highest_rate_hz <= 1000, "motor units' highest rate", pool.highest_rate_hz, "at most 1000 Hz");
  require(pool.smallest_uv > 0 && pool.smallest_uv <= pool.largest_uv, "motor units' smallest potential", pool.smallest_uv,
          "more than 0 uV and at most the largest");
  require(pool.lambda_s * fs_hz >= 0.5 && pool.lambda_s <= 0.1, "motor units' lambda", pool.lambda_s, "half a sample to 0.1 s");
}

std::int64_t checked_rows(const Simulation& simulation) {
  require(simulation.fs_hz >= 100 && simulation.fs_hz <= 100000, "fs", simulation.fs_hz, "100 to 100000 Hz");
  require(simulation.channels >= 1 && simulation.channels <= 1024, "channels", simulation.channels, "1 to 1024");
  require(simulation.duration_s > 0 && simulation.duration_s * simulation.fs_hz <= kMostRows, "duration", simulation.duration_s,
          "more than 0 s and at most 10^10 rows");
  require(simulation.snr_db >= -40 && simulation.snr_db <= 80, "snr", simulation.snr_db, "-40 to 80 dB");
  require(simulation.floor_uv >= 0.1 && simulation.floor_uv <= 1000, "floor", simulation.floor_uv, "0.1 to 1000 uV");
  require(simulation.line_uv >= 0 && simulation.line_uv <= 1e5, "line", simulation.line_uv, "0 to 100000 uV");
  require(simulation.line_hz >= 10 && simulation.line_hz <= 1000, "line frequency", simulation.line_hz, "10 to 1000 Hz");
  require(simulation.heart_uv >= 0 && simulation.heart_uv <= 1e5, "ecg", simulation.heart_uv, "0 to 100000 uV");
  require(simulation.motion_uv >= 0 && simulation.motion_uv <= 1e5, "motion", simulation.motion_uv, "0 to 100000 uV");
  require(simulation.rail_uv >= 1 && simulation.rail_uv <= 32767 * kSimulatedLsb, "clip", simulation.rail_uv, "1 to 4095.875 uV");
  std::visit([&](const auto& muscle) { check(muscle, simulation.fs_hz); }, simulation.muscle);
  const std::int64_t rows = std::llround(simulation.duration_s * simulation.fs_hz);
  require(rows >= 1, "duration", simulation.duration_s, "at least one row");
  return rows;
}

std::vector<Gap> gap_rows(const Simulation& simulation, std::int64_t rows) {
  std::vector<Gap> gaps;
  for (const auto& [start_s, length_s] : simulation.gaps) {
    if (!(start_s >= 0 && length_s > 0 && start_s + length_s <= simulation.duration_s)) {
      throw Error(Fault::usage, fmt::format("gap: found {} s from {} s on, expected it inside the recording of {} s", length_s, start_s,
                                            simulation.duration_s));
    }
    const std::int64_t first = std::min(std::llround(start_s * simulation.fs_hz), static_cast<long long>(rows) - 1);
    const std::int64_t length = std::max<std::int64_t>(1, std::llround(length_s * simulation.fs_hz));
    gaps.push_back({first, std::min(length, rows - first)});
  }
  std::sort(gaps.begin(), gaps.end(), [](const Gap& a, const Gap& b) { return a.first_row < b.first_row; });
  for (std::size_t i = 1; i < gaps.size(); ++i) {
    if (gaps[i].first_row <= gaps[i - 1].first_row + gaps[i - 1].rows) {
      throw Error(Fault::usage, fmt::format("gap: found two that touch at {} s, expected samples between them",
                                            static_cast<double>(gaps[i].first_row) / simulation.fs_hz));
    }
  }
  return gaps;
}

Recording recording_of(const Simulation& simulation) {
  Recording recording;
  recording.rows = checked_rows(simulation);
  recording.gaps = gap_rows(simulation, recording.rows);
  recording.device = "semg simulate";
  recording.source_format = "simulation";
  recording.simulated = true;
  recording.sample_type = SampleType::int16;
  recording.conversion = kSimulatedLsb * 1e-6;
  recording.stream.fs_hz = simulation.fs_hz;
  const double rail_uv = std::floor(simulation.rail_uv / kSimulatedLsb) * kSimulatedLsb;
  for (int i = 0; i < simulation.channels; ++i) {
    const auto muscle = static_cast<std::size_t>(i / 2);
    recording.stream.channels.push_back({.label = "CH" + std::to_string(i + 1),
                                         .muscle = muscle < kMuscles.size() ? kMuscles[muscle] : "M" + std::to_string(muscle + 1),
                                         .side = i % 2 == 0 ? Side::right : Side::left,
                                         .lsb = kSimulatedLsb,
                                         .rail_low = -rail_uv,
                                         .rail_high = rail_uv});
  }
  return recording;
}

}  // namespace

/// Everything that makes samples, one of each for every channel or shared by all.
struct SimulatedSource::Signals {
  double plateau_uv;
  double floor_uv;
  double rail_counts;
  std::vector<std::variant<ShapedNoise, MotorUnitTrains>> muscles;
  std::vector<RandomStream> floors;
  std::optional<MainsHum> mains;
  std::optional<HeartBeats> heart;
  std::optional<CableMotion> motion;
  std::array<double, kPiece> drive{};
  std::array<double, kPiece> samples_uv{};

  Signals(const Simulation& simulation, const ContractionCourse& course, std::int64_t rows)
      : plateau_uv(plateau_rms_uv(simulation)), floor_uv(simulation.floor_uv), rail_counts(std::floor(simulation.rail_uv / kSimulatedLsb)) {
    const auto channels = static_cast<std::size_t>(simulation.channels);
    for (std::size_t c = 0; c < channels; ++c) {
      const RandomStream random = channel_stream(simulation.seed, c, Purpose::muscle);
      if (const auto* shape = std::get_if<NoiseShape>(&simulation.muscle)) {
        muscles.emplace_back(ShapedNoise(*shape, simulation.fs_hz, random));
      } else {
        muscles.emplace_back(MotorUnitTrains(std::get<MotorUnitPool>(simulation.muscle), simulation.fs_hz, random));
      }
      floors.push_back(channel_stream(simulation.seed, c, Purpose::floor));
    }
    if (simulation.line_uv > 0) mains.emplace(simulation.line_uv, simulation.line_hz, simulation.fs_hz, simulation.seed, channels);
    if (simulation.heart_uv > 0) heart.emplace(simulation.heart_uv, simulation.fs_hz, rows, simulation.seed);
    if (simulation.motion_uv > 0) motion.emplace(simulation.motion_uv, simulation.fs_hz, course.bursts(), simulation.seed, channels);
  }
};

SimulatedSource::SimulatedSource(const Simulation& simulation)
    : recording_(recording_of(simulation)),
      course_(simulation.contraction, simulation.fs_hz, recording_.rows),
      signals_(std::make_unique<Signals>(simulation, course_, recording_.rows)),
      clipped_(recording_.stream.channels.size()) {}

SimulatedSource::~SimulatedSource() = default;
SimulatedSource::SimulatedSource(SimulatedSource&&) noexcept = default;

std::size_t SimulatedSource::read_counts(std::span<std::int16_t> counts) {
  const std::size_t channels = info().channels.size();
  const auto left = static_cast<std::size_t>(recording_.rows - row_);
  const std::size_t rows = std::min(counts.size() / channels, left);
  for (std::size_t done = 0; done < rows;) {
    const std::size_t to_step = kPiece - static_cast<std::size_t>(row_) % kPiece;
    const std::size_t piece = std::min({rows - done, to_step, static_cast<std::size_t>(end_of_stretch() - row_)});
    write_piece(counts.subspan(done * channels, piece * channels));
    done += piece;
  }
  return rows;
}

bool SimulatedSource::read(Block& block) {
  const std::size_t channels = info().channels.size();
  counts_.resize(block.max_rows() * channels);
  while (row_ < recording_.rows) {
    const bool lost = in_gap();
    block.first = row_;
    const std::size_t most = std::min(block.max_rows(), static_cast<std::size_t>(end_of_stretch() - row_));
    const std::size_t rows = read_counts(std::span(counts_).first(most * channels));
    if (lost) continue;
    block.resize(rows);
    const double unit = recording_.unit_per_count();
    std::transform(counts_.begin(), counts_.begin() + static_cast<std::ptrdiff_t>(rows * channels), block.samples().begin(),
                   [&](std::int16_t count) { return static_cast<float>(count * unit); });
    return true;
  }
  block.resize(0);
  return false;
}

bool SimulatedSource::in_gap() const noexcept {
  return gap_ < recording_.gaps.size() && row_ >= recording_.gaps[gap_].first_row;
}

// The row at which the gap that row_ lies in ends, or the next one begins, or the recording ends.
std::int64_t SimulatedSource::end_of_stretch() const noexcept {
  if (gap_ == recording_.gaps.size()) return recording_.rows;
  const Gap& gap = recording_.gaps[gap_];
  return row_ < gap.first_row ? gap.first_row : gap.first_row + gap.rows;
}

// [rows x channels], all inside one step of the warp and on one side of every gap's edge. What is lost in a gap has happened all the same.
void SimulatedSource::write_piece(std::span<std::int16_t> counts) {
  Signals& make = *signals_;
  const std::size_t channels = info().channels.size();
  const std::size_t rows = counts.size() / channels;
  const bool lost = in_gap();
  const double warp = course_.warp(row_);
  for (std::size_t r = 0; r < rows; ++r) make.drive[r] = make.plateau_uv * course_.drive(row_ + static_cast<std::int64_t>(r));
  if (make.mains) make.mains->advance(rows);

  for (std::size_t c = 0; c < channels; ++c) {
    const auto samples_uv = std::span(make.samples_uv).first(rows);
    std::visit([&](auto& muscle) { muscle.next(samples_uv, warp); }, make.muscles[c]);
    for (std::size_t r = 0; r < rows; ++r) samples_uv[r] = make.drive[r] * samples_uv[r] + make.floor_uv * make.floors[c].gaussian();
    if (make.mains) make.mains->add(c, samples_uv);
    if (make.heart) make.heart->add(row_, samples_uv);
    if (make.motion) make.motion->add(c, row_, samples_uv);
    std::int64_t clipped = 0;
    for (std::size_t r = 0; r < rows; ++r) {
      const double count = std::nearbyint(samples_uv[r] / kSimulatedLsb);
      clipped += std::abs(count) >= make.rail_counts ? 1 : 0;
      counts[r * channels + c] = lost ? std::int16_t{0} : static_cast<std::int16_t>(std::clamp(count, -make.rail_counts, make.rail_counts));
    }
    if (!lost) clipped_[c] += clipped;
  }
  row_ += static_cast<std::int64_t>(rows);
  if (gap_ < recording_.gaps.size() && row_ >= recording_.gaps[gap_].first_row + recording_.gaps[gap_].rows) ++gap_;
}

}  // namespace semg
