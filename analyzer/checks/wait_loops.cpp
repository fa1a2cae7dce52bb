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

std::set<link::InstrRef> WaitLoops::acquisitionsOf(link::FunctionId function, link::ExprId lock) const {
    std::set<link::InstrRef> places;
    for (const link::AcquireFact& acquire : p_.facts[function].acquires)
        if (acquire.lock == lock)
            places.insert(acquire.via ? acquire.via : acquire.at);
    return places;
}

/// Whether the instruction's block ends in a branch on what the instruction reads.
bool WaitLoops::decides(link::InstrRef at) const {
    const ir::Block& block = p_.function(at.function).blocks[at.block];
    bool branches = std::ranges::any_of(block.successors, [](const ir::Edge& edge) {
        return edge.kind == ir::EdgeKind::true_ || edge.kind == ir::EdgeKind::caseOf;
    });
    if (!branches)
        return false;
    const ir::Instr& instr = p_.instr(at);
    bool isCall = instr.op == ir::Op::call || instr.op == ir::Op::callIndirect;
    bool reads = instr.op == ir::Op::read || instr.op == ir::Op::readWrite;
    const ir::Condition& condition = block.condition;
    bool known = condition.left.kind == ir::ValueKind::load || condition.right.kind == ir::ValueKind::load;
    if (!known) // computed, as in `while (q->head - q->tail == N)`
        return isCall || reads;
    auto isTested = [&](const ir::Place& place) {
        return (condition.left.kind == ir::ValueKind::load && condition.left.place == place) ||
               (condition.right.kind == ir::ValueKind::load && condition.right.place == place);
    };
    if (instr.result && isTested(instr.result))
        return isCall || reads;
    if (!reads || instr.operands.empty())
        return false;
    const ir::Place& read = instr.operands[0].place;
    if (instr.operands[0].kind == ir::ValueKind::address && isTested(read))
        return true;
    // Through a copy: `bool isReady = ready; if (isReady)`.
    return std::ranges::any_of(block.instrs, [&](const ir::Instr& copy) {
        return copy.op == ir::Op::copy && isTested(copy.result) && copy.operands[0].place == read;
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
    std::set<link::InstrRef> ends = releasesOf(wait.function, lock);
    ends.merge(acquisitionsOf(wait.function, lock));
    const ir::Function& code = p_.function(wait.function);
    for (ir::Index b = 0; b < code.blocks.size(); ++b)
        for (ir::Index i = 0; i < code.blocks[b].instrs.size(); ++i) {
            link::InstrRef at{wait.function, b, i};
            if (at != wait && decides(at) && reaches(p_, at, wait, [&](link::InstrRef x) { return ends.contains(x); }))
                return true;
        }
    return false;
}

bool WaitLoops::isTestedTooEarly(link::InstrRef wait, link::ExprId lock) const {
    const std::set<link::InstrRef> acquisitions = acquisitionsOf(wait.function, lock);
    const ir::Function& code = p_.function(wait.function);
    auto isTestBefore = [&](link::InstrRef at, link::InstrRef acquisition) {
        return decides(at) && reaches(p_, at, acquisition, [&](link::InstrRef x) { return x == wait || isUse(x); });
    };
    for (link::InstrRef acquisition : acquisitions) {
        if (!reaches(p_, acquisition, wait, [&](link::InstrRef x) { return isUse(x); }))
            continue;
        for (ir::Index b = 0; b < code.blocks.size(); ++b)
            for (ir::Index i = 0; i < code.blocks[b].instrs.size(); ++i)
                if (isTestBefore({wait.function, b, i}, acquisition))
                    return true;
    }
    return false;
}

std::vector<link::InstrRef> WaitLoops::loopTests(link::InstrRef wait) const {
    auto never = [](link::InstrRef) { return false; };
    std::vector<link::InstrRef> found;
    walkFrom(
        p_, wait,
        [&](link::InstrRef at) {
            if (at == wait)
                return false;
            bool leaves =
                std::ranges::any_of(p_.function(at.function).blocks[at.block].successors, [&](const ir::Edge& edge) {
                    return edge.kind != ir::EdgeKind::exceptional &&
                           !reaches(p_, {at.function, edge.target, ir::kNone}, wait, never);
                });
            if (leaves && decides(at) && reaches(p_, at, wait, never))
                found.push_back(at);
            return true;
        },
        [] {});
    return found;
}

bool WaitLoops::isStepOfWork(link::InstrRef wait) const {
    auto never = [](link::InstrRef) { return false; };
    bool works = false;
    walkFrom(
        p_, wait,
        [&](link::InstrRef at) {
            works = works || (at != wait && isUse(at) && reaches(p_, at, wait, never));
            return !works && at != wait;
        },
        [] {});
    return works;
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
