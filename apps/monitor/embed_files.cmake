# SPDX-License-Identifier: BSD-3-Clause
# semg_embed_files(OUT FOLDER): the files of a folder as page_files() of apps/monitor/page_files.hpp.
function(semg_embed_files out folder)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*.html ${folder}/*.js ${folder}/*.css ${folder}/*.svg)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${files})
  set(html "text/html; charset=utf-8")
  set(js "text/javascript; charset=utf-8")
  set(css "text/css; charset=utf-8")
  set(svg "image/svg+xml")
  set(arrays "")
  set(rows "")
  set(number 0)
  foreach(path IN LISTS files)
    cmake_path(GET path FILENAME name)
    cmake_path(GET path EXTENSION LAST_ONLY extension)
    string(SUBSTRING ${extension} 1 -1 extension)
    file(READ ${path} hex HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
    string(APPEND arrays "constexpr unsigned char kFile${number}[] = {${bytes}};\n")
    string(APPEND rows "      {\"/${name}\", \"${${extension}}\", {reinterpret_cast<const char*>(kFile${number}), sizeof kFile${number}}},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  file(CONFIGURE OUTPUT ${out} CONTENT [=[
#include "apps/monitor/page_files.hpp"

#include <array>

namespace semg {
namespace {

@arrays@
}  // namespace

std::span<const PageFile> page_files() {
  static const std::array<PageFile, @number@> files{{
@rows@  }};
  return files;
}

}  // namespace semg
]=] @ONLY)
endfunction()
