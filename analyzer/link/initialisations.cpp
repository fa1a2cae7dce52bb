// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/initialisations.h"

#include <algorithm>

namespace deadheat::link {

namespace {

bool isZero(const ir::Value& value) {
    return value.kind == ir::ValueKind::null || (value.kind == ir::ValueKind::constant && value.number == 0);
}

const ir::Edge* successorBy(const ir::Block& block, ir::EdgeKind kind) {
    const auto found = std::ranges::find(block.successors, kind, &ir::Edge::kind);
    return found == block.successors.end() ? nullptr : &*found;
}

} // namespace

Initialisations::Initialisations(const WholeProgram& program) : p_(program), functions_(program.code.functions.size()) {
    findTests();
    findStores();
    for (const auto& [flag, tests] : tests_)
        for (const Test& test : tests)
            addRegion(flag, test);
    spreadToCallees();
}

/// A global variable or a member of one; kNoExpr for other places.
ExprId Initialisations::flagAt(const ir::Place& place) const {
    if (!place || place.root != ir::RootKind::global || p_.code.globals[place.index].isThreadLocal)
        return kNoExpr;
    ExprId address = p_.exprs->global(place.index);
    for (const ir::Step& step : place.steps) {
        if (step.kind != ir::StepKind::field)
            return kNoExpr;
        address = p_.exprs->field(address, step.index);
    }
    return address;
}

void Initialisations::findTests() {
    for (FunctionId f = 0; f < p_.code.functions.size(); ++f)
        for (ir::Index b = 0; b < p_.function(f).blocks.size(); ++b)
            addTest(f, b);
}

void Initialisations::addTest(FunctionId function, ir::Index block) {
    const ir::Block& code = p_.function(function).blocks[block];
    const ir::Condition& condition = code.condition;
    const bool isEqual = condition.compare == ir::Compare::equal;
    const bool isTest = (isEqual || condition.compare == ir::Compare::notEqual) && isZero(condition.right) &&
                        condition.mask == ir::Condition::kAllBits && condition.left.kind == ir::ValueKind::load;
    const ExprId flag = isTest ? flagAt(condition.left.place) : kNoExpr;
    if (flag == kNoExpr)
        return;
    for (const bool zero : {true, false})
        if (const ir::Edge* edge = successorBy(code, isEqual == zero ? ir::EdgeKind::true_ : ir::EdgeKind::false_))
            tests_[flag].push_back({function, block, edge->target, zero});
}

/// Whether the variable holds what this function has just made, wherever it holds anything.
bool Initialisations::isMade(FunctionId function, ir::Index local) const {
    bool any = false;
    for (const ir::Block& block : p_.function(function).blocks)
        for (const ir::Instr& instr : block.instrs) {
            if (instr.result.root != ir::RootKind::local || !instr.result || instr.result.index != local)
                continue;
            const bool makes = instr.op == ir::Op::alloc || instr.op == ir::Op::call;
            if (!makes && !(instr.op == ir::Op::copy && isZero(instr.operands[0])))
                return false;
            any |= makes;
        }
    return any;
}

void Initialisations::findStores() {
    auto add = [&](InstrRef at, const ir::Instr& instr) {
        for (const ir::Value& operand : instr.operands) // whoever has its address may store what he likes
            if (instr.op >= ir::Op::call && operand.kind == ir::ValueKind::address)
                if (const ExprId flag = flagAt(operand.place); tests_.contains(flag))
                    stores_[flag].push_back({at});
        const ExprId flag = instr.result ? flagAt(instr.result) : kNoExpr;
        if (!tests_.contains(flag))
            return;
        Store store{at};
        if (instr.op == ir::Op::alloc || instr.op == ir::Op::call) {
            store.isKnown = true;
        } else if (instr.op == ir::Op::copy) {
            const ir::Value& value = instr.operands[0];
            const bool isLocal = value.kind == ir::ValueKind::load && value.place.root == ir::RootKind::local &&
                                 value.place.steps.empty();
            store.isZero = isZero(value);
            store.isKnown = store.isZero || value.kind == ir::ValueKind::constant ||
                            (isLocal && isMade(at.function, value.place.index));
        }
        stores_[flag].push_back(store);
    };
    for (FunctionId f = 0; f < p_.code.functions.size(); ++f)
        for (ir::Index b = 0; b < p_.function(f).blocks.size(); ++b)
            for (ir::Index i = 0; i < p_.function(f).blocks[b].instrs.size(); ++i)
                add({f, b, i}, p_.function(f).blocks[b].instrs[i]);
}

bool Initialisations::runsInThreads(FunctionId function) const {
    return std::ranges::any_of(p_.contexts.ofFunction[function],
                               [&](ContextId id) { return p_.contexts.all[id].root > kClientRoot; });
}

bool Initialisations::isOneTime(const Test& test, const std::vector<Store>& stores) const {
    return std::ranges::all_of(stores, [&](const Store& store) {
        const bool isSet = store.isZero != test.unsetIsZero;
        return store.isKnown && (isSet || (test.unsetIsZero && !runsInThreads(store.at.function)));
    });
}

/// The blocks that no way reaches but through the branch.
std::vector<ir::Index> Initialisations::dominatedBy(const Test& test) const {
    const std::vector<ir::Block>& blocks = p_.function(test.function).blocks;
    auto reach = [&](ir::Index from, bool throughBranch) {
        std::vector<char> seen(blocks.size());
        std::vector<ir::Index> work{from};
        seen[from] = 1;
        while (!work.empty()) {
            const ir::Index block = work.back();
            work.pop_back();
            for (const ir::Edge& edge : blocks[block].successors) {
                const bool isBranch = block == test.block && edge.target == test.target;
                if (seen[edge.target] == 0 && (throughBranch || !isBranch)) {
                    seen[edge.target] = 1;
                    work.push_back(edge.target);
                }
            }
        }
        return seen;
    };
    const std::vector<char> within = reach(test.target, true), without = reach(0, false);
    std::vector<ir::Index> result;
    for (ir::Index block = 0; block < blocks.size(); ++block)
        if (within[block] != 0 && without[block] == 0)
            result.push_back(block);
    return result;
}

/// Whether some way leads from the branch back to the test without setting the flag: a loop that goes on until the flag is set.
bool Initialisations::mayTestAgain(const Test& test, const std::vector<Store>& stores) const {
    const std::vector<ir::Block>& blocks = p_.function(test.function).blocks;
    auto sets = [&](ir::Index block) {
        return std::ranges::any_of(stores, [&](const Store& store) {
            return store.at.function == test.function && store.at.block == block && store.isZero != test.unsetIsZero;
        });
    };
    std::vector<char> seen(blocks.size());
    std::vector<ir::Index> work{test.target};
    while (!work.empty()) {
        const ir::Index block = work.back();
        work.pop_back();
        if (block == test.block)
            return true;
        if (seen[block] != 0 || sets(block))
            continue;
        seen[block] = 1;
        for (const ir::Edge& edge : blocks[block].successors)
            work.push_back(edge.target);
    }
    return false;
}

void Initialisations::addRegion(ExprId flag, const Test& test) {
    const auto stores = stores_.find(flag);
    if (stores == stores_.end() || !isOneTime(test, stores->second))
        return;
    const std::vector<ir::Index> blocks = dominatedBy(test);
    const bool isSetThere = std::ranges::any_of(stores->second, [&](const Store& store) {
        return store.at.function == test.function && store.isZero != test.unsetIsZero &&
               contains(blocks, store.at.block);
    });
    if (!isSetThere || mayTestAgain(test, stores->second))
        return;
    flags_.insert(flag);
    for (const ir::Index block : blocks)
        for (ir::Index i = 0; i < p_.function(test.function).blocks[block].instrs.size(); ++i)
            regions_.insert({test.function, block, i});
}

void Initialisations::spreadToCallees() {
    auto isFromThere = [&](InstrRef caller) {
        const ir::Op op = p_.instr(caller).op;
        const bool isCall = op == ir::Op::call || op == ir::Op::callIndirect;
        return op == ir::Op::once || (isCall && isInitialising(caller));
    };
    for (bool any = true; any;) {
        any = false;
        for (FunctionId f = 0; f < functions_.size(); ++f) {
            const std::span<const InstrRef> callers = p_.pointsTo->callersOf(f);
            if (functions_[f] == 0 && !callers.empty() && std::ranges::all_of(callers, isFromThere))
                functions_[f] = any = true;
        }
    }
}

} // namespace deadheat::link
