// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/thread_names.h"

#include <fmt/format.h>

namespace deadheat::launch {

std::string nameOfThread(unsigned id) { return id == 0 ? "the main thread" : fmt::format("thread T{}", id); }

std::string nameOfThread(const nlohmann::json& thread) {
    const unsigned process = thread.value("process", 0u);
    if (process == 0)
        return nameOfThread(thread.value("id", 0u));
    if (thread.value("startsProcess", false))
        return fmt::format("process P{}", process);
    return fmt::format("thread T{} of process P{}", thread.value("id", 0u), process);
}

std::string titleOfThread(const nlohmann::json& thread, Stacks& stacks) {
    if (thread.value("id", 0u) == 0 && thread.value("process", 0u) == 0)
        return "main thread";
    return fmt::format("{}, {} at {}", nameOfThread(thread),
                       thread.value("startsProcess", false) ? "forked" : "created",
                       stacks.brief(thread.value("created", nlohmann::json::array())));
}

} // namespace deadheat::launch
