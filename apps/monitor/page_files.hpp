// SPDX-License-Identifier: BSD-3-Clause
// The files of web/dist, inside the program. page_files.cpp is made by CMake.
#pragma once

#include <span>
#include <string_view>

namespace semg {

struct PageFile {
  std::string_view path;  ///< "/monitor.js"
  std::string_view type;  ///< "text/javascript; charset=utf-8"
  std::string_view bytes;
};

std::span<const PageFile> page_files();

}  // namespace semg
