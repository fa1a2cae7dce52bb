// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/dump.h"

#include "runtime/launch/findings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace deadheat::launch {
namespace {

std::string describe(const report::Trace& trace) {
    std::string text = trace.title;
    text +=
        trace.locksHeld.empty() ? ", holds no lock\n" : fmt::format(", holds {}\n", fmt::join(trace.locksHeld, ", "));
    for (const report::Step& step : trace.steps)
        text +=
            fmt::format("    {}:{}: in {}: {}\n", step.location.file, step.location.line, step.function, step.message);
    return text;
}

} // namespace

std::string describeDump(const nlohmann::json& record, Stacks& stacks) {
    std::string text = "--- all threads\n";
    for (const report::Trace& trace : fromStuck(record, stacks).traces)
        text += describe(trace);
    return text + "---\n";
}

} // namespace deadheat::launch
