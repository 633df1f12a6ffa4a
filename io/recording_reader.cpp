// SPDX-License-Identifier: BSD-3-Clause
#include "io/recording_reader.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "io/hdf5_input.hpp"
#include "io/nwb_head.hpp"
#include "io/sample_dataset.hpp"

namespace semg {

struct RecordingReader::File {
  File(const std::filesystem::path& path, const std::string& chosen)
      : input(path),
        series(find_nwb_series(input, chosen)),
        samples(input, series + "/data"),
        head(read_nwb_head(input, series, samples)),
        channels(samples.channels()) {
    slab.reserve(static_cast<std::size_t>(samples.rows_at_once()) * channels);
  }

  /// The stretch that `row` lies in, or the next one after it.
  std::vector<Stretch>::const_iterator stretch_at(std::int64_t row) const {
    return std::upper_bound(head.stretches.begin(), head.stretches.end(), row,
                            [](std::int64_t at, const Stretch& stretch) { return at < stretch.first_row + stretch.rows; });
  }

  /// Makes the slab hold `stored_row`. Slabs lie on one grid, whatever is asked for first.
  void load(std::int64_t stored_row) {
    if (stored_row >= slab_first && stored_row < slab_first + slab_rows) return;
    slab_first = stored_row / samples.rows_at_once() * samples.rows_at_once();
    slab_rows = 0;  // where reading throws, the slab holds nothing
    const std::int64_t rows = std::min(samples.rows_at_once(), samples.rows() - slab_first);
    slab.resize(static_cast<std::size_t>(rows) * channels);
    samples.read(slab_first, head.scale, slab);
    slab_rows = rows;
  }

  const float* row_in_slab(std::int64_t stored_row) const {
    return slab.data() + static_cast<std::size_t>(stored_row - slab_first) * channels;
  }

  bool is_lost(std::int64_t stored_row) const {
    const float* row = row_in_slab(stored_row);
    return std::all_of(row, row + channels, [](float value) { return std::isnan(value); });
  }

  Hdf5Input input;
  std::string series;
  SampleDataset samples;
  NwbHead head;
  std::size_t channels;
  std::vector<float> slab;  // [slab_rows x channels], in the stream's unit
  std::int64_t slab_first = 0;
  std::int64_t slab_rows = 0;
  std::int64_t next_row = 0;
};

RecordingReader::RecordingReader(const std::filesystem::path& path, const std::string& series)
    : file_(std::make_unique<File>(path, series)) {}
RecordingReader::~RecordingReader() = default;
RecordingReader::RecordingReader(RecordingReader&&) noexcept = default;

const Recording& RecordingReader::recording() const noexcept {
  return file_->head.recording;
}

bool RecordingReader::read(Block& block) {
  File& file = *file_;
  if (block.channels() != file.channels || block.max_rows() == 0)
    throw std::invalid_argument("the block has no room for a row of this recording");
  block.resize(0);
  for (auto stretch = file.stretch_at(file.next_row); stretch != file.head.stretches.end(); stretch = file.stretch_at(file.next_row)) {
    file.next_row = std::max(file.next_row, stretch->first_row);
    const std::int64_t stored = stretch->stored_row + (file.next_row - stretch->first_row);
    file.load(stored);
    const std::int64_t in_slab = std::min(file.slab_first + file.slab_rows - stored, stretch->first_row + stretch->rows - file.next_row);
    std::int64_t skipped = 0;
    while (skipped < in_slab && file.is_lost(stored + skipped)) ++skipped;
    const std::int64_t most = std::min(in_slab, skipped + static_cast<std::int64_t>(block.max_rows()));
    std::int64_t end = skipped;
    while (end < most && !file.is_lost(stored + end)) ++end;
    block.first = file.next_row + skipped;
    file.next_row += end;
    if (end == skipped) continue;
    block.resize(static_cast<std::size_t>(end - skipped));
    std::copy(file.row_in_slab(stored + skipped), file.row_in_slab(stored + end), block.samples().begin());
    return true;
  }
  return false;
}

void RecordingReader::seek(std::int64_t row) {
  file_->next_row = std::max(row, std::int64_t{0});
}

}  // namespace semg
