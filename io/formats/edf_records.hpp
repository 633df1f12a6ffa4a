// SPDX-License-Identifier: BSD-3-Clause
// The data records of EDF and its kin: how many are complete, when each began, what stands in them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "io/formats/edf_header.hpp"
#include "io/formats/signal_file.hpp"

namespace semg {

/// A data record is the same stretch of time of all signals. Records follow each other without a jump, save in EDF+D and BDF+D.
class EdfRecords {
 public:
  /// Throws Error(no_input), or Error(data) where there is no complete record or the first one's time is unknown in EDF+D.
  explicit EdfRecords(const std::filesystem::path& path);

  const std::string& name() const noexcept { return name_; }
  const EdfHeader& header() const noexcept { return header_; }
  std::int64_t count() const noexcept { return count_; }
  double start_s() const noexcept { return start_s_; }  ///< of the first row, from the start in the header
  const std::vector<Event>& annotations() const noexcept { return annotations_; }
  /// What is wrong with the number of records, with their times and texts; `left_out` where something is not given for it.
  const std::vector<ForeignWarning>& warnings() const noexcept { return warnings_; }
  bool left_out() const noexcept { return left_out_; }

  std::int64_t rows(const EdfSignal& signal) const;      ///< lost rows counted
  std::vector<Gap> gaps(const EdfSignal& signal) const;  ///< in the signal's rows
  /// Counts [first, first + out.size()) of a signal; NaN in gaps and past the end. Throws Error(data) where the file shrank.
  void read(const EdfSignal& signal, std::int64_t first, std::span<double> out);

 private:
  /// Records without a jump between them.
  struct Stretch {
    std::int64_t first_record = 0;
    double at_records = 0;  // where it begins, in durations of a record from the first row
  };

  void count(std::int64_t file_bytes);
  void read_annotations();
  bool place(std::int64_t record, double onset_s);
  void leave_out_from(std::int64_t record, const std::string& found, const std::string& expected);
  std::int64_t first_row(std::size_t stretch, std::int64_t samples) const;
  std::int64_t end_row(std::size_t stretch, std::int64_t samples) const;
  void read_bytes(std::int64_t place, std::span<char> out);
  void read_record(const EdfSignal& signal, std::int64_t record, std::int64_t first, std::span<double> out);

  std::string name_;
  std::ifstream file_;
  EdfHeader header_;
  std::int64_t count_ = 0;  // up to the first that cannot be placed
  double start_s_ = 0;
  double record_start_s_ = 0;       // of the record placed last
  std::int64_t early_records_ = 0;  // began before the one before them should have ended
  std::vector<Stretch> stretches_ = {{}};
  std::vector<Event> annotations_;
  std::vector<ForeignWarning> warnings_;
  bool left_out_ = false;
  std::vector<char> slice_;
};

}  // namespace semg
