// SPDX-License-Identifier: BSD-3-Clause
// semg export: samples of a recording for another program.
#include <cmath>
#include <fstream>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/command.hpp"
#include "apps/progress.hpp"
#include "dsp/amplitude/envelope.hpp"
#include "dsp/error.hpp"
#include "dsp/filters/sos_filter.hpp"
#include "engine/chain.hpp"
#include "io/output_file.hpp"
#include "io/recording_reader.hpp"

namespace semg {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExamples = R"(
A CSV has the columns sample, t_s, and one for each channel with its unit: LABEL (uV).
Every row of the time grid is there; the cells of samples that are missing are empty.

  semg export rec.nwb --to csv -o rec.csv
  semg export rec.nwb --to csv --signal filtered -o filtered.csv

Next: semg import rec.csv -o again.nwb reads it back.)";

constexpr std::string_view kFirstCells = "sample,t_s,";

struct ExportWish {
  fs::path recording, out;
  std::string to;
  std::string signal = "raw";
  std::string progress = "auto";
};

/// What is done to the samples on their way: nothing, conditioning as in extract, or that and the envelope.
class Conditioning {
 public:
  Conditioning(const std::string& signal, const StreamInfo& info) {
    if (signal != "raw") filter_.emplace(chain_for(Settings{}, info.fs_hz).sos, info.channels.size());
    if (signal == "envelope") envelope_.emplace(info.fs_hz, info.channels.size());
  }
  void process(Block& block) noexcept {
    if (filter_) filter_->process(block);
    if (envelope_) envelope_->process(block);
  }

 private:
  std::optional<SosFilter> filter_;
  std::optional<Envelope> envelope_;
};

/// A cell of a CSV, in quotes where it must be.
std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char letter : text) quoted += letter == '"' ? "\"\"" : std::string(1, letter);
  return quoted + "\"";
}

void refuse_to_replace_what_is_not_ours(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return;
  std::string first(kFirstCells.size(), '\0');
  file.read(first.data(), static_cast<std::streamsize>(first.size()));
  if (first != kFirstCells)
    throw Error(Fault::cannot_create, path.string() + ": found a file that semg export did not make, expected none or an earlier export");
}

std::string header(const Recording& recording) {
  std::string line(kFirstCells);
  for (const Channel& channel : recording.stream.channels) {
    const std::string name = fmt::format("{}{} ({})", recording.simulated ? "SIMULATED " : "", channel.label, to_string(channel.unit));
    line += cell(name) + ",";
  }
  line.back() = '\n';
  return line;
}

int export_csv(const ExportWish& wish) {
  RecordingReader reader(wish.recording);
  const Recording& recording = reader.recording();
  refuse_to_replace_what_is_not_ours(wish.out);
  Conditioning conditioning(wish.signal, recording.stream);
  OutputFile output(wish.out, Existing::replace);
  std::ofstream file(output.temporary(), std::ios::binary);
  file << header(recording);

  Progress progress(progress_style_from(wish.progress), wish.out.filename().string(), recording.rows);
  Block block(recording.stream.channels.size(), 4096);
  const std::string nothing(recording.stream.channels.size(), ',');
  fmt::memory_buffer text;
  std::int64_t next_row = 0;
  const auto begin_row = [&](std::int64_t row) {
    fmt::format_to(std::back_inserter(text), "{},{:.9g}", row, static_cast<double>(row) / recording.stream.fs_hz);
  };
  const auto write = [&] {
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    text.clear();
  };
  const auto write_lost_until = [&](std::int64_t row) {
    for (; next_row < row && file; ++next_row) {
      begin_row(next_row);
      text.append(nothing);
      text.push_back('\n');
      if (text.size() > (1 << 20)) write();
    }
  };
  while (file && reader.read(block)) {
    conditioning.process(block);
    write_lost_until(block.first);
    for (std::size_t r = 0; r < block.rows(); ++r) {
      begin_row(block.first + static_cast<std::int64_t>(r));
      for (const float value : block.row(r)) {
        text.push_back(',');
        if (std::isfinite(value)) fmt::format_to(std::back_inserter(text), "{:.9g}", value);
      }
      text.push_back('\n');
    }
    next_row = block.end();
    write();
    progress.advance(static_cast<std::int64_t>(block.rows()));
  }
  write_lost_until(recording.rows);
  write();
  file.close();
  if (!file) throw Error(Fault::write_failed, wish.out.string() + ": could not be written whole");
  output.keep();
  return kExitOk;
}

}  // namespace

void add_export(CLI::App& app, Run& run) {
  const auto wish = std::make_shared<ExportWish>();
  CLI::App* verb = app.add_subcommand("export", "Samples for another program");
  verb->footer(kExamples);
  verb->add_option("REC", wish->recording, "a recording")->required();
  verb->add_option("--to", wish->to, "csv")->required()->check(CLI::IsMember({"csv"}))->type_name("FORMAT");
  verb->add_option("--signal", wish->signal, "raw; filtered as extract measures it; envelope: that, rectified and below 6 Hz")
      ->check(CLI::IsMember({"raw", "filtered", "envelope"}))
      ->type_name("WHICH")
      ->capture_default_str();
  verb->add_option("-o,--output", wish->out, "the file to make; replaces only an earlier export")->required()->type_name("OUT");
  verb->add_option("--progress", wish->progress, "auto, json or none")->type_name("WORD");
  verb->callback([wish, &run] { run = [wish] { return export_csv(*wish); }; });
}

}  // namespace semg
