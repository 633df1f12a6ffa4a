// SPDX-License-Identifier: BSD-3-Clause
// How often this program has asked for memory so far.
#pragma once

long allocations() noexcept;
