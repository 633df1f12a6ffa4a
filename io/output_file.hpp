// SPDX-License-Identifier: BSD-3-Clause
// An output is written beside its place and renamed into it: a killed process leaves no half file in place.
#pragma once

#include <filesystem>
#include <string>

namespace semg {

enum class Existing { refuse, replace };  ///< recordings are never replaced; derived files may be

/// The temporary name of an output while it is written: hidden, same folder, removed unless keep() is called.
class OutputFile {
 public:
  /// Throws Error(cannot_create) when the folder is missing or not writable, or the file exists and may not be replaced.
  OutputFile(const std::filesystem::path& path, Existing existing);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  const std::filesystem::path& temporary() const noexcept { return temporary_; }
  /// Syncs the temporary file to disk and renames it into place. Throws Error(write_failed); with Existing::refuse also
  /// Error(cannot_create) when the place was taken meanwhile.
  void keep();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
  Existing existing_;
  bool kept_ = false;
};

/// Removes the temporary files of all outputs at hand: for a signal handler that ends the program. Async-signal-safe; of more than 64
/// outputs at once some may stay, hidden and never in place.
void remove_unfinished_outputs() noexcept;

/// The whole of a small text output in one go.
void write_text(const std::filesystem::path& path, const std::string& text, Existing existing);

}  // namespace semg
