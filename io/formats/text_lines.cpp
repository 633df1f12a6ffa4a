// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/text_lines.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "dsp/error.hpp"
#include "io/formats/utf8.hpp"

namespace semg {
namespace {

constexpr std::size_t kMaxLine = 4U << 20U;
constexpr std::size_t kRead = 256U << 10U;

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

std::size_t mark_size(std::string_view bytes, TextEncoding encoding) {
  if (encoding == TextEncoding::utf8) return bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  if (encoding == TextEncoding::utf16le) return bytes.starts_with("\xFF\xFE") ? 2 : 0;
  if (encoding == TextEncoding::utf16be) return bytes.starts_with("\xFE\xFF") ? 2 : 0;
  return 0;
}

std::string first_bytes(const std::filesystem::path& path, std::size_t count) {
  std::string bytes(count, '\0');
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) throw Error(Fault::no_input, path.filename().string() + ": cannot be read");
  bytes.resize(std::fread(bytes.data(), 1, count, file.get()));
  return bytes;
}

}  // namespace

TextEncoding text_encoding_from(const std::string& word) {
  if (word == "utf-8") return TextEncoding::utf8;
  if (word == "latin-1") return TextEncoding::latin1;
  if (word == "utf-16") return TextEncoding::utf16le;
  throw Error(Fault::usage, "--encoding: found " + word + ", expected utf-8, latin-1 or utf-16");
}

TextEncoding text_encoding_of(const std::filesystem::path& path) {
  const std::string bytes = first_bytes(path, 1U << 20U);
  if (bytes.starts_with("\xFF\xFE")) return TextEncoding::utf16le;
  if (bytes.starts_with("\xFE\xFF")) return TextEncoding::utf16be;
  return begins_as_utf8(bytes) ? TextEncoding::utf8 : TextEncoding::latin1;
}

TextLines::TextLines(const std::filesystem::path& path, TextEncoding encoding)
    : name_(path.filename().string()), encoding_(encoding), file_(std::fopen(path.c_str(), "rb")) {
  if (!file_) throw Error(Fault::no_input, name_ + ": cannot be read");
  fill();
  const std::string_view start(buffer_.data(), buffer_.size());
  if (encoding_ == TextEncoding::utf16le && start.starts_with("\xFE\xFF")) encoding_ = TextEncoding::utf16be;
  position_ = mark_size(start, encoding_);
}

void TextLines::seek(std::int64_t offset) {
  if (offset >= buffer_offset_ && offset <= buffer_offset_ + static_cast<std::int64_t>(buffer_.size())) {
    position_ = static_cast<std::size_t>(offset - buffer_offset_);
    return;
  }
  if (fseeko(file_.get(), offset, SEEK_SET) != 0) throw Error(Fault::data, name_ + ": cannot be read");
  buffer_.clear();
  position_ = 0;
  buffer_offset_ = offset;
}

bool TextLines::fill() {
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(position_));
  buffer_offset_ += static_cast<std::int64_t>(position_);
  position_ = 0;
  const std::size_t kept = buffer_.size();
  if (kept > kMaxLine) throw Error(Fault::data, name_ + ": line: found more than 4 MiB, expected one row of samples a line");
  buffer_.resize(kept + kRead);
  const std::size_t got = std::fread(buffer_.data() + kept, 1, kRead, file_.get());
  buffer_.resize(kept + got);
  if (got == 0 && std::ferror(file_.get()) != 0) throw Error(Fault::data, name_ + ": cannot be read");
  return got > 0;
}

// Where the line feed stands, or npos where the buffer holds none from `from` on.
std::size_t TextLines::line_end(std::size_t from) const noexcept {
  if (encoding_ == TextEncoding::utf8 || encoding_ == TextEncoding::latin1) {
    if (from >= buffer_.size()) return std::string::npos;
    const void* found = std::memchr(buffer_.data() + from, '\n', buffer_.size() - from);
    return found == nullptr ? std::string::npos : static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data());
  }
  const char low = encoding_ == TextEncoding::utf16le ? '\n' : '\0';
  const char high = encoding_ == TextEncoding::utf16le ? '\0' : '\n';
  for (std::size_t i = from; i + 1 < buffer_.size(); i += 2) {
    if (buffer_[i] == low && buffer_[i + 1] == high) return i;
  }
  return std::string::npos;
}

std::string_view TextLines::decoded(std::string_view bytes) {
  if (encoding_ == TextEncoding::utf8) return bytes;
  line_.clear();
  if (encoding_ == TextEncoding::latin1) {
    for (const char c : bytes) append_utf8(line_, static_cast<unsigned char>(c));
    return line_;
  }
  const auto unit = [&](std::size_t i) -> std::uint32_t {
    const auto a = static_cast<unsigned char>(bytes[i]), b = static_cast<unsigned char>(bytes[i + 1]);
    return encoding_ == TextEncoding::utf16le ? a | (static_cast<std::uint32_t>(b) << 8U) : b | (static_cast<std::uint32_t>(a) << 8U);
  };
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    std::uint32_t code = unit(i);
    if (code >= 0xD800 && code < 0xDC00 && i + 3 < bytes.size()) {
      code = 0x10000 + ((code - 0xD800) << 10U) + ((unit(i + 2) - 0xDC00) & 0x3FFU);
      i += 2;
    }
    append_utf8(line_, code);
  }
  return line_;
}

bool TextLines::next(std::string_view& line) {
  const std::size_t feed = encoding_ == TextEncoding::utf8 || encoding_ == TextEncoding::latin1 ? 1 : 2;
  std::size_t searched = 0;  // bytes of this line that hold no line feed
  std::size_t end = line_end(position_);
  while (end == std::string::npos) {
    searched = (buffer_.size() - position_) / feed * feed;
    if (!fill()) break;
    end = line_end(position_ + searched);
  }
  if (end == std::string::npos && position_ >= buffer_.size()) return false;
  const std::size_t stop = std::min(end, buffer_.size());
  line = decoded(std::string_view(buffer_.data() + position_, stop - position_));
  position_ = end == std::string::npos ? stop : end + feed;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return true;
}

}  // namespace semg
