// SPDX-License-Identifier: BSD-3-Clause
#include "apps/import/source.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "apps/import/plan.hpp"
#include "dsp/error.hpp"
#include "io/formats/edf.hpp"
#include "io/formats/hdf5_by_path.hpp"
#include "io/formats/hdf5_kind.hpp"
#include "io/formats/nwb_series.hpp"
#include "io/formats/opensignals_hdf5.hpp"
#include "io/formats/recognise.hpp"
#include "io/formats/text_table.hpp"

namespace semg {
namespace {

std::unique_ptr<SignalFile> open_hdf5(const ImportSettings& settings) {
  if (!settings.dataset.empty()) return open_hdf5_by_path(settings.source, {settings.dataset, settings.fs_hz});
  if (!settings.series.empty()) return open_nwb_series(settings.source, {settings.series});
  switch (kind_of_hdf5(settings.source)) {
    case Hdf5Kind::opensignals: return open_opensignals_hdf5(settings.source);
    case Hdf5Kind::nwb: return open_nwb_series(settings.source, {});
    case Hdf5Kind::plain: break;
  }
  return open_hdf5_by_path(settings.source, {"", settings.fs_hz});
}

// An option that the file cannot heed is a mistake, not a wish.
void check_options(const ImportSettings& settings, SourceKind kind) {
  const TextOptions& text = settings.text;
  const std::string file = settings.source.filename().string();
  if (kind != SourceKind::text && (text.delimiter || text.decimal || text.encoding || text.skip_rows > 0)) {
    throw Error(Fault::usage, file + ": --delimiter, --decimal, --encoding and --skip-rows are for text, which this is not");
  }
  if (kind != SourceKind::hdf5 && !(settings.dataset.empty() && settings.series.empty())) {
    throw Error(Fault::usage, file + ": --dataset and --series are for HDF5, which this is not");
  }
}

std::unique_ptr<SignalFile> open_any(const ImportSettings& settings) {
  const SourceKind kind = recognise(settings.source);
  check_options(settings, kind);
  switch (kind) {
    case SourceKind::hdf5: return open_hdf5(settings);
    case SourceKind::edf: return open_edf(settings.source);
    case SourceKind::text: break;
  }
  TextOptions options = settings.text;
  options.fs_hz = settings.fs_hz;
  if (settings.expected_rate) options.fs_hz = settings.expected_rate->hz;
  return std::make_unique<TextTable>(settings.source, options);
}

/// One device of several: its channels under their numbers in the whole file.
class OneDevice : public SignalFile {
 public:
  OneDevice(std::unique_ptr<SignalFile> whole, const std::string& wanted) : whole_(std::move(whole)) {
    static_cast<SignalFile&>(*this) = *whole_;
    channels.clear();
    for (std::size_t i = 0; i < whole_->channels.size(); ++i) {
      if (whole_->channels[i].device != wanted) continue;
      channels.push_back(whole_->channels[i]);
      index_.push_back(i);
    }
  }
  void read(std::size_t channel, std::int64_t first, std::span<double> out) override { whole_->read(index_.at(channel), first, out); }

 private:
  std::unique_ptr<SignalFile> whole_;
  std::vector<std::size_t> index_;
};

}  // namespace

std::unique_ptr<SignalFile> open_source(const ImportSettings& settings) {
  std::unique_ptr<SignalFile> source = open_any(settings);
  const std::string file = settings.source.filename().string();
  if (!settings.device.empty()) {
    std::set<std::string> devices;
    for (const ForeignChannel& channel : source->channels) devices.insert(channel.device);
    if (!devices.contains(settings.device)) {
      std::string list;
      for (const std::string& device : devices)
        list += (list.empty() ? "" : ", ") + (device.empty() ? std::string("one without a name") : device);
      throw Error(Fault::usage, file + ": --device: found " + settings.device + ", expected one of " + list);
    }
    source = std::make_unique<OneDevice>(std::move(source), settings.device);
  }
  choose_columns(*source, settings.columns, file);
  return source;
}

}  // namespace semg
