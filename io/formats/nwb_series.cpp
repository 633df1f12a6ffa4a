// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/nwb_series.hpp"

#include <cmath>

#include <fmt/format.h>

#include "io/formats/hdf5_attributes.hpp"
#include "io/formats/hdf5_columns.hpp"
#include "io/formats/unique_labels.hpp"
#include "io/formats/voltage_unit.hpp"
#include "io/hdf5_input.hpp"
#include "io/nwb_head.hpp"
#include "io/sample_dataset.hpp"

namespace semg {
namespace {

class NwbSeries : public SignalFile {
 public:
  NwbSeries(const std::filesystem::path& path, const NwbSeriesOptions& options)
      : input_(path), series_(find_nwb_series(input_, options.series)), samples_(input_, series_ + "/data", "", TimeSide::first) {
    format = "NWB";
    if (has_known_unit()) {
      take_head();
    } else {
      take_counts();
    }
    make_labels_unique(channels);
  }

  void read(std::size_t channel, std::int64_t first, std::span<double> out) override;

 private:
  bool has_known_unit() const;
  void take_head();
  void take_counts();

  Hdf5Input input_;
  std::string series_;
  Hdf5Columns samples_;
  std::vector<Stretch> stretches_;  // the rows that are there
};

bool NwbSeries::has_known_unit() const {
  const auto unit = input_.text_attribute(series_ + "/data", "unit");
  if (!unit) return input_.text_attribute(series_, "neurodata_type") == "ElectricalSeries";
  return *unit == to_string(Unit::arbitrary) || microvolts_per(*unit).has_value();
}

/// Volts or a.u., as a recording of ours would be read.
void NwbSeries::take_head() {
  const SampleDataset dataset(input_, series_ + "/data");
  const NwbHead head = read_nwb_head(input_, series_, dataset);
  const Recording& recording = head.recording;
  session_start = recording.session_start;
  device = recording.device;
  gaps = recording.gaps;
  events = recording.events;
  simulated = recording.simulated;
  stretches_ = head.stretches;
  const bool integer = samples_.fits_int32();
  for (std::size_t i = 0; i < recording.stream.channels.size(); ++i) {
    const Channel& known = recording.stream.channels[i];
    const double per_unit = known.unit == Unit::microvolt ? 1e6 : 1.0;
    const double factor = head.scale.factor[head.scale.factor.size() == 1 ? 0 : i];
    ForeignChannel channel;
    channel.label = known.label;
    channel.muscle = known.muscle;
    channel.side = known.side;
    channel.ied_mm = known.ied_mm;
    channel.reference = known.reference;
    channel.fs_hz = recording.stream.fs_hz;
    channel.unit = known.unit == Unit::microvolt ? "V" : "a.u.";
    channel.scale = head.scale.factor.size() == 1 ? recording.conversion : factor / per_unit;  // as stored, where one serves all
    channel.offset = head.scale.offset.empty() ? 0 : head.scale.offset[i] / per_unit;
    channel.integer = integer;
    if (integer && known.rail_low) channel.count_low = std::nearbyint(*known.rail_low / factor);
    if (integer && known.rail_high) channel.count_high = std::nearbyint(*known.rail_high / factor);
    channel.rows = recording.rows;
    channel.signal = known.kind != Kind::other;
    channels.push_back(std::move(channel));
  }
}

/// Something else, whose unit the user has to settle: rows, times and the stated numbers.
void NwbSeries::take_counts() {
  const NwbClock clock = read_nwb_clock(input_, series_, samples_.rows());
  const auto number = [&](const char* attribute, double otherwise) {
    const std::vector<double> found = numbers_of(input_, series_ + "/data", attribute);
    return found.size() == 1 ? found.front() : otherwise;
  };
  session_start = input_.text("/session_start_time").value_or("");
  stretches_ = clock.stretches;
  gaps = gaps_between(clock.stretches, clock.rows);
  const bool integer = samples_.fits_int32();
  for (std::int64_t i = 0; i < samples_.columns(); ++i) {
    ForeignChannel channel;
    channel.label = fmt::format("ch{}", i + 1);
    channel.fs_hz = clock.fs_hz;
    channel.unit = input_.text_attribute(series_ + "/data", "unit").value_or("");
    channel.scale = number("conversion", 1);
    channel.offset = number("offset", 0);
    channel.integer = integer;
    channel.rows = clock.rows;
    channels.push_back(std::move(channel));
  }
}

void NwbSeries::read(std::size_t channel, std::int64_t first, std::span<double> out) {
  read_stretches(samples_, static_cast<std::int64_t>(channel), stretches_, first, out);
}

}  // namespace

std::unique_ptr<SignalFile> open_nwb_series(const std::filesystem::path& path, const NwbSeriesOptions& options) {
  return std::make_unique<NwbSeries>(path, options);
}

}  // namespace semg
