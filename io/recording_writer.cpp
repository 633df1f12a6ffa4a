// SPDX-License-Identifier: BSD-3-Clause
#include "io/recording_writer.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <vector>

#include <fmt/format.h>
#include <hdf5.h>

#include "dsp/error.hpp"
#include "io/hdf5_output.hpp"
#include "io/nwb_tree.hpp"
#include "io/output_file.hpp"
#include "io/sample_dataset.hpp"
#include "io/sha256.hpp"

namespace semg {
namespace {

static_assert(std::endian::native == std::endian::little, "samples are hashed as they lie in memory");

constexpr const char* kData = "/acquisition/emg/data";

std::size_t bytes_of(SampleType type) {
  return type == SampleType::int16 ? 2 : 4;
}

/// About a second, as other readers' caches like it: a mebibyte at most, and not so few rows that the index outgrows the samples.
std::size_t chunk_rows_of(const Recording& head) {
  const std::size_t row_bytes = head.stream.channels.size() * bytes_of(head.sample_type);
  const std::size_t most = std::max<std::size_t>((1 << 20) / row_bytes, 1);
  const auto second = static_cast<std::size_t>(std::ceil(head.stream.fs_hz));
  return std::min(std::max<std::size_t>(second, 100), most);
}

const Recording& checked(const std::string& file, const Recording& head) {
  const auto refuse = [&](const std::string& field, const std::string& found, const std::string& expected) {
    throw Error(Fault::data, fmt::format("{}: {}: found {}, expected {}", file, field, found, expected));
  };
  const auto& channels = head.stream.channels;
  if (channels.empty()) refuse("channels", "none", "at least one");
  if (std::ssize(channels) > SampleDataset::kMaxChannels) {
    refuse("channels", std::to_string(channels.size()), fmt::format("{} at most", SampleDataset::kMaxChannels));
  }
  if (!(head.stream.fs_hz > 0 && head.stream.fs_hz <= 1e6))
    refuse("rate", fmt::format("{} Hz", head.stream.fs_hz), "above 0 and at most 1000000 Hz");
  if (!(std::isfinite(head.conversion) && head.conversion > 0))
    refuse("conversion", fmt::format("{}", head.conversion), "a finite number above 0");
  if (!head.session_start.empty() && !is_session_start(head.session_start)) {
    refuse("session start", "'" + head.session_start + "'", "a date and time with offset, as 2026-07-27T10:00:00+08:00");
  }
  for (const Channel& channel : channels) {
    if (channel.unit != channels.front().unit) refuse("channels", "microvolts beside a.u.", "one unit");
  }
  return head;
}

void check_count(const std::string& file, const char* field, std::size_t count) {
  if (std::cmp_less_equal(count, Hdf5Input::kMaxColumnRows)) return;
  throw Error(Fault::data, fmt::format("{}: {}: found {}, expected {} at most", file, field, count, Hdf5Input::kMaxColumnRows));
}

template <class Stretch>
void check_stretches(const std::string& file, const char* field, const std::vector<Stretch>& stretches, std::int64_t rows) {
  check_count(file, field, stretches.size());
  std::int64_t end = 0;
  for (const Stretch& stretch : stretches) {
    if (stretch.first_row < end || stretch.rows <= 0 || stretch.rows > rows - stretch.first_row) {
      throw Error(Fault::data, fmt::format("{}: {}: found rows {} to {}, expected them in order, apart, and within {} rows", file, field,
                                           stretch.first_row, stretch.first_row + stretch.rows - 1, rows));
    }
    end = stretch.first_row + stretch.rows;
  }
}

}  // namespace

struct RecordingWriter::File {
  File(const std::filesystem::path& path, const Recording& head_given)
      : shown(path.string()),
        head(checked(path.filename().string(), head_given)),
        place(path, Existing::refuse),
        output(place.temporary(), shown) {
    row_bytes = head.stream.channels.size() * bytes_of(head.sample_type);
    chunk_rows = chunk_rows_of(head);
    waiting.reserve(chunk_rows * row_bytes);
    write_series_group(output);
    create_data();
  }

  void create_data() {
    static const std::array<hid_t, 3> kStored = {H5T_STD_I16LE, H5T_STD_I32LE, H5T_IEEE_F32LE};
    const hid_t type = kStored[static_cast<std::size_t>(head.sample_type)];
    const std::array<hsize_t, 2> none = {0, head.stream.channels.size()}, most = {H5S_UNLIMITED, none[1]}, chunk = {chunk_rows, none[1]};
    const Hdf5Object list = dataset_without_times(), space(H5Screate_simple(2, none.data(), most.data())),
                     access(H5Pcreate(H5P_DATASET_ACCESS));
    H5Pset_chunk(list.id(), 2, chunk.data());
    H5Pset_shuffle(list.id());
    H5Pset_deflate(list.id(), 4);
    H5Pset_chunk_cache(access.id(), 1, 0, 1.0);  // whole chunks are written once: nothing to keep
    data = Hdf5Object(H5Dcreate2(output.file().id(), kData, type, space.id(), H5P_DEFAULT, list.id(), access.id()));
    output.check(static_cast<bool>(data));
  }

  void append(SampleType type, std::span<const std::byte> bytes) {
    if (type != head.sample_type || bytes.size() % row_bytes != 0) {
      throw Error(Fault::data, shown + ": samples: found another type or a part of a row, expected whole rows of the type in the head");
    }
    while (!bytes.empty()) {  // cut into whole chunks: the file does not tell how the rows came
      const std::size_t part = std::min(bytes.size(), chunk_rows * row_bytes - waiting.size());
      waiting.insert(waiting.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(part));
      bytes = bytes.subspan(part);
      if (waiting.size() == chunk_rows * row_bytes) write_waiting();
    }
  }

  void write_waiting() {
    if (waiting.empty()) return;
    quiet_hdf5();
    errno = 0;
    content.add(waiting);
    const std::size_t part = waiting.size() / row_bytes;
    const hsize_t channels = head.stream.channels.size();
    const std::array<hsize_t, 2> from = {static_cast<hsize_t>(head.rows), 0}, count = {part, channels}, extent = {from[0] + part, channels};
    output.check(H5Dset_extent(data.id(), extent.data()) >= 0);
    static const std::array<hid_t, 3> kNative = {H5T_NATIVE_INT16, H5T_NATIVE_INT32, H5T_NATIVE_FLOAT};
    const Hdf5Object file_space(H5Dget_space(data.id())), memory_space(H5Screate_simple(2, count.data(), nullptr));
    H5Sselect_hyperslab(file_space.id(), H5S_SELECT_SET, from.data(), nullptr, count.data(), nullptr);
    const hid_t type = kNative[static_cast<std::size_t>(head.sample_type)];
    output.check(H5Dwrite(data.id(), type, memory_space.id(), file_space.id(), H5P_DEFAULT, waiting.data()) >= 0);
    head.rows += static_cast<std::int64_t>(part);
    waiting.clear();
  }

  /// SHA-256 of the samples and of all that is known beside them.
  std::string content_sha256() {
    const auto number = [](double value) { return std::to_string(std::bit_cast<std::uint64_t>(value)); };
    const auto optional = [&](const std::optional<double>& value) { return value ? number(*value) : std::string(); };
    for (const std::string& text :
         {head.recording_id, head.participant_id, head.visit_id, head.session_start, head.device, head.source_format, head.source_sha256,
          std::to_string(head.simulated), std::to_string(static_cast<int>(head.sample_type)), number(head.conversion),
          number(head.stream.fs_hz), std::to_string(head.stream.channels.size())}) {
      content.add_text(text);
    }
    for (const Channel& channel : head.stream.channels) {
      for (const std::string& text :
           {channel.label, channel.muscle, std::string(to_string(channel.side)), std::string(to_string(channel.unit)),
            std::string(to_string(channel.kind)), optional(channel.lsb), optional(channel.rail_low), optional(channel.rail_high)}) {
        content.add_text(text);
      }
      // Only what is known: a recording from before these were kept has the same identifier today.
      if (channel.ied_mm) content.add_text("ied_mm " + number(*channel.ied_mm));
      if (!channel.reference.empty()) content.add_text("reference " + channel.reference);
    }
    for (const Gap& gap : head.gaps) content.add_text(fmt::format("gap {} {}", gap.first_row, gap.rows));
    for (const Period& period : head.periods) {
      content.add_text(fmt::format("period {} {} {} {}", period.first_row, period.rows, period.repetition, period.task));
    }
    for (const Event& event : head.events)
      content.add_text(fmt::format("event {} {} {}", number(event.t_s), number(event.duration_s), event.text));
    return content.finish();
  }

  std::string shown;
  Recording head;  // rows: those written
  OutputFile place;
  Hdf5Output output;
  Hdf5Object data;
  Sha256 content;
  std::size_t row_bytes = 0;
  std::size_t chunk_rows = 0;
  std::vector<std::byte> waiting;  // whole rows, less than a chunk
};

RecordingWriter::RecordingWriter(const std::filesystem::path& path, const Recording& head) : file_(std::make_unique<File>(path, head)) {
  file_->head.rows = 0;
}

RecordingWriter::~RecordingWriter() = default;

void RecordingWriter::append(std::span<const std::int16_t> samples) {
  file_->append(SampleType::int16, std::as_bytes(samples));
}
void RecordingWriter::append(std::span<const std::int32_t> samples) {
  file_->append(SampleType::int32, std::as_bytes(samples));
}
void RecordingWriter::append(std::span<const float> samples) {
  file_->append(SampleType::float32, std::as_bytes(samples));
}

void RecordingWriter::finish(const std::vector<Gap>& gaps, const std::vector<Period>& periods, const std::vector<Event>& events) {
  File& file = *file_;
  file.write_waiting();
  Recording& recording = file.head;
  const std::string name = std::filesystem::path(file.shown).filename().string();
  if (recording.rows == 0) throw Error(Fault::data, name + ": samples: found no rows, expected at least one");
  check_stretches(name, "gaps", gaps, recording.rows);
  check_stretches(name, "periods", periods, recording.rows);
  check_count(name, "events", events.size());
  recording.gaps = gaps;
  recording.periods = periods;
  recording.events = events;
  file.data = Hdf5Object();
  write_nwb_tree(file.output, recording, file.content_sha256());
  file.output.close();
  file.place.keep();
}

}  // namespace semg
