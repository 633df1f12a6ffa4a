// SPDX-License-Identifier: BSD-3-Clause
// SHA-256 of bytes as they come. Of a whole file or text: io/recording_reader.hpp.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace semg {

class Sha256 {
 public:
  Sha256();
  ~Sha256();

  void add(std::span<const std::byte> bytes);
  /// Text with its length before it, so that no two lists of texts run into the same bytes.
  void add_text(std::string_view text);
  /// 64 hexadecimal digits; ends it.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace semg
