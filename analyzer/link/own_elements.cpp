// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/own_elements.h"

#include "analyzer/link/control_flow.h"

#include <algorithm>

namespace deadheat::link {

namespace {

/// Callers further up are not asked; of several callers that one context stands for, the first.
constexpr int kMostCalls = 6;

class IndexOrigin {
public:
    IndexOrigin(const WholeProgram& program, RootId root) : p_(program), exprs_(*program.exprs), root_(root) {}

    bool mayDifferByThread(const Context& context, ExprId index, int calls = 0) const {
        const Expr& e = exprs_[index];
        switch (e.kind) {
        case ExprKind::result: return e.a == context.function && isOwnResult(instructionAt(e.a, e.b));
        case ExprKind::phi: return isSetToOwn(context.function, e.c) || countsForks(context.function, e.c);
        case ExprKind::load: return contains(context.distinct, ownerOf(p_, e.a)) || isCapturedByTask(context, e.a);
        case ExprKind::parameter: return isEntry(context) || callerSays(context, e.a, calls);
        default: return false;
        }
    }

private:
    bool isEntry(const Context& context) const { return p_.contexts.roots[context.root].entry == context.function; }

    /// Whether it is what a task was made with, a number that its closure holds: each task has a closure of its own.
    bool isCapturedByTask(const Context& context, ExprId address) const {
        const bool isOfTask = context.task != kNoId && p_.function(context.function).isLambda;
        return isOfTask && exprs_[address].kind == ExprKind::field &&
               exprs_[exprs_[address].a] == Expr{ExprKind::parameter, 0};
    }

    bool callerSays(const Context& context, ir::Index parameter, int calls) const {
        if (context.caller == kNoId || calls == kMostCalls)
            return false;
        const Context& caller = p_.contexts.all[context.caller];
        const auto passes = [&](const CallFact& call) {
            return call.at == context.callSite && parameter < call.arguments.size() &&
                   mayDifferByThread(caller, call.arguments[parameter], calls + 1);
        };
        return std::ranges::any_of(p_.facts[caller.function].calls, passes);
    }

    /// Whether every value that the variable is given may be the thread's own.
    bool isSetToOwn(FunctionId function, ExprId variable) const {
        const Expr& e = exprs_[variable];
        if (e.kind != ExprKind::local || e.a != function)
            return false;
        const std::vector<ir::Block>& blocks = p_.function(function).blocks;
        for (ir::Index block = 0; block < blocks.size(); ++block)
            for (ir::Index i = 0; i < blocks[block].instrs.size(); ++i) {
                const ir::Place& result = blocks[block].instrs[i].result;
                const bool isSet = result.root == ir::RootKind::local && result.index == e.b && result.steps.empty();
                if (isSet && !isOwnResult({function, block, i}))
                    return false;
            }
        return true;
    }

    /// Whether the accesses are a child process's, and the variable is another number for each child: the loop that forks them sets it.
    /// That a child leaves it alone is assumed.
    bool countsForks(FunctionId function, ExprId variable) const {
        const Expr& e = exprs_[variable];
        const Root& root = p_.contexts.roots[root_];
        if (root.kind != RootKind::process || e.kind != ExprKind::local || e.a != function)
            return false;
        const ControlFlow flow(p_.function(function));
        auto isSetIn = [&](ir::Index loop) {
            const std::vector<ir::Block>& blocks = p_.function(function).blocks;
            for (ir::Index block = 0; block < blocks.size(); ++block)
                for (const ir::Instr& instr : blocks[block].instrs)
                    if (flow.loop[block] == loop && instr.result == ir::Place{ir::RootKind::local, e.b, {}})
                        return true;
            return false;
        };
        return std::ranges::any_of(root.sites, [&](SpawnId site) {
            const InstrRef fork = p_.spawns.sites[site];
            return fork.function == function && flow.inLoop(fork.block) && isSetIn(flow.loop[fork.block]);
        });
    }

    /// A number drawn from a counter, or computed without a call: what a function makes of a key is the same in all threads.
    bool isOwnResult(InstrRef at) const {
        const ir::Instr& instr = p_.instr(at);
        if (instr.op == ir::Op::readWrite)
            return true;
        if (instr.op != ir::Op::copy)
            return false;
        if (instr.operands[0].kind == ir::ValueKind::constant)
            return instr.operands[0].number < 0; // means that there is none
        const std::vector<ir::Instr>& before = p_.function(at.function).blocks[at.block].instrs;
        return std::none_of(before.begin(), before.begin() + at.instr, [&](const ir::Instr& part) {
            return (part.op == ir::Op::call || part.op == ir::Op::callIndirect) && isWithin(part.range, instr.range);
        });
    }

    static bool isWithin(const ir::Range& part, const ir::Range& whole) {
        return part.file == whole.file && std::pair(part.line, part.column) >= std::pair(whole.line, whole.column) &&
               std::pair(part.endLine, part.endColumn) <= std::pair(whole.endLine, whole.endColumn);
    }

    /// The instruction that yields a value, by its serial number.
    InstrRef instructionAt(FunctionId function, std::uint32_t serial) const {
        std::uint32_t left = instructionOfSerial(serial);
        const std::vector<ir::Block>& blocks = p_.function(function).blocks;
        ir::Index block = 0;
        while (left >= blocks[block].instrs.size())
            left -= static_cast<std::uint32_t>(blocks[block++].instrs.size());
        return {function, block, left};
    }

    const WholeProgram& p_;
    const ExprTable& exprs_;
    const RootId root_; ///< who does the accesses
};

/// The innermost element on the way to `address` that a variable chooses; kNoExpr when there is none.
ExprId variableElement(const ExprTable& exprs, ExprId address) {
    while (true) {
        const Expr& e = exprs[address];
        if (e.kind == ExprKind::element && e.b != kAnyElement && !exprs.isNumber(e.b))
            return address;
        if (e.kind != ExprKind::element && e.kind != ExprKind::field && e.kind != ExprKind::load)
            return kNoExpr;
        address = e.a;
    }
}

} // namespace

bool mayBeOwnElement(const WholeProgram& program, const SharedAccess& access) {
    const ExprId element = variableElement(*program.exprs, access.address);
    return element != kNoExpr &&
           IndexOrigin(program, access.root)
               .mayDifferByThread(program.contexts.all[access.context], (*program.exprs)[element].b);
}

bool isElementPassedOn(const WholeProgram& program, const SharedAccess& access) {
    const ExprId element = variableElement(*program.exprs, access.address);
    if (element == kNoExpr || (*program.exprs)[(*program.exprs)[element].b].kind != ExprKind::phi)
        return false;
    const std::vector<CallFact>& calls = program.facts[access.function].calls;
    return std::ranges::any_of(calls, [&](const CallFact& call) {
        return std::ranges::find(call.arguments, element) != call.arguments.end() &&
               call.at.block == access.place.block && access.place.instr < call.at.instr;
    });
}

} // namespace deadheat::link
