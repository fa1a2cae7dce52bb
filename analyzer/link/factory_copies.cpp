// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/factory_copies.h"

#include "analyzer/link/allocation_wrappers.h"
#include "analyzer/link/function_copies.h"
#include "analyzer/link/merge.h"

#include <algorithm>
#include <fmt/format.h>

namespace deadheat::link {

namespace {

constexpr std::size_t kMostInstrs = 120; ///< of a factory
constexpr std::size_t kMostCopies = 32;  ///< of one factory in one round
constexpr int kMostLevels = 3;           ///< factories that call factories
/// What all copies may add to a program, as a part of it; small ones may grow by more.
constexpr std::size_t kLeastBudget = 4000, kPartOfProgram = 4;

std::size_t sizeOf(const ir::Function& function) {
    std::size_t instrs = 0;
    for (const ir::Block& block : function.blocks)
        instrs += block.instrs.size();
    return instrs;
}

/// `*out = ...` for a parameter `out`.
bool setsThroughParameter(const ir::Function& function, const ir::Place& place) {
    return place && place.root == ir::RootKind::local && place.steps.size() == 1 &&
           place.steps[0].kind == ir::StepKind::deref &&
           function.locals[place.index].kind == ir::LocalKind::parameter && staysAsPassed(function, place.index);
}

class FactoryCopies {
public:
    /// `budget`: how many instructions may still be added; what is added is taken off.
    FactoryCopies(ir::Module& code, std::size_t& budget)
        : code_(code), budget_(budget), functionOfSymbol_(functionsBySymbol(code)), isFactory_(findFactories()),
          made_(code.functions.size()) {}

    /// Whether there was anything to copy.
    bool run() {
        const std::size_t before = code_.functions.size();
        for (FunctionId function = 0; function < before; ++function)
            for (ir::Block& block : code_.functions[function].blocks)
                for (ir::Instr& instr : block.instrs)
                    redirect(function, instr);
        const bool any = !copies_.empty();
        std::ranges::move(copies_, std::back_inserter(code_.functions));
        declareUnused(code_, copied_);
        return any;
    }

private:
    std::vector<char> findFactories() const {
        const AllocationWrappers wrappers(code_, functionOfSymbol_);
        std::vector<char> found(code_.functions.size());
        for (FunctionId f = 0; f < found.size(); ++f)
            found[f] = isFactory(f, wrappers);
        return found;
    }

    bool isFactory(FunctionId id, const AllocationWrappers& wrappers) const {
        const ir::Function& function = code_.functions[id];
        if (function.isVirtual || sizeOf(function) > kMostInstrs)
            return false;
        for (ir::Index b = 0; b < function.blocks.size(); ++b)
            for (ir::Index i = 0; i < function.blocks[b].instrs.size(); ++i)
                if (setsThroughParameter(function, function.blocks[b].instrs[i].result) &&
                    wrappers.makesFresh({id, b, i}))
                    return true;
        return false;
    }

    void redirect(FunctionId caller, ir::Instr& call) {
        const bool isDirect = call.op == ir::Op::call && !call.flags.isVirtual && call.symbol != ir::kNone;
        const FunctionId factory = isDirect ? functionOfSymbol_[call.symbol] : kNoId;
        if (factory == kNoId || !isFactory_[factory] || factory == caller || made_[factory]++ >= kMostCopies)
            return;
        ir::Function copy = code_.functions[factory];
        if (sizeOf(copy) > budget_)
            return;
        budget_ -= sizeOf(copy);
        copy.usr += fmt::format(" made for {} {}", code_.functions[caller].usr, made_[factory]);
        call.symbol = static_cast<ir::Index>(code_.symbols.size());
        code_.symbols.push_back(copy.usr);
        copies_.push_back(std::move(copy));
        copied_.insert(factory);
    }

    ir::Module& code_;
    std::size_t& budget_;
    std::vector<ir::Index> functionOfSymbol_;
    std::vector<char> isFactory_;
    std::vector<std::size_t> made_; ///< copies, by function
    std::vector<ir::Function> copies_;
    std::set<FunctionId> copied_;
};

} // namespace

void copyFactories(ir::Module& code) {
    std::size_t instrs = 0;
    for (const ir::Function& function : code.functions)
        instrs += sizeOf(function);
    std::size_t budget = std::max(kLeastBudget, instrs / kPartOfProgram);
    for (int level = 0; level < kMostLevels; ++level)
        if (!FactoryCopies(code, budget).run())
            return;
}

} // namespace deadheat::link
