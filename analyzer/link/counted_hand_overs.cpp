// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Latches made by hand: each thread counts a number down (or up) when it is done, under a lock or atomically, and somebody waits until
// the number has run out (or reached its end). That the number fits the threads is trusted.
#include "analyzer/link/accesses.h"
#include "analyzer/link/control_flow.h"

namespace deadheat::link {

namespace {

/// Whether a thread does this, or calls what does it, in a loop: it does not count once when it is done.
bool isRepeated(const WholeProgram& program, ContextId id, ir::Index block, std::map<FunctionId, ControlFlow>& flows) {
    constexpr int kMostCalls = 16;
    for (int calls = 0; id != kNoId && calls < kMostCalls; ++calls) {
        const Context& context = program.contexts.all[id];
        const auto flow = flows.try_emplace(context.function, program.function(context.function)).first;
        if (flow->second.inLoop(block))
            return true;
        id = context.caller;
        if (!context.callSite || id == kNoId || program.contexts.all[id].root != context.root)
            return false;
        block = context.callSite.block;
    }
    return true;
}

} // namespace

void AccessTable::collectCounting() {
    std::map<FunctionId, ControlFlow> flows;
    std::map<LocationId, std::vector<RootId>> repeating;
    auto add = [&](FunctionId function, ir::Index block, const ir::Instr& instr) {
        const LocationId direction = instr.flags.up ? kCountedUp : kCountedDown;
        for (const LocationId location : p_.pointsTo->pointeesOf(function, instr.operands[0])) {
            if (!contains(awaitedCounts_, location | direction))
                continue;
            for (const ContextId id : p_.contexts.ofFunction[function])
                insert(isRepeated(p_, id, block, flows) ? repeating[location | direction]
                                                        : counting_[location | direction],
                       p_.contexts.all[id].root);
        }
    };
    for (FunctionId f = 0; f < p_.code.functions.size() && !awaitedCounts_.empty(); ++f)
        for (ir::Index b = 0; b < p_.code.functions[f].blocks.size(); ++b)
            for (const ir::Instr& instr : p_.code.functions[f].blocks[b].instrs)
                if (instr.flags.up || instr.flags.down)
                    add(f, b, instr);
    for (const auto& [signal, roots] : repeating)
        std::erase_if(counting_[signal], [&](RootId root) { return contains(roots, root); });
}

/// Whether the thread of `first` has not counted yet, and `signal` says that all such threads have.
bool AccessTable::hasCounted(const SharedAccess& first, LocationId signal) const {
    const auto roots = counting_.find(signal);
    const LocationId counter = signal & ~(kCountedUp | kCountedDown);
    return roots != counting_.end() && contains(roots->second, first.root) &&
           !contains(*first.posted, counter | kCountedUp) && !contains(*first.posted, counter | kCountedDown);
}

} // namespace deadheat::link
