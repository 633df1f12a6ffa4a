// SPDX-License-Identifier: BSD-3-Clause
// The tables of a recording's page, as HTML. A table without rows is an empty string.
#pragma once

#include <string>

#include "apps/page/recording_page.hpp"

namespace semg {

/// Muscles (and tasks) down, features across; as many tables beside each other's features as a printed page needs.
std::string summary_tables(const RecordingPage& page);
/// Muscles down, measures across, a mark in each cell, and what each mark that is not a pass means.
std::string quality_table(const RecordingPage& page);

std::string channel_table(const Recording& recording);
std::string period_table(const Recording& recording);
std::string gap_table(const Recording& recording);
std::string event_table(const Recording& recording);

}  // namespace semg
