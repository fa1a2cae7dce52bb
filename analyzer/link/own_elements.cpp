// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/own_elements.h"

#include <algorithm>

namespace deadheat::link {

namespace {

/// Callers further up are not asked.
constexpr int kMostCalls = 6;

class IndexOrigin {
public:
    explicit IndexOrigin(const WholeProgram& program) : p_(program), exprs_(*program.exprs) {}

    bool mayDifferByThread(const Context& context, ExprId index, int calls = 0) const {
        const Expr& e = exprs_[index];
        switch (e.kind) {
        case ExprKind::result: return true;
        case ExprKind::phi: return !startsFromConstant(context.function, e.c);
        case ExprKind::load: return contains(context.distinct, ownerOf(p_, e.a));
        case ExprKind::parameter: return isEntry(context) || callerSays(context, e.a, calls);
        default: return false;
        }
    }

private:
    bool isEntry(const Context& context) const { return p_.contexts.roots[context.root].entry == context.function; }

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

    bool startsFromConstant(FunctionId function, ExprId variable) const {
        const Expr& e = exprs_[variable];
        if (e.kind != ExprKind::local || e.a != function)
            return true;
        auto isSet = [&](const ir::Instr& instr) {
            return instr.op == ir::Op::copy && instr.result.root == ir::RootKind::local && instr.result.index == e.b &&
                   instr.operands[0].kind == ir::ValueKind::constant && instr.operands[0].number >= 0;
        };
        return std::ranges::any_of(p_.function(function).blocks,
                                   [&](const ir::Block& block) { return std::ranges::any_of(block.instrs, isSet); });
    }

    const WholeProgram& p_;
    const ExprTable& exprs_;
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
           IndexOrigin(program).mayDifferByThread(program.contexts.all[access.context], (*program.exprs)[element].b);
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
