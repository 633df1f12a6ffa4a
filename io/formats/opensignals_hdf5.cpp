// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/opensignals_hdf5.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "io/formats/hdf5_attributes.hpp"
#include "io/formats/hdf5_columns.hpp"
#include "io/formats/unique_labels.hpp"
#include "io/hdf5_input.hpp"
#include "io/nwb_clock.hpp"
#include "io/sample_dataset.hpp"

namespace semg {
namespace {

constexpr std::int64_t kSlice = 65536;
constexpr std::size_t kMaxJumps = 1'000'000;

std::string lowercase(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

/// What is known of a kind of device. Names that people give to a device are in other attributes.
struct DeviceKind {
  std::string name;          // empty: not known
  double full_scale_mv = 0;  // of an EMG sensor, referred to its input; 0: not known
};

DeviceKind kind_from(const std::string& attribute) {
  const std::string word = lowercase(attribute);
  if (word.starts_with("bitalino")) return {"BITalino", 3.3 / 1009 * 1000};
  if (word == "bioplux") return {"bioplux", 3.0};
  if (word == "channeller" || word.starts_with("biosignalsplux")) return {"biosignalsplux", 3.0};
  return {};
}

/// "2017-1-23" and "10:28:51.69" to "2017-01-23T10:28:51". The fraction is left out: nobody says whether .69 means 690 or 69 ms.
std::string start_from(const std::string& date, const std::string& time) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (std::sscanf(date.c_str(), "%4d-%2d-%2d", &year, &month, &day) != 3) return {};
  if (std::sscanf(time.c_str(), "%2d:%2d:%2d", &hour, &minute, &second) != 3) return {};
  const bool sound = year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour >= 0 && hour < 24 && minute >= 0 &&
                     minute < 60 && second >= 0 && second < 60;
  return sound ? fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", year, month, day, hour, minute, second) : std::string();
}

class OpenSignalsFile : public SignalFile {
 public:
  explicit OpenSignalsFile(const std::filesystem::path& path);
  void read(std::size_t channel, std::int64_t first, std::span<double> out) override;

 private:
  void add_device(const std::string& group);
  void add_raw(const std::string& path, std::size_t device, const DeviceKind& kind, std::optional<int> bits);
  void find_lost_rows(const std::string& counter, std::vector<Stretch>& stretches);
  void check_counts(std::size_t channel, int bits);
  std::optional<int> resolution_of(const std::string& group, const std::string& name) const;

  Hdf5Input input_;
  std::vector<Hdf5Columns> samples_;             // [channels]
  std::vector<std::size_t> devices_;             // [channels]
  std::vector<std::vector<Stretch>> stretches_;  // [devices] of rows that arrived
};

OpenSignalsFile::OpenSignalsFile(const std::filesystem::path& path) : input_(path) {
  format = "OpenSignals HDF5";
  for (const std::string& group : input_.members("/")) {
    if (input_.is_group("/" + group + "/raw")) add_device("/" + group);
  }
  if (channels.empty()) throw Error(Fault::data, input_.name() + ": raw: found no channels, expected /DEVICE/raw/channel_1");
  if (stretches_.size() == 1) gaps = gaps_between(stretches_.front(), channels.front().rows);  // of several, each has its own: NaN in it
  make_labels_unique(channels);
  for (std::size_t c = 0; c < channels.size(); ++c) {
    if (channels[c].count_high) check_counts(c, static_cast<int>(std::log2(*channels[c].count_high + 1)));
  }
  if (session_start.empty()) return;
  warnings.push_back({"no_time_zone", "", "start: found " + session_start + " without a time zone, taken as UTC"});
  session_start += "+00:00";
}

void OpenSignalsFile::add_device(const std::string& group) {
  const std::size_t device_index = stretches_.size();
  const DeviceKind kind = kind_from(input_.text_attribute(group, "device").value_or(""));
  if (device.empty()) device = kind.name;
  if (session_start.empty()) {
    session_start = start_from(input_.text_attribute(group, "date").value_or(""), input_.text_attribute(group, "time").value_or(""));
  }
  stretches_.emplace_back();
  stretches_.back().push_back({0, SampleDataset::kMaxRows, 0});  // the last one never ends
  if (input_.has(group + "/raw/nSeq")) find_lost_rows(group + "/raw/nSeq", stretches_.back());
  const std::vector<double> rate = numbers_of(input_, group, "sampling rate");
  if (!rate.empty() && !(rate.front() > 0 && rate.front() <= 1e6)) {
    input_.refuse("sampling rate", fmt::format("{}", rate.front()), "more than 0 and at most 1000000 Hz");
  }
  const std::size_t before = channels.size();
  for (const std::string& name : input_.members(group + "/raw")) {
    if (name.starts_with("channel_")) add_raw(group + "/raw/" + name, device_index, kind, resolution_of(group, name));
  }
  for (const std::string& name : input_.members(group + "/digital")) {
    const std::optional<Hdf5Shape> shape = shape_of(input_, group + "/digital/" + name);
    if (!shape || shape->fields.empty() || shape->size.empty() || shape->size.front() < 1) continue;
    samples_.emplace_back(input_, group + "/digital/" + name, "", TimeSide::first);
    channels.push_back({});
    channels.back().label = name;
    channels.back().signal = false;
    devices_.push_back(device_index);
  }
  for (std::size_t c = before; c < channels.size(); ++c) {
    channels[c].fs_hz = rate.empty() ? 0 : rate.front();
    channels[c].rows = samples_[c].rows() + stretches_.back().back().first_row - stretches_.back().back().stored_row;
    channels[c].integer = samples_[c].fits_int32();
    channels[c].device = fmt::format("device {}", device_index + 1);
  }
}

void OpenSignalsFile::add_raw(const std::string& path, std::size_t device_index, const DeviceKind& kind, std::optional<int> bits) {
  ForeignChannel channel;
  channel.label = input_.text_attribute(path, "label").value_or("");
  if (channel.label.empty()) channel.label = path.substr(path.rfind('/') + 1);
  if (bits) {
    channel.count_low = 0;
    channel.count_high = std::ldexp(1.0, *bits) - 1;
  }
  channel.signal = lowercase(input_.text_attribute(path, "sensor").value_or("")).starts_with("emg");
  if (channel.signal && bits && kind.full_scale_mv > 0) {
    channel.unit = "mV";
    channel.scale = std::ldexp(kind.full_scale_mv, -*bits);
    channel.offset = -kind.full_scale_mv / 2;
  }
  samples_.emplace_back(input_, path, "", TimeSide::first);
  channels.push_back(std::move(channel));
  devices_.push_back(device_index);
}

/// Bits of one channel: `resolution` has one number for all of them or one for each in `channels`.
std::optional<int> OpenSignalsFile::resolution_of(const std::string& group, const std::string& name) const {
  const std::vector<double> resolution = numbers_of(input_, group, "resolution");
  if (resolution.empty()) return std::nullopt;
  std::size_t at = 0;
  if (resolution.size() > 1) {
    const std::vector<double> numbers = numbers_of(input_, group, "channels");
    const auto found = std::find(numbers.begin(), numbers.end(), std::strtod(name.c_str() + name.find('_') + 1, nullptr));
    if (numbers.size() != resolution.size() || found == numbers.end()) {
      input_.refuse("resolution", fmt::format("{} numbers", resolution.size()), fmt::format("one for each of {} channels", numbers.size()));
    }
    at = static_cast<std::size_t>(found - numbers.begin());
  }
  const double bits = resolution[at];
  if (!(bits >= 1 && bits <= 31) || bits != std::floor(bits)) {
    input_.refuse("resolution", fmt::format("{}", bits), "a whole number of bits from 1 to 31");
  }
  return static_cast<int>(bits);
}

/// The device counts its rows: 0 to 15 and again in BITalino; else up to 65535, where it stays or begins again.
void OpenSignalsFile::find_lost_rows(const std::string& counter, std::vector<Stretch>& stretches) {
  Hdf5Columns column(input_, counter, "", TimeSide::first);
  std::vector<double> part(static_cast<std::size_t>(kSlice));
  const auto each = [&](const auto& see) {
    for (std::int64_t row = 0; row < column.rows(); row += kSlice) {
      const auto values = std::span(part).first(static_cast<std::size_t>(std::min(kSlice, column.rows() - row)));
      column.read(0, row, values);
      for (std::size_t i = 0; i < values.size(); ++i) see(row + static_cast<std::int64_t>(i), static_cast<std::int64_t>(values[i]));
    }
  };
  std::int64_t highest = 0;
  each([&](std::int64_t, std::int64_t count) { highest = std::max(highest, count); });
  const std::int64_t around = highest == 15 ? 16 : 65536;
  std::int64_t before = -1;
  std::int64_t resets = 0;
  each([&](std::int64_t stored_row, std::int64_t count) {
    const std::int64_t step = (count - before + around) % around;
    const bool back = around > 16 && step > around / 2;  // begun anew: that says nothing of rows
    resets += stored_row > 0 && back ? 1 : 0;
    if (stored_row > 0 && step > 1 && !back) {
      if (stretches.size() == kMaxJumps) input_.refuse("nSeq", fmt::format("more than {} jumps", kMaxJumps), "a counter of rows");
      Stretch& last = stretches.back();
      last.rows = stored_row - last.stored_row;
      stretches.push_back({last.first_row + last.rows + step - 1, SampleDataset::kMaxRows, stored_row});
    }
    before = count;
  });
  if (resets > 0) warnings.push_back({"counter_reset", "", fmt::format("nSeq: found {} steps back, expected none", resets)});
  if (stretches.size() > 1) {
    warnings.push_back({"lost_rows", "",
                        fmt::format("nSeq: found {} jumps, expected none; the {} rows that were lost are gaps", stretches.size() - 1,
                                    stretches.back().first_row - stretches.back().stored_row)});
  }
}

/// A resolution that is too low would make every amplitude too large.
void OpenSignalsFile::check_counts(std::size_t channel, int bits) {
  std::vector<double> part(static_cast<std::size_t>(kSlice));
  Hdf5Columns& samples = samples_[channel];
  for (std::int64_t row = 0; row < samples.rows(); row += kSlice) {
    const auto counts = std::span(part).first(static_cast<std::size_t>(std::min(kSlice, samples.rows() - row)));
    samples.read(0, row, counts);
    for (const double count : counts) {
      if (count >= 0 && count <= *channels[channel].count_high) continue;
      input_.refuse("resolution of " + channels[channel].label, fmt::format("{} bits and a count of {}", bits, count),
                    fmt::format("counts from 0 to {}", *channels[channel].count_high));
    }
  }
}

void OpenSignalsFile::read(std::size_t channel, std::int64_t first, std::span<double> out) {
  read_stretches(samples_[channel], 0, stretches_[devices_[channel]], first, out);
}

}  // namespace

std::unique_ptr<SignalFile> open_opensignals_hdf5(const std::filesystem::path& path) {
  return std::make_unique<OpenSignalsFile>(path);
}

}  // namespace semg
