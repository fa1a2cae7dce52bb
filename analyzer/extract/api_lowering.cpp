// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Turns a call that the API table describes into the instructions it stands for.
#include "analyzer/extract/clang_compat.h"
#include "analyzer/extract/function_lowering.h"
#include "analyzer/extract/syntax.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>

namespace deadheat::extract {
namespace {

using Base = ApiValue::Base;

bool isAccess(ir::Op op) { return op == ir::Op::read || op == ir::Op::write || op == ir::Op::readWrite; }

/// The index in `array[index].member` and its like; null when there is none.
const clang::Expr* indexIn(const clang::Expr* e) {
    for (;;) {
        e = e->IgnoreParenImpCasts();
        if (const auto* subscript = llvm::dyn_cast<clang::ArraySubscriptExpr>(e))
            return subscript->getIdx();
        const auto* call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(e);
        if (call && call->getOperator() == clang::OO_Subscript && call->getNumArgs() == 2)
            return call->getArg(1);
        if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(e))
            e = unary->getSubExpr();
        else if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(e))
            e = member->getBase();
        else
            return nullptr;
    }
}

/// `locks[i + 1]`: whoever has `locks[i]` as well takes them in the order of their numbers.
bool namesNeighbour(const clang::Expr* lock) {
    const clang::Expr* index = lock ? indexIn(lock) : nullptr;
    const auto* sum = index ? llvm::dyn_cast<clang::BinaryOperator>(index->IgnoreParenImpCasts()) : nullptr;
    return sum && sum->isAdditiveOp() && llvm::isa<clang::IntegerLiteral>(sum->getRHS()->IgnoreParenImpCasts());
}

} // namespace

const ApiEntry* ApiCalls::find(const CallSite& site) const {
    auto count = static_cast<unsigned>(site.arguments.size());
    if (const ApiEntry* entry = f_.unit.describedFunction(site.callee, count))
        return entry;
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(site.callee);
    if (!method || !f_.unit.api.hasMethods())
        return nullptr;
    clang::QualType type = clang::QualType::getFromOpaquePtr(site.objectType);
    ir::TypeKind kind = type.isNull() ? ir::TypeKind::unknown : f_.unit.types.kind(type);
    if (kind == ir::TypeKind::record || kind == ir::TypeKind::unknown)
        kind = f_.unit.types.kind(compat::recordType(f_.unit.ast, method->getParent()));
    const std::string& name = f_.unit.names.qualified(site.callee);
    std::string last = name.substr(name.rfind(':') + 1);
    if (llvm::isa<clang::CXXConversionDecl>(method))
        last = method->getReturnType()->isBooleanType() ? "operator bool" : "operator value";
    if (llvm::isa<clang::CXXConstructorDecl>(method))
        last = "constructor";
    return f_.unit.api.method(kind, last, count);
}

std::optional<Lowered> ApiCalls::call(CallSite& site) {
    while (!site.arguments.empty() && llvm::isa<clang::CXXDefaultArgExpr>(site.arguments.back()))
        site.arguments.pop_back();
    bool isLibrary = f_.unit.places.isSystem(site.callee->getLocation()) || site.callee->getBuiltinID();
    if (isLibrary && copies(site)) {
        clang::QualType type = site.callee->getReturnType();
        return type->isReferenceType() ? Lowered::of(f_.expressions.placeAt(site.object, type, site.call)) : Lowered{};
    }
    if (const ApiEntry* entry = find(site))
        return lower(site, *entry);
    if (!isLibrary || f_.unit.options.recordSystemHeaders)
        return std::nullopt;
    return general(site);
}

// ---- steps ---------------------------------------------------------------------------------------------------------

/// `std::lock(a, b)`: one acquisition each, marked as taken together from the second on.
void ApiCalls::eachStep(CallSite& site, const ApiStep& step, Arguments& arguments) {
    for (std::size_t i = 0; i < arguments.values.size(); ++i) {
        ir::Instr instr;
        bool isGuard = f_.unit.types.kind(site.arguments[i]->getType()) == ir::TypeKind::guard;
        instr.op = isGuard ? ir::Op::guardAcquire : step.op;
        instr.flags.all = i > 0;
        instr.symbol = arguments.symbol;
        instr.range = site.range;
        instr.operands.push_back(arguments.values[i]);
        f_.ir.emit(std::move(instr));
    }
}

/// Of a store to an atomic: the value is the first argument behind the atomic.
bool ApiCalls::isSplit(const CallSite& site) const {
    const std::size_t value = site.objectExpr ? 0 : 1;
    const clang::Expr* object = site.objectExpr                 ? site.objectExpr
                                : site.arguments.size() > value ? site.arguments[0]
                                                                : nullptr;
    return object && site.arguments.size() > value && syntax::comesFromLoad(site.arguments[value], object, f_.unit.ast);
}

/// Whether the argument is the constant 0; of an argument that is not known that is not so.
bool ApiCalls::isZero(const CallSite& site, int argument) const {
    const auto index = static_cast<std::size_t>(argument);
    if (argument < 0 || index >= site.arguments.size() || site.arguments[index]->isValueDependent())
        return false;
    clang::Expr::EvalResult number;
    return site.arguments[index]->EvaluateAsInt(number, f_.unit.ast) && number.Val.getInt() == 0;
}

void ApiCalls::step(CallSite& site, const ApiStep& step, Arguments& arguments) {
    if (step.each)
        return eachStep(site, step, arguments);
    ir::Instr instr;
    instr.op = step.op;
    instr.flags = step.flags;
    instr.success = step.success;
    instr.spawn = spawnKind(site, step);
    instr.symbol = arguments.symbol;
    instr.range = site.range;
    makeResult(site, step, arguments, instr);
    instr.operands = operands(site, step, arguments, instr.flags);
    if (step.op == ir::Op::guardInit || step.op == ir::Op::acquire) {
        addTypeFlags(site, step, instr);
        const auto* method = llvm::dyn_cast<clang::CXXMemberCallExpr>(site.call);
        instr.flags.up = std::ranges::any_of(site.arguments, namesNeighbour) ||
                         (method && namesNeighbour(method->getImplicitObjectArgument()));
    }
    instr.flags.shared |= isZero(site, step.sharedIf0);
    if (step.op == ir::Op::wait && instr.operands.size() > 2)
        instr.flags.predicate = true;
    if (isAccess(step.op) || step.op == ir::Op::atomicFence) {
        bool given = step.order >= 0 && static_cast<std::size_t>(step.order) < site.arguments.size();
        instr.flags.split = step.op == ir::Op::write && isSplit(site);
        instr.order = memoryOrder(given ? site.arguments[static_cast<std::size_t>(step.order)] : nullptr, f_.unit.ast);
    }
    if (isUserGuard(site, instr, arguments))
        return;
    addMarks(arguments, instr);
    instr.flags.mayThrow = arguments.throws || (step.op == ir::Op::callIndirect && f_.calls.mayThrow(nullptr));
    bool detached = instr.op == ir::Op::spawn && arguments.marked.defer;
    ir::Value handle = detached ? instr.operands[0] : ir::Value{};
    f_.ir.emit(std::move(instr));
    if (detached && (handle.kind == ir::ValueKind::load || handle.kind == ir::ValueKind::address)) {
        ir::Instr detach;
        detach.op = ir::Op::detach;
        detach.range = site.range;
        detach.operands.push_back(loadOf(f_.expressions.placeAt(handle, {}, site.call)));
        f_.ir.emit(std::move(detach));
    }
}

/// A guard over a lock type of the program; yields its status instead of an instruction's.
bool ApiCalls::isUserGuard(CallSite& site, const ir::Instr& instr, const Arguments& arguments) {
    clang::QualType type = clang::QualType::getFromOpaquePtr(site.objectType);
    if (!f_.userGuards.lockOf(type) || instr.operands.empty())
        return false;
    ir::Place guard = f_.expressions.placeAt(instr.operands[0], type, site.call);
    llvm::ArrayRef<ir::Value> locks = llvm::ArrayRef(instr.operands).drop_front();
    auto status = f_.userGuards.step(instr.op, guard, type, locks, instr.flags, site.range);
    if (status && arguments.result && isKnown(*status))
        f_.ir.copy(arguments.result, *status, site.range);
    return status.has_value();
}

/// The first step yields what the call yields.
void ApiCalls::makeResult(CallSite& site, const ApiStep& step, Arguments& arguments, ir::Instr& instr) {
    clang::QualType yields = site.callee->getReturnType();
    bool isConstructor = llvm::isa<clang::CXXConstructorDecl>(site.callee);
    if (arguments.result || !arguments.wantsResult || isConstructor || yields->isVoidType())
        return;
    if (step.op == ir::Op::alloc) {
        clang::QualType pointee = yields->getPointeeType();
        instr.type = pointee.isNull() || pointee->isVoidType() ? allocatedType(site) : f_.unit.types.type(pointee);
    }
    if (isObject(yields)) {
        arguments.result = site.destination ? *site.destination : localPlace(f_.temporary(yields, site.range));
        if (step.op == ir::Op::bind || step.op == ir::Op::callIndirect)
            instr.result = arguments.result;
    } else {
        arguments.result = localPlace(f_.temporary(yields, site.range));
        instr.result = arguments.result;
    }
}

/// `T* p = malloc(...)`: the type that the caller casts to.
ir::Index ApiCalls::allocatedType(const CallSite& site) const {
    clang::QualType type = f_.expressions.castTarget(site.call);
    return type.isNull() || !type->isPointerType() || type->isVoidPointerType()
               ? ir::kNone
               : f_.unit.types.type(type->getPointeeType());
}

ir::SpawnKind ApiCalls::spawnKind(const CallSite& site, const ApiStep& step) const {
    if (step.spawn != ir::SpawnKind::asyncMaybeDeferred || site.arguments.empty() ||
        !site.arguments[0]->getType()->isEnumeralType())
        return step.spawn;
    clang::Expr::EvalResult policy;
    bool isAsync = !site.arguments[0]->isValueDependent() && site.arguments[0]->EvaluateAsInt(policy, f_.unit.ast) &&
                   policy.Val.getInt() == 1;
    return isAsync ? ir::SpawnKind::async : step.spawn;
}

void ApiCalls::addMarks(const Arguments& arguments, ir::Instr& instr) const {
    instr.flags.recursive |= arguments.marked.recursive;
    instr.flags.processShared |= arguments.marked.processShared;
}

/// A lock's type says whether it is recursive, a guard's whether it shares.
void ApiCalls::addTypeFlags(const CallSite& site, const ApiStep& step, ir::Instr& instr) const {
    auto add = [&](clang::QualType type) {
        if (type.isNull())
            return;
        if (type->isPointerType())
            type = type->getPointeeType();
        const ApiType* entry = f_.unit.types.entry(type.getNonReferenceType());
        if (!entry)
            return;
        instr.flags.shared |= entry->flags.shared;
        instr.flags.recursive |= entry->flags.recursive || entry->kind == ir::TypeKind::recursiveMutex;
    };
    add(clang::QualType::getFromOpaquePtr(site.objectType));
    for (const ApiValue& operand : step.operands)
        if (operand.base == Base::argument && operand.index < site.arguments.size())
            add(site.arguments[operand.index]->getType());
    if (step.op == ir::Op::guardInit && !site.arguments.empty())
        add(site.arguments[0]->getType());
}

std::uint32_t ApiCalls::bytes(const ApiEntry& entry, const Arguments& arguments) const {
    auto index = static_cast<std::size_t>(entry.size);
    if (entry.size < 0 || index >= arguments.values.size())
        return 0;
    const ir::Value& count = arguments.values[index];
    bool isSize = count.kind == ir::ValueKind::constant && count.number > 0 && count.number < ir::kNone;
    return isSize ? static_cast<std::uint32_t>(count.number) : 0;
}

/// Attribute objects are followed by their place within the function that sets and uses them.
void ApiCalls::readMarks(CallSite& site, const ApiEntry& entry, Arguments& arguments) {
    auto placeOf = [&](int index) {
        const ir::Value& value = arguments.values[static_cast<std::size_t>(index)];
        bool isPointer = value.kind == ir::ValueKind::load || value.kind == ir::ValueKind::address;
        return isPointer ? f_.expressions.placeAt(value, {}, site.call) : ir::Place{};
    };
    auto lowestBit = [&](int index) {
        const ir::Value& value = arguments.values[static_cast<std::size_t>(index)];
        return value.kind == ir::ValueKind::constant && (value.number & 1) != 0;
    };
    auto count = static_cast<int>(arguments.values.size());
    bool set = entry.sharedFlag >= 0 && entry.sharedFlag < count && lowestBit(entry.sharedFlag);
    if (entry.marks >= 0 && entry.marks < count) {
        if (set)
            marks_.emplace_back(placeOf(entry.marks), entry.markFlags);
        return;
    }
    arguments.marked.processShared = set;
    if (entry.markedBy < 0 || entry.markedBy >= count)
        return;
    ir::Place attribute = placeOf(entry.markedBy);
    for (const auto& [place, flags] : marks_) {
        if (!(place == attribute))
            continue;
        arguments.marked.recursive |= flags.recursive;
        arguments.marked.processShared |= flags.processShared;
        arguments.marked.defer |= flags.defer;
    }
}

Lowered ApiCalls::lower(CallSite& site, const ApiEntry& entry) {
    Arguments arguments;
    arguments.symbol = f_.unit.names.symbol(f_.unit.names.qualified(site.callee));
    arguments.throws = entry.throws && f_.calls.mayThrow(site.callee);
    arguments.wantsResult = !entry.result || entry.clears.size() > 0;
    for (const clang::Expr* argument : site.arguments)
        arguments.values.push_back(f_.expressions.argument(argument));
    readMarks(site, entry, arguments);
    auto access = [&](ir::Op op, const std::vector<ApiValue>& places) {
        for (const ApiValue& one : places)
            if (ir::Place at = place(site, one, arguments))
                f_.accesses.library(op, addressOf(at), bytes(entry, arguments), site.range, arguments.symbol);
    };
    access(ir::Op::read, entry.reads);
    access(ir::Op::readWrite, entry.updates);
    access(ir::Op::write, entry.writes);
    for (const ApiStep& one : entry.steps)
        step(site, one, arguments);
    if (arguments.throws && entry.steps.empty())
        f_.flow.mayRaise(site.range);
    if (entry.noReturn || site.callee->isNoReturn())
        f_.ir.setUnreachable();
    destroy(site, entry, arguments);
    for (const ApiFlow& flow : entry.flow)
        transfer(site, flow, arguments);
    for (const ApiCallback& callback : entry.calls)
        call(site, callback, arguments);
    if (entry.construct)
        construct(site, *entry.construct, arguments);
    Lowered lowered = result(site, entry, arguments);
    clear(site, entry, arguments, lowered);
    return lowered;
}

void ApiCalls::destroy(CallSite& site, const ApiEntry& entry, Arguments& arguments) {
    clang::QualType object = clang::QualType::getFromOpaquePtr(site.objectType);
    if (object.isNull())
        return;
    for (const ApiValue& one : entry.destroys)
        if (ir::Place at = place(site, one, arguments))
            f_.objects.endContent(at, one.element ? f_.unit.types.element(object) : object, site.range);
}

/// What the call yields must be taken before the source is emptied.
void ApiCalls::clear(CallSite& site, const ApiEntry& entry, Arguments& arguments, Lowered& lowered) {
    if (entry.clears.empty())
        return;
    if (entry.result && isKnown(lowered.value)) {
        ir::Index taken = f_.temporary(site.callee->getReturnType(), site.range);
        f_.ir.copy(localPlace(taken), lowered.value, site.range);
        lowered.value = loadOf(localPlace(taken));
    }
    for (const ApiValue& one : entry.clears)
        if (ir::Place at = place(site, one, arguments)) {
            f_.variables.markMoved(at);
            f_.ir.copy(at, nullValue(), site.range);
        }
}

void ApiCalls::transfer(CallSite& site, const ApiFlow& flow, Arguments& arguments) {
    ir::Place to = place(site, flow.to, arguments);
    if (!to)
        return;
    bool fromArgument = flow.from.base == Base::argument && flow.from.index < site.arguments.size();
    const clang::Expr* source = fromArgument ? site.arguments[flow.from.index] : nullptr;
    if (flow.from.isPlace() && !flow.from.address) {
        ir::Place from = place(site, flow.from, arguments);
        if (source && source->isGLValue() && flow.from.derefs == 1 && !flow.from.element)
            f_.objects.transfer(to, from, source->getType(), source->isXValue(), true, source);
        else if (from)
            f_.ir.copy(to, loadOf(from), site.range);
        return;
    }
    f_.ir.copy(to, value(site, flow.from, arguments), site.range);
}

void ApiCalls::call(CallSite& site, const ApiCallback& callback, Arguments& arguments) {
    if (callback.callable.base == Base::argument && callback.callable.index >= site.arguments.size())
        return;
    ir::Instr instr;
    instr.op = ir::Op::callIndirect;
    instr.range = site.range;
    instr.flags.mayThrow = f_.calls.mayThrow(nullptr);
    instr.operands.push_back(callback.callable.base == Base::argument
                                 ? callable(site, callback.callable.index, arguments)
                                 : value(site, callback.callable, arguments));
    ir::InstrFlags unused;
    ApiStep step;
    step.op = ir::Op::callIndirect;
    step.operands = callback.operands;
    for (ir::Value& operand : operands(site, step, arguments, unused))
        instr.operands.push_back(std::move(operand));
    f_.ir.emit(std::move(instr));
}

/// `construct: "this[] = 0..."`, or `"new = 0..."` for a fresh object.
void ApiCalls::construct(CallSite& site, const ApiFlow& flow, Arguments& arguments) {
    llvm::ArrayRef<const clang::Expr*> given(site.arguments);
    std::size_t first = std::min<std::size_t>(flow.from.index, given.size());
    Given values{given.drop_front(first), llvm::ArrayRef<ir::Value>(arguments.values).drop_front(first)};
    if (flow.to.base == Base::fresh) {
        clang::QualType owner = site.callee->getReturnType();
        clang::QualType type = f_.unit.types.element(owner.getNonReferenceType());
        if (type.isNull())
            return;
        bool isArray = type->isArrayType();
        ir::Value object = f_.objects.allocate(isArray ? f_.unit.types.element(type) : type, site.range);
        arguments.result = site.destination ? *site.destination : localPlace(f_.temporary(owner, site.range));
        if (!isArray)
            f_.objects.constructFrom(dereferenced(object.place), type, values, site.call);
        f_.ir.copy(arguments.result, object, site.range);
        return;
    }
    clang::QualType object = clang::QualType::getFromOpaquePtr(site.objectType);
    clang::QualType type = object.isNull() || !flow.to.element ? object : f_.unit.types.element(object);
    ir::Place to = place(site, flow.to, arguments);
    if (to && !type.isNull())
        f_.objects.constructFrom(to, type, values, site.call);
}

/// std::get of a pair names a member.
Lowered ApiCalls::pairGet(CallSite& site, Arguments& arguments) {
    const clang::TemplateArgumentList* given = site.callee->getTemplateSpecializationArgs();
    bool isSecond = given && given->size() > 0 && given->get(0).getKind() == clang::TemplateArgument::Integral &&
                    given->get(0).getAsIntegral() == 1;
    const clang::CXXRecordDecl* pair = site.arguments[0]->getType()->getAsCXXRecordDecl();
    std::vector<const clang::FieldDecl*> fields(pair->field_begin(), pair->field_end());
    ir::Value object = arguments.values[0];
    if (fields.size() < 2 || (object.kind != ir::ValueKind::load && object.kind != ir::ValueKind::address))
        return {};
    const clang::FieldDecl* field = fields[isSecond ? 1 : 0];
    ir::Place whole = f_.expressions.placeAt(std::move(object), {}, site.call);
    if (syntax::isMappedValue(field))
        return Lowered::of(std::move(whole));
    ir::Place part = withField(std::move(whole), f_.unit.types.field(field));
    return Lowered::of(field->getType()->isReferenceType() ? dereferenced(std::move(part)) : part);
}

Lowered ApiCalls::result(CallSite& site, const ApiEntry& entry, Arguments& arguments) {
    clang::QualType type = site.callee->getReturnType();
    if (llvm::isa<clang::CXXConstructorDecl>(site.callee) || type->isVoidType())
        return {};
    if (entry.result) {
        bool isGet = entry.resultIsReference && !site.arguments.empty() && entry.result->base == Base::argument;
        if (isGet && syntax::isPair(site.arguments[0]->getType()))
            return pairGet(site, arguments);
        if (entry.resultIsReference)
            return Lowered::of(place(site, *entry.result, arguments));
        ir::Value yielded = value(site, *entry.result, arguments);
        if (!isObject(type))
            return Lowered::of(std::move(yielded));
        ir::Place to = site.destination ? *site.destination : localPlace(f_.temporary(type, site.range));
        f_.ir.copy(to, std::move(yielded), site.range);
        return Lowered::of(to);
    }
    if (arguments.result)
        return isObject(type) ? Lowered::of(arguments.result) : Lowered::of(loadOf(arguments.result));
    if (isObject(type))
        return Lowered::of(site.destination ? *site.destination : localPlace(f_.temporary(type, site.range)));
    if (type->isReferenceType())
        return Lowered::of(dereferenced(localPlace(f_.temporary(type, site.range))));
    return {};
}

} // namespace deadheat::extract
