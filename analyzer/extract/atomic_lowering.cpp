// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Atomic operations that are builtins: C11's, GCC's __atomic and __sync families.
#include "analyzer/extract/function_lowering.h"
#include "analyzer/extract/syntax.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Expr.h>

namespace deadheat::extract {
namespace {

ir::MemoryOrder orderOf(std::int64_t number) {
    switch (number) {
    case 0: return ir::MemoryOrder::relaxed;
    case 1: return ir::MemoryOrder::consume;
    case 2: return ir::MemoryOrder::acquire;
    case 3: return ir::MemoryOrder::release;
    case 4: return ir::MemoryOrder::acqRel;
    default: return ir::MemoryOrder::seqCst;
    }
}

struct AtomicKind {
    ir::Op op = ir::Op::readWrite;
    ir::Success success = ir::Success::always;
    bool yieldsContent = false; // the value is what the object holds, and nothing else is needed of the instruction
};

AtomicKind kindOf(llvm::StringRef name) {
    if (name.contains("compare_exchange") || name.contains("bool_compare_and_swap"))
        return {ir::Op::readWrite, ir::Success::nonZero};
    if (name.contains("exchange") || name.contains("test_and_set"))
        return {ir::Op::readWrite, ir::Success::zero};
    if (name.contains("store") || name.contains("clear") || name.contains("lock_release"))
        return {ir::Op::write};
    if (name.contains("load"))
        return {ir::Op::read, ir::Success::always, true};
    return {};
}

bool isPointerLike(const ir::Value& value) {
    return value.kind == ir::ValueKind::load || value.kind == ir::ValueKind::address;
}

} // namespace

ir::MemoryOrder memoryOrder(const clang::Expr* e, const clang::ASTContext& ast) {
    clang::Expr::EvalResult result;
    if (!e || !e->getType()->isIntegralOrEnumerationType() || e->isValueDependent() || !e->EvaluateAsInt(result, ast))
        return ir::MemoryOrder::seqCst;
    return orderOf(result.Val.getInt().getExtValue());
}

ir::Value Expressions::atomicAccess(llvm::StringRef name, const ir::Value& object, ir::MemoryOrder order,
                                    const clang::Expr* at, bool split) {
    if (!isPointerLike(object))
        return {};
    AtomicKind kind = kindOf(name);
    ir::Instr instr;
    instr.op = kind.op;
    instr.order = order;
    instr.flags.up = name.contains("add") || name.contains('+');
    instr.flags.down = name.contains("sub") || name.contains('-');
    instr.flags.split = split;
    instr.success = kind.success;
    instr.range = f_.unit.places.range(at);
    instr.symbol = f_.unit.names.symbol(name);
    instr.operands.push_back(object);
    bool yields = !at->getType()->isVoidType() && !kind.yieldsContent;
    ir::Place result = yields ? localPlace(temporary(at)) : ir::Place{};
    instr.result = result;
    f_.ir.emit(std::move(instr));
    if (kind.yieldsContent)
        return loadOf(placeAt(object, {}, at));
    return yields ? loadOf(result) : ir::Value{};
}

ir::Value Expressions::atomic(const clang::AtomicExpr* e) {
    std::vector<ir::Value> operands;
    for (const clang::Expr* operand : llvm::ArrayRef(e->getSubExprs(), e->getNumSubExprs()))
        operands.push_back(rvalue(operand));
    llvm::StringRef name = e->getOpAsString();
    const ir::Value& object = operands.front(); // the order comes second, then values
    if (!isPointerLike(object))
        return {};
    ir::Place place = placeAt(object, {}, e);
    if (name.contains("init")) {
        f_.ir.copy(place, operands.back(), f_.unit.places.range(e));
        return {};
    }
    ir::MemoryOrder order = memoryOrder(e->getOrder(), f_.unit.ast);
    const bool split = name.contains("store") && syntax::comesFromLoad(e->getVal1(), e->getPtr(), f_.unit.ast);
    ir::Value result = atomicAccess(name, object, order, e, split);
    bool isGeneric =
        !name.ends_with("_n") && !name.starts_with("__c11") && !name.contains("fetch"); // values by pointer
    auto valueOf = [&](std::size_t index) {
        const ir::Value& given = index < operands.size() ? operands[index] : operands.back();
        return isGeneric && isPointerLike(given) ? loadOf(placeAt(given, {}, e)) : given;
    };
    if (name.contains("load") && isGeneric && operands.size() > 2 && isPointerLike(operands[2]))
        f_.ir.copy(placeAt(operands[2], {}, e), loadOf(place), f_.unit.places.range(e));
    else if (e->isCmpXChg())
        f_.ir.copy(place, e->getVal2() ? valueOf(4) : ir::Value{}, f_.unit.places.range(e));
    else if (name.contains("exchange") || name.contains("store"))
        f_.ir.copy(place, valueOf(2), f_.unit.places.range(e));
    return result;
}

std::optional<ir::Value> Expressions::syncBuiltin(const CallSite& site) {
    if (!site.callee->getIdentifier() || !site.callee->getName().starts_with("__sync_"))
        return std::nullopt;
    llvm::StringRef name = site.callee->getName();
    std::vector<ir::Value> operands;
    for (const clang::Expr* argument : site.arguments)
        operands.push_back(rvalue(argument));
    if (name == "__sync_synchronize" || operands.empty()) {
        ir::Instr fence;
        fence.op = ir::Op::atomicFence;
        fence.order = ir::MemoryOrder::seqCst;
        fence.range = site.range;
        f_.ir.emit(std::move(fence));
        return ir::Value{};
    }
    ir::MemoryOrder order = name.contains("lock_release")        ? ir::MemoryOrder::release
                            : name.contains("lock_test_and_set") ? ir::MemoryOrder::acquire
                                                                 : ir::MemoryOrder::seqCst;
    ir::Value result = atomicAccess(name, operands[0], order, site.call);
    bool stores = name.contains("swap") || name.contains("lock_test_and_set");
    if (stores && isPointerLike(operands[0]))
        f_.ir.copy(placeAt(operands[0], {}, site.call), operands.back(), site.range);
    return result;
}

} // namespace deadheat::extract
