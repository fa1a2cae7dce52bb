// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/checks/wait_loops.h"

#include "analyzer/checks/instr_paths.h"

namespace deadheat::checks {

std::set<link::InstrRef> WaitLoops::releasesOf(link::FunctionId function, link::ExprId lock) const {
    std::set<link::InstrRef> places;
    for (const link::ReleaseFact& release : p_.facts[function].releases)
        if (release.lock == lock)
            places.insert(release.at);
    return places;
}

bool WaitLoops::readsMemory(link::InstrRef at) const {
    switch (p_.instr(at).op) {
    case ir::Op::read:
    case ir::Op::readWrite:
    case ir::Op::call:
    case ir::Op::callIndirect: return true;
    default: return false;
    }
}

/// Reads memory in a block that ends in a branch.
bool WaitLoops::decides(link::InstrRef at) const {
    if (!readsMemory(at))
        return false;
    const ir::Block& block = p_.function(at.function).blocks[at.block];
    return std::ranges::any_of(block.successors, [](const ir::Edge& edge) {
        return edge.kind == ir::EdgeKind::true_ || edge.kind == ir::EdgeKind::caseOf;
    });
}

/// Does something that must not be done before the state is known.
bool WaitLoops::isUse(link::InstrRef at) const {
    switch (p_.instr(at).op) {
    case ir::Op::write:
    case ir::Op::readWrite:
    case ir::Op::call:
    case ir::Op::callIndirect:
    case ir::Op::spawn:
    case ir::Op::submit:
    case ir::Op::notify: return true;
    default: return false;
    }
}

std::vector<link::InstrRef> WaitLoops::tests(link::InstrRef wait, link::ExprId lock) const {
    std::set<link::InstrRef> releases = releasesOf(wait.function, lock);
    auto stops = [&](link::InstrRef at) { return releases.contains(at); };
    std::vector<link::InstrRef> found;
    walkFrom(
        p_, wait,
        [&](link::InstrRef at) {
            if (stops(at) || at == wait)
                return false;
            if (decides(at) && reaches(p_, at, wait, stops))
                found.push_back(at);
            return true;
        },
        [] {});
    return found;
}

bool WaitLoops::isConditional(link::InstrRef wait, link::ExprId lock) const {
    std::set<link::InstrRef> releases = releasesOf(wait.function, lock);
    const ir::Function& code = p_.function(wait.function);
    for (ir::Index b = 0; b < code.blocks.size(); ++b)
        for (ir::Index i = 0; i < code.blocks[b].instrs.size(); ++i) {
            link::InstrRef at{wait.function, b, i};
            if (at != wait && decides(at) &&
                reaches(p_, at, wait, [&](link::InstrRef x) { return releases.contains(x); }))
                return true;
        }
    return false;
}

bool WaitLoops::isTestedAgain(link::InstrRef wait, link::ExprId lock) const {
    if (!tests(wait, lock).empty())
        return true;
    std::set<link::InstrRef> releases = releasesOf(wait.function, lock);
    bool tested = false;
    walkFrom(
        p_, wait,
        [&](link::InstrRef at) {
            if (tested || at == wait)
                return false;
            tested = decides(at) && reaches(p_, at, wait, [&](link::InstrRef x) { return releases.contains(x); });
            return !tested && !isUse(at);
        },
        [] {});
    return tested;
}

} // namespace deadheat::checks
