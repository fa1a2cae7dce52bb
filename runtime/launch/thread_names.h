// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How findings call the threads and processes of a run.
#pragma once

#include "runtime/launch/stacks.h"

#include <nlohmann/json.hpp>
#include <string>

namespace deadheat::launch {

/// `thread` has "id", "process", "startsProcess". "the main thread", "thread T2", "process P1", "thread T5 of process P1".
std::string nameOfThread(const nlohmann::json& thread);
std::string nameOfThread(unsigned id);

/// The same as a title, with where it was created.
std::string titleOfThread(const nlohmann::json& thread, Stacks& stacks);

} // namespace deadheat::launch
