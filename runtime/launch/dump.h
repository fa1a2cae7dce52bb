// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The threads of a program that runs freely, as they were when `deadheat run --dump-on` was signalled.
#pragma once

#include "runtime/launch/stacks.h"

#include <nlohmann/json.hpp>
#include <string>

namespace deadheat::launch {

/// A paragraph for each thread: the locks it holds, what it waits for, and the stack of that. Where a thread is that runs, is
/// not known.
std::string describeDump(const nlohmann::json& record, Stacks& stacks);

} // namespace deadheat::launch
