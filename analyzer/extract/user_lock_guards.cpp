// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/extract/function_lowering.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>

namespace deadheat::extract {
namespace {

ir::Place lockPart(const ir::Place& guard) { return withStep(guard, ir::StepKind::constant, 0); }
ir::Place ownedPart(const ir::Place& guard) { return withStep(guard, ir::StepKind::constant, 1); }

const clang::CXXMethodDecl* findMethod(const clang::CXXRecordDecl* record, llvm::StringRef name) {
    auto& identifier = record->getASTContext().Idents.get(name);
    for (const clang::NamedDecl* found : record->lookup(&identifier))
        if (const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(found))
            return method;
    for (const clang::CXXBaseSpecifier& base : record->bases())
        if (const clang::CXXRecordDecl* parent = base.getType()->getAsCXXRecordDecl();
            parent && parent->getDefinition())
            if (const clang::CXXMethodDecl* method = findMethod(parent->getDefinition(), name))
                return method;
    return nullptr;
}

} // namespace

const clang::CXXRecordDecl* UserLockGuards::lockOf(clang::QualType guard) const {
    if (guard.isNull() || f_.unit.types.kind(guard) != ir::TypeKind::guard)
        return nullptr;
    clang::QualType lock = f_.unit.types.element(guard);
    const clang::CXXRecordDecl* record = lock.isNull() ? nullptr : lock->getAsCXXRecordDecl();
    record = record ? record->getDefinition() : nullptr;
    bool isUser = record && !f_.unit.types.entry(lock) && !f_.unit.places.isSystem(record->getLocation());
    return isUser && findMethod(record, "lock") && findMethod(record, "unlock") ? record : nullptr;
}

ir::Value UserLockGuards::call(const ir::Place& guard, clang::QualType type, const char* name, ir::Range range,
                               bool isEnding) {
    const clang::CXXRecordDecl* lock = lockOf(type);
    const clang::CXXMethodDecl* method = lock ? findMethod(lock, name) : nullptr;
    if (!method)
        return {};
    f_.unit.require(method);
    ir::Instr instr = f_.calls.direct(method, range);
    instr.flags.isVirtual = method->isVirtual();
    instr.flags.mayThrow &= !isEnding;
    instr.flags.implicit = isEnding;
    instr.operands.push_back(loadOf(lockPart(guard)));
    return f_.calls.emit(std::move(instr), method->getReturnType(), nullptr).value;
}

std::optional<ir::Value> UserLockGuards::step(ir::Op op, const ir::Place& guard, clang::QualType type,
                                              llvm::ArrayRef<ir::Value> locks, ir::InstrFlags flags, ir::Range range) {
    if (!guard || !lockOf(type))
        return std::nullopt;
    const ApiType* entry = f_.unit.types.entry(type);
    bool shared = entry && entry->flags.shared;
    auto setOwned = [&](ir::Value owned) { f_.ir.copy(ownedPart(guard), std::move(owned), range); };
    auto take = [&] {
        if (flags.isTry)
            return setOwned(call(guard, type, shared ? "try_lock_shared" : "try_lock", range));
        call(guard, type, shared ? "lock_shared" : "lock", range);
        setOwned(constantOf(1));
    };
    switch (op) {
    case ir::Op::guardInit:
        if (locks.empty())
            return std::nullopt;
        f_.ir.copy(lockPart(guard), locks[0], range);
        if (flags.defer || flags.adopt)
            setOwned(constantOf(flags.adopt));
        else
            take();
        return ir::Value{};
    case ir::Op::guardAcquire: take(); return loadOf(ownedPart(guard));
    case ir::Op::guardRelease:
        call(guard, type, shared ? "unlock_shared" : "unlock", range);
        setOwned(constantOf(0));
        return ir::Value{};
    case ir::Op::guardForget: setOwned(constantOf(0)); return loadOf(lockPart(guard));
    case ir::Op::guardOwns: return loadOf(ownedPart(guard));
    default: return std::nullopt;
    }
}

void UserLockGuards::move(const ir::Place& to, const ir::Place& from, ir::Range range) {
    f_.ir.copy(lockPart(to), loadOf(lockPart(from)), range);
    f_.ir.copy(ownedPart(to), loadOf(ownedPart(from)), range);
    f_.ir.copy(ownedPart(from), constantOf(0), range);
}

void UserLockGuards::destroy(const ir::Place& guard, clang::QualType type, ir::Range range) {
    const ApiType* entry = f_.unit.types.entry(type);
    ir::Index owned = f_.ir.newBlock(), after = f_.ir.newBlock();
    f_.ir.branch({ir::Compare::notEqual, loadOf(ownedPart(guard)), constantOf(0)}, owned, after);
    f_.ir.setBlock(owned);
    call(guard, type, entry && entry->flags.shared ? "unlock_shared" : "unlock", range, true);
    f_.ir.jump(after);
    f_.ir.setBlock(after);
}

} // namespace deadheat::extract
