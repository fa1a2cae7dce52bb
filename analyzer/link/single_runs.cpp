// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/single_runs.h"

#include "analyzer/link/control_flow.h"

#include <algorithm>

namespace deadheat::link {

namespace {

/// Whether the value is the address of a global variable or of a member of one.
bool isOneGlobal(const ir::Value& value) {
    return value.kind == ir::ValueKind::address && value.place.root == ir::RootKind::global &&
           std::ranges::all_of(value.place.steps,
                               [](const ir::Step& step) { return step.kind == ir::StepKind::field; });
}

} // namespace

/// main runs once, and so does what has one place that calls (or starts) it, outside of loops, in a function that runs once; the
/// initialisation of a static variable; what is called through one once flag. Code that only unknown callers call may run often.
SingleRuns::SingleRuns(const WholeProgram& program) : p_(program), once_(program.code.functions.size()) {
    findInitialisations();
    std::vector<FunctionId> work;
    auto add = [&](FunctionId f) {
        if (once_[f] == 0)
            work.push_back(f);
        once_[f] = 1;
    };
    std::vector<std::vector<FunctionId>> onlyCalledBy(once_.size());
    for (FunctionId f = 0; f < once_.size(); ++f) {
        const std::span<const InstrRef> callers = p_.pointsTo->callersOf(f);
        if ((p_.function(f).isMain || p_.function(f).name == "<init>") && callers.empty())
            add(f);
        if (callers.size() != 1)
            continue;
        onlyCalledBy[callers[0].function].push_back(f);
        const ir::Instr& call = p_.instr(callers[0]);
        const bool hasOneFlag = call.op == ir::Op::once && isOneGlobal(call.operands[0]);
        if (hasOneFlag || initialising_.contains(callers[0]))
            add(f);
    }
    while (!work.empty()) {
        const FunctionId caller = work.back();
        work.pop_back();
        for (const FunctionId f : onlyCalledBy[caller])
            if (!inLoop(p_.pointsTo->callersOf(f)[0]))
                add(f);
    }
}

/// What lies between the acquisition of a static variable's flag and its release.
void SingleRuns::findInitialisations() {
    for (FunctionId f = 0; f < once_.size(); ++f)
        for (ir::Index b = 0; b < p_.function(f).blocks.size(); ++b) {
            const std::vector<ir::Instr>& instrs = p_.function(f).blocks[b].instrs;
            for (ir::Index i = 0; i < instrs.size(); ++i)
                if (instrs[i].op == ir::Op::acquire && instrs[i].flags.isInit)
                    addInitialisation({f, b, i});
        }
}

void SingleRuns::addInitialisation(InstrRef flagTaken) {
    const std::vector<ir::Block>& blocks = p_.function(flagTaken.function).blocks;
    std::vector<InstrRef> work{flagTaken};
    while (!work.empty()) {
        InstrRef at = work.back();
        work.pop_back();
        const ir::Block& block = blocks[at.block];
        bool isOver = false;
        for (; at.instr < block.instrs.size() && !isOver; ++at.instr) {
            isOver = !initialising_.insert(at).second ||
                     (block.instrs[at.instr].op == ir::Op::release && block.instrs[at.instr].flags.isInit);
        }
        for (const ir::Edge& edge : block.successors)
            if (!isOver)
                work.push_back({at.function, edge.target, 0});
    }
}

bool SingleRuns::inLoop(InstrRef at) const { return ControlFlow(p_.function(at.function)).inLoop(at.block); }

} // namespace deadheat::link
