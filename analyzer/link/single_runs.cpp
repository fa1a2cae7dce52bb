// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/single_runs.h"

#include "analyzer/link/control_flow.h"

namespace deadheat::link {

/// main runs once, and so does what has one place that calls (or starts) it, outside of loops, in a function that runs once. Code
/// that only unknown callers call may run often.
SingleRuns::SingleRuns(const WholeProgram& program) : p_(program), once_(program.code.functions.size()) {
    std::vector<FunctionId> work;
    for (FunctionId f = 0; f < once_.size(); ++f)
        if ((p_.function(f).isMain || p_.function(f).name == "<init>") && p_.pointsTo->callersOf(f).empty()) {
            once_[f] = 1;
            work.push_back(f);
        }
    std::vector<std::vector<FunctionId>> onlyCalledBy(once_.size());
    for (FunctionId f = 0; f < once_.size(); ++f)
        if (std::span<const InstrRef> callers = p_.pointsTo->callersOf(f); callers.size() == 1)
            onlyCalledBy[callers[0].function].push_back(f);
    while (!work.empty()) {
        FunctionId caller = work.back();
        work.pop_back();
        for (FunctionId f : onlyCalledBy[caller])
            if (!once_[f] && !inLoop(p_.pointsTo->callersOf(f)[0])) {
                once_[f] = 1;
                work.push_back(f);
            }
    }
}

bool SingleRuns::inLoop(InstrRef at) const { return ControlFlow(p_.function(at.function)).inLoop(at.block); }

} // namespace deadheat::link
