// SPDX-License-Identifier: BSD-3-Clause
#include "apps/analysis_file.hpp"

#include <fstream>
#include <sstream>

#include "dsp/error.hpp"

namespace semg {

Settings read_analysis_file(const std::filesystem::path& path) {
  if (path.empty()) return {};
  const std::string name = path.filename().string();
  std::ifstream file(path, std::ios::binary);
  if (!std::filesystem::is_regular_file(path) || !file) throw Error(Fault::no_input, name + ": no such file");
  std::ostringstream text;
  text << file.rdbuf();
  return settings_from_toml(text.str(), name);
}

}  // namespace semg
