// SPDX-License-Identifier: BSD-3-Clause
#include "apps/analysis_jobs.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include <fmt/format.h>

#include "dsp/error.hpp"
#include "dsp/version.hpp"
#include "io/features_file.hpp"
#include "io/recording_reader.hpp"

namespace semg {

FeaturesState features_state(const AnalysisRequest& request) {
  if (!std::filesystem::exists(request.features)) return FeaturesState::missing;
  try {
    const FeaturesReader reader(request.features);
    const FeaturesHead& head = reader.head();
    const std::string rest = request.rest.empty() ? "" : sha256_of_file(request.rest);
    const bool was_edited = std::any_of(head.briefs.begin(), head.briefs.end(), [](const ChannelBrief& b) { return b.edited.has_value(); });
    if (head.engine_version != version_line() || head.rest_sha256 != rest || head.feature_set != request.feature_set ||
        !request.edited.empty() || head.recording_sha256 != sha256_of_file(request.recording)) {
      return FeaturesState::stale;
    }
    if (head.settings_sha256 != sha256_of_text(canonical_toml(request.settings))) return FeaturesState::other_settings;
    return was_edited ? FeaturesState::edited : FeaturesState::fresh;
  } catch (const Error&) {
    return FeaturesState::missing;
  }
}

std::string settings_of(const std::filesystem::path& features) {
  try {
    return FeaturesReader(features).head().settings_sha256;
  } catch (const Error&) {
    return {};
  }
}

std::vector<std::exception_ptr> analyse_all(const std::vector<AnalysisRequest>& requests, int jobs) {
  std::vector<std::exception_ptr> failures(requests.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t k = next++; k < requests.size(); k = next++) {
      try {
        analyse(requests[k]);
      } catch (...) {
        failures[k] = std::current_exception();
      }
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t t = 1; t < std::min(static_cast<std::size_t>(jobs), requests.size()); ++t) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  return failures;
}

int default_jobs() noexcept {
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

void check_jobs(int jobs) {
  if (jobs < 1 || jobs > 1024) throw Error(Fault::usage, fmt::format("--jobs: found {}, expected 1 to 1024", jobs));
}

}  // namespace semg
