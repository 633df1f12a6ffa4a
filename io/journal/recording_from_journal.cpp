// SPDX-License-Identifier: BSD-3-Clause
#include "io/journal/recording_from_journal.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "io/devices/raw_block.hpp"
#include "io/output_file.hpp"
#include "io/recording_reader.hpp"
#include "io/recording_writer.hpp"
#include "io/sample_dataset.hpp"

namespace semg {
namespace {

namespace fs = std::filesystem;

constexpr const char* kData = "/acquisition/emg/data";
constexpr std::int64_t kFillRows = 256;

template <class T>
constexpr T kNothing = std::is_floating_point_v<T> ? std::numeric_limits<T>::quiet_NaN() : T{};

/// Calls with a value of the type that samples have.
template <class Do>
void with_type(SampleType type, Do call) {
  switch (type) {
    case SampleType::int16: return call(std::int16_t{});
    case SampleType::int32: return call(std::int32_t{});
    case SampleType::float32: return call(float{});
  }
}

/// Blocks lie anywhere in the journal's bytes: samples are copied before they are looked at.
template <class T>
std::span<const T> samples_of(std::span<const std::byte> bytes, std::vector<T>& room) {
  room.resize(bytes.size() / sizeof(T));
  std::memcpy(room.data(), bytes.data(), bytes.size());
  return room;
}

template <class T>
void write_rows(JournalReader& reader, RecordingWriter& writer, const std::function<void(std::int64_t)>& progress) {
  const std::size_t channels = reader.recording().stream.channels.size();
  const std::vector<T> nothing(kFillRows * channels, kNothing<T>);
  std::vector<T> room;
  std::int64_t next_row = 0, first = 0;
  for (auto bytes = reader.next(first); !bytes.empty(); bytes = reader.next(first)) {
    while (next_row < first) {
      const std::int64_t rows = std::min(kFillRows, first - next_row);
      writer.append(std::span<const T>(nothing).first(static_cast<std::size_t>(rows) * channels));
      next_row += rows;
    }
    const auto samples = samples_of(bytes, room);
    writer.append(samples);
    const auto rows = static_cast<std::int64_t>(samples.size() / channels);
    next_row += rows;
    if (progress) progress(rows);
  }
}

template <class T>
bool is_same(T stored, T read) {
  if constexpr (std::is_floating_point_v<T>) {
    return std::bit_cast<std::uint32_t>(stored) == std::bit_cast<std::uint32_t>(read) || (std::isnan(stored) && std::isnan(read));
  } else {
    return stored == read;
  }
}

/// What was written, against what is in the journal.
class Comparison {
 public:
  Comparison(const fs::path& written, const Recording& expected, const fs::path& recording)
      : input_(written), data_(input_, kData), expected_(expected), name_(recording.filename().string()) {
    const RecordingReader reader(written);
    const Recording& found = reader.recording();
    const bool is_same = found.rows == expected.rows && found.gaps == expected.gaps && found.periods == expected.periods &&
                         found.events == expected.events && found.sample_type == expected.sample_type &&
                         found.conversion == expected.conversion && found.stream.fs_hz == expected.stream.fs_hz &&
                         found.stream.channels == expected.stream.channels;
    if (!is_same || data_.rows() != expected.rows || data_.channels() != expected.stream.channels.size())
      refuse("found another head, or other gaps, periods or events when it was read again");
  }

  template <class T>
  void rows(JournalReader& reader) {
    std::vector<T> room;
    std::int64_t next_row = 0, first = 0;
    for (auto bytes = reader.next(first); !bytes.empty(); bytes = reader.next(first)) {
      expect_nothing<T>(next_row, first);
      next_row = first;
      const std::size_t channels = data_.channels();
      for (auto samples = samples_of(bytes, room); !samples.empty();) {
        const auto rows = std::min(static_cast<std::int64_t>(samples.size() / channels), data_.rows_at_once());
        const auto part = samples.first(static_cast<std::size_t>(rows) * channels);
        read(next_row, part.size());
        for (std::size_t k = 0; k < part.size(); ++k) {
          if (!is_same(part[k], static_cast<T>(read_[k]))) refuse_row(next_row + static_cast<std::int64_t>(k / channels));
        }
        samples = samples.subspan(part.size());
        next_row += rows;
      }
    }
    if (next_row != data_.rows()) refuse_row(next_row);
  }

 private:
  template <class T>
  void expect_nothing(std::int64_t row, std::int64_t end) {
    while (row < end) {
      const std::int64_t rows = std::min({kFillRows, end - row, data_.rows_at_once()});
      read(row, static_cast<std::size_t>(rows) * data_.channels());
      for (const double value : read_) {
        if (!is_same(kNothing<T>, static_cast<T>(value))) refuse_row(row);
      }
      row += rows;
    }
  }

  void read(std::int64_t first, std::size_t samples) {
    read_.resize(samples);
    data_.read(first, read_);
  }

  [[noreturn]] void refuse(const std::string& why) const {
    throw Error(Fault::write_failed, fmt::format("{}: {}; the journal is whole and stays", name_, why));
  }
  [[noreturn]] void refuse_row(std::int64_t row) const {
    refuse(fmt::format("rows: found row {} other than it is in the journal when it was read again", row));
  }

  Hdf5Input input_;
  SampleDataset data_;
  const Recording& expected_;
  std::string name_;
  std::vector<double> read_;  // as stored: exact for all three types
};

void write_and_compare(JournalReader& reader, const fs::path& written, const fs::path& recording,
                       const std::function<void(std::int64_t)>& progress) {
  const Recording& head = reader.recording();
  {
    RecordingWriter writer(written, head);
    with_type(head.sample_type, [&](auto sample) { write_rows<decltype(sample)>(reader, writer, progress); });
    writer.finish(head.gaps, head.periods, head.events);
  }
  Comparison comparison(written, head, recording);
  reader.rewind();
  with_type(head.sample_type, [&](auto sample) { comparison.rows<decltype(sample)>(reader); });
}

}  // namespace

JournalFindings make_recording(const fs::path& journal, const fs::path& recording, const std::function<void(std::int64_t)>& progress) {
  JournalReader reader(journal);
  OutputFile place(recording, Existing::refuse);
  if (reader.recording().rows == 0)
    throw Error(Fault::data, fmt::format("{}: rows: found none, expected at least one", journal.filename().string()));
  std::error_code ignored;
  fs::remove(place.temporary(), ignored);  // its name is what is wanted: the writer puts its file there, and only there
  try {
    write_and_compare(reader, place.temporary(), recording, progress);
  } catch (const Error& e) {  // who reads it knows the recording's name only
    std::string sentence = e.what();
    for (const auto& [hidden, shown] : {std::pair(place.temporary().string(), recording.string()),
                                        std::pair(place.temporary().filename().string(), recording.filename().string())}) {
      if (const auto at = sentence.find(hidden); at != std::string::npos) sentence.replace(at, hidden.size(), shown);
    }
    throw Error(e.fault(), sentence);
  }
  place.keep();
  return reader.findings();
}

}  // namespace semg
