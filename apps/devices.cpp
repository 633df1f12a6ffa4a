// SPDX-License-Identifier: BSD-3-Clause
// semg devices: what can be listened to, and what each needs.
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/command.hpp"
#include "apps/live/live_device.hpp"

namespace semg {
namespace {

int list(bool json) {
  if (json) {
    auto all = nlohmann::ordered_json::array();
    for (const DeviceKind& k : live_kinds())
      all.push_back({{"scheme", k.scheme}, {"name", k.name}, {"form", k.form}, {"needs", k.needs}, {"losses", k.losses}});
    fmt::print("{}\n", nlohmann::ordered_json({{"schema", "semg-devices/1"}, {"devices", all}}).dump(2));
    return kExitOk;
  }
  for (const DeviceKind& k : live_kinds())
    fmt::print("{}\n  --from '{}'\n  needs:  {}\n  losses: {}\n\n", k.name, k.form, k.needs, k.losses);
  return kExitOk;
}

}  // namespace

void add_devices(CLI::App& app, Run& run) {
  auto json = std::make_shared<bool>(false);
  CLI::App* sub = app.add_subcommand("devices", "what can be listened to, and what each needs");
  sub->add_flag("--json", *json, "for a program");
  sub->footer("Example:\n  semg devices\nNext: semg monitor --from URI shows a stream, semg record --from URI -o NAME.nwb keeps it.");
  sub->callback([json, &run] { run = [json] { return list(*json); }; });
}

}  // namespace semg
