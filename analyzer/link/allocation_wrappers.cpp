// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/allocation_wrappers.h"

#include <algorithm>

namespace deadheat::link {

using ir::Op;
using ir::ValueKind;

namespace {

/// A function that may return one of more kinds of object is not worth a set of objects per call.
constexpr std::size_t kMaxRoots = 8;
/// Wrappers of wrappers of wrappers.
constexpr unsigned kMaxDepth = 4;

bool isWholeLocal(const ir::Place& place) { return place.root == ir::RootKind::local && place.steps.empty(); }

} // namespace

/// Follows the result of one function back to where its values come from.
struct AllocationWrappers::Search {
    const AllocationWrappers& wrappers;
    FunctionId function;
    std::vector<std::vector<InstrRef>> definitions; ///< by local
    std::vector<bool> opaque;                       ///< by local: set in ways that are not followed
    std::vector<bool> visited = {};
    std::vector<ir::Place> visitedPlaces = {};
    std::vector<InstrRef> roots = {}, feeding = {};
    std::optional<ir::Step> offset = {};

    Search(const AllocationWrappers& all, FunctionId id) : wrappers(all), function(id) {
        const ir::Function& f = all.code_.functions[id];
        definitions.resize(f.locals.size());
        opaque.resize(f.locals.size());
        visited.resize(f.locals.size());
        for (ir::Index local = 0; local < f.locals.size(); ++local)
            opaque[local] =
                f.locals[local].kind == ir::LocalKind::parameter || f.locals[local].kind == ir::LocalKind::this_;
        for (ir::Index block = 0; block < f.blocks.size(); ++block)
            for (ir::Index at = 0; at < f.blocks[block].instrs.size(); ++at)
                note(f.blocks[block].instrs[at], {id, block, at});
    }

    void note(const ir::Instr& instr, InstrRef ref) {
        const bool isDirect = instr.result.steps.empty() || instr.result.steps[0].kind != ir::StepKind::deref;
        if (instr.result.root == ir::RootKind::local && isDirect) {
            if (instr.result.steps.empty())
                definitions[instr.result.index].push_back(ref);
            else
                opaque[instr.result.index] = true;
        }
        for (const ir::Value& operand : instr.operands)
            if (operand.kind == ValueKind::address && isWholeLocal(operand.place))
                opaque[operand.place.index] = true;
    }

    bool isFresh(ir::Index local) {
        if (visited[local])
            return true;
        visited[local] = true;
        return !opaque[local] && std::all_of(definitions[local].begin(), definitions[local].end(),
                                             [&](InstrRef definition) { return makesFresh(definition); });
    }

    /// What the function has stored at a place of its own, as `block->start`, wherever it stores there.
    bool isFresh(const ir::Place& place) {
        if (place.root != ir::RootKind::local)
            return false;
        if (place.steps.empty())
            return isFresh(place.index);
        if (std::ranges::find(visitedPlaces, place) != visitedPlaces.end())
            return true;
        visitedPlaces.push_back(place);
        bool any = false;
        const ir::Function& f = wrappers.code_.functions[function];
        for (ir::Index block = 0; block < f.blocks.size(); ++block)
            for (ir::Index at = 0; at < f.blocks[block].instrs.size(); ++at)
                if (f.blocks[block].instrs[at].result == place) {
                    if (!makesFresh({function, block, at}))
                        return false;
                    any = true;
                }
        return any;
    }

    /// `block + 1`: behind what lies before it.
    bool isFreshBefore(ir::Place address) {
        const ir::Step last = address.steps.empty() ? ir::Step{} : address.steps.back();
        const bool isElement = last.kind == ir::StepKind::element || last.kind == ir::StepKind::constant;
        if (!isElement || address.steps.size() < 2 ||
            address.steps[address.steps.size() - 2].kind != ir::StepKind::deref)
            return false;
        address.steps.resize(address.steps.size() - 2);
        return isAt(last) && isFresh(address);
    }

    bool isAt(const ir::Step& step) { return offset.value_or(step) == step && (offset = step, true); }

    bool makesFresh(InstrRef ref) {
        const ir::Instr& instr = instrAt(wrappers.code_, ref);
        if (instr.op == Op::copy && !instr.operands.empty()) {
            const ir::Value& value = instr.operands[0];
            if (value.kind == ValueKind::load)
                return isFresh(value.place);
            if (value.kind == ValueKind::address)
                return isFreshBefore(value.place);
            return value.kind == ValueKind::null || value.kind == ValueKind::constant;
        }
        if (instr.op == Op::alloc) {
            roots.push_back(ref);
        } else if (wrappers.isUnsetHook(instr)) {
            return true;
        } else {
            const FunctionId callee = wrappers.calleeOf(instr);
            if (callee == kNoId || wrappers.roots_[callee].empty())
                return false;
            if (wrappers.offsets_[callee] && !isAt(*wrappers.offsets_[callee]))
                return false;
            roots.insert(roots.end(), wrappers.roots_[callee].begin(), wrappers.roots_[callee].end());
        }
        feeding.push_back(ref);
        return true;
    }
};

AllocationWrappers::AllocationWrappers(const ir::Module& code, std::span<const ir::Index> functionOfSymbol)
    : code_(code), functionOfSymbol_(functionOfSymbol), roots_(code.functions.size()), offsets_(code.functions.size()),
      calledByName_(code.functions.size()), mentioned_(code.functions.size()) {
    scanUses();
    // Each round finds the wrappers of those found before.
    std::vector<FunctionId> candidates;
    for (FunctionId id = 0; id < code.functions.size(); ++id)
        if (code.functions[id].returnLocal != ir::kNone && !code.functions[id].isVirtual)
            candidates.push_back(id);
    for (unsigned depth = 0; depth < kMaxDepth; ++depth)
        std::erase_if(candidates, [&](FunctionId id) {
            classify(id);
            return !roots_[id].empty();
        });
}

FunctionId AllocationWrappers::calleeOf(const ir::Instr& instr) const {
    const bool isDirect = instr.op == Op::call && !instr.flags.isVirtual && instr.symbol != ir::kNone;
    return isDirect ? functionOfSymbol_[instr.symbol] : kNoId;
}

/// A call through a global pointer that the program never sets to a function of its own. Users may; what that allocates is fresh as well.
bool AllocationWrappers::isUnsetHook(const ir::Instr& instr) const {
    return instr.op == Op::callIndirect && instr.operands[0].kind == ValueKind::load &&
           instr.operands[0].place.root == ir::RootKind::global && instr.operands[0].place.steps.empty() &&
           !setHooks_.contains(instr.operands[0].place.index);
}

void AllocationWrappers::scanUses() {
    for (FunctionId caller = 0; caller < code_.functions.size(); ++caller)
        for (const ir::Block& block : code_.functions[caller].blocks)
            for (const ir::Instr& instr : block.instrs) {
                if (const FunctionId callee = calleeOf(instr); callee != kNoId && callee != caller)
                    calledByName_[callee] = true;
                if (instr.result.root == ir::RootKind::global && instr.op == Op::copy &&
                    instr.operands[0].symbol != ir::kNone)
                    setHooks_.insert(instr.result.index);
                for (const ir::Value& operand : instr.operands)
                    if (operand.symbol != ir::kNone && functionOfSymbol_[operand.symbol] != ir::kNone)
                        mentioned_[functionOfSymbol_[operand.symbol]] = true;
            }
}

bool AllocationWrappers::makesFresh(InstrRef instr) const {
    Search search(*this, instr.function);
    return search.makesFresh(instr) && !search.roots.empty();
}

void AllocationWrappers::classify(FunctionId function) {
    Search search(*this, function);
    if (!search.isFresh(code_.functions[function].returnLocal))
        return;
    std::sort(search.roots.begin(), search.roots.end());
    search.roots.erase(std::unique(search.roots.begin(), search.roots.end()), search.roots.end());
    if (search.roots.size() > kMaxRoots)
        return;
    roots_[function] = std::move(search.roots);
    offsets_[function] = search.offset;
    if (!roots_[function].empty())
        feeding_.insert(search.feeding.begin(), search.feeding.end());
}

} // namespace deadheat::link
