// SPDX-License-Identifier: BSD-3-Clause
// The lines of a text file, whatever its encoding and line ends, in constant memory.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace semg {

enum class TextEncoding { utf8, latin1, utf16le, utf16be };
/// "utf-8", "latin-1", "utf-16"; throws Error(usage). "utf-16" goes by its byte order mark.
TextEncoding text_encoding_from(const std::string& word);
/// By the byte order mark; without one, UTF-8 where the first megabyte is valid UTF-8 and Latin-1 otherwise.
/// Numbers are the same in both: only names can be meant.
TextEncoding text_encoding_of(const std::filesystem::path& path);

/// Lines from any byte offset on. Each comes as UTF-8, without its end (\n or \r\n).
class TextLines {
 public:
  /// Starts after the byte order mark, if there is one. Throws Error(no_input).
  TextLines(const std::filesystem::path& path, TextEncoding encoding);

  /// The next line; good until the next call. False at the end. Throws Error(data) for a line above 4 MiB.
  bool next(std::string_view& line);
  /// Where the line that next() will give begins, in bytes of the file.
  std::int64_t offset() const noexcept { return buffer_offset_ + static_cast<std::int64_t>(position_); }
  void seek(std::int64_t offset);

 private:
  struct Close {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };
  bool fill();
  std::size_t line_end(std::size_t from) const noexcept;
  std::string_view decoded(std::string_view bytes);

  std::string name_;
  TextEncoding encoding_;
  std::unique_ptr<std::FILE, Close> file_;
  std::vector<char> buffer_;
  std::size_t position_ = 0;
  std::int64_t buffer_offset_ = 0;  // of buffer_[0] in the file
  std::string line_;                // the line once it had to be converted
};

}  // namespace semg
