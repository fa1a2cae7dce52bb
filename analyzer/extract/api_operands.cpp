// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operands of the instructions that the API table describes: the object and arguments of a call, as the table names them.
#include "analyzer/extract/function_lowering.h"
#include "analyzer/extract/syntax.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>

namespace deadheat::extract {
namespace {

using Base = ApiValue::Base;

bool isPointerLike(const ir::Value& value) {
    return value.kind == ir::ValueKind::load || value.kind == ir::ValueKind::address;
}

/// The path to a member of that name, also through members of records inside.
bool findMember(const clang::RecordDecl* record, llvm::StringRef name, std::vector<const clang::FieldDecl*>& path) {
    for (const clang::FieldDecl* field : record->fields()) {
        path.push_back(field);
        if (field->getName() == name)
            return true;
        const clang::RecordDecl* inner = field->getType()->getAsRecordDecl();
        if (inner && inner->getDefinition() && findMember(inner->getDefinition(), name, path))
            return true;
        path.pop_back();
    }
    return false;
}

/// What a bound call leaves open: std::placeholders::_1.
bool isPlaceholder(const clang::Expr* e) {
    const clang::CXXRecordDecl* record = e->getType()->getAsCXXRecordDecl();
    return record && record->getIdentifier() &&
           (record->getName() == "_Placeholder" || record->getName() == "__ph" || record->getName() == "arg");
}

} // namespace

std::size_t ApiCalls::firstCallable(const CallSite& site) const {
    for (std::size_t i = 0; i < site.arguments.size(); ++i) {
        clang::QualType type = site.arguments[i]->getType();
        bool isCallable =
            type->isFunctionType() || type->isFunctionPointerType() || type->isMemberFunctionPointerType() ||
            f_.unit.types.kind(type) == ir::TypeKind::callable ||
            (type->isRecordType() && !f_.unit.types.entry(type) && syntax::isCallableObject(site.arguments[i]));
        if (isCallable)
            return i;
    }
    return site.arguments.size();
}

ir::Value ApiCalls::base(CallSite& site, const ApiValue& value, Arguments& arguments) {
    switch (value.base) {
    case Base::object: return site.object;
    case Base::argument: return value.index < arguments.values.size() ? arguments.values[value.index] : ir::Value{};
    case Base::member: return member(site, value, arguments);
    case Base::result: return arguments.result ? loadOf(arguments.result) : ir::Value{};
    case Base::fresh: return f_.objects.allocate(f_.unit.ast.VoidTy, site.range);
    case Base::handle:
        if (!arguments.handle)
            arguments.handle = localPlace(f_.temporary({}, site.range));
        return addressOf(arguments.handle);
    default: return nullValue();
    }
}

ir::Place ApiCalls::place(CallSite& site, const ApiValue& value, Arguments& arguments) {
    ir::Value pointer = base(site, value, arguments);
    if (!isPointerLike(pointer))
        return {};
    unsigned derefs = value.derefs;
    ir::Place place = f_.expressions.placeAt(std::move(pointer), {}, site.call);
    auto element = [&](ir::Place whole) {
        return value.chosenBy && *value.chosenBy < arguments.values.size()
                   ? f_.expressions.elementAt(std::move(whole), arguments.values[*value.chosenBy], {}, site.range)
                   : withElement(std::move(whole));
    };
    if (value.element)
        place = element(std::move(place));
    else
        --derefs; // the first star is the step from the pointer to its object
    for (; derefs > 0; --derefs)
        place = dereferenced(std::move(place));
    return value.lastElement ? element(std::move(place)) : place;
}

ir::Value ApiCalls::value(CallSite& site, const ApiValue& value, Arguments& arguments) {
    if (!value.isPlace())
        return base(site, value, arguments);
    ir::Place at = place(site, value, arguments);
    if (!at)
        return {};
    return value.address ? addressOf(std::move(at)) : loadOf(std::move(at));
}

/// `this.run` is the method, to be dispatched at run time; `1.sa_handler` what that field of the argument holds.
ir::Value ApiCalls::member(const CallSite& site, const ApiValue& value, Arguments& arguments) {
    clang::QualType type = clang::QualType::getFromOpaquePtr(site.objectType);
    ir::Value object = site.object;
    if (value.ofArgument) {
        if (value.index >= site.arguments.size())
            return {};
        type = site.arguments[value.index]->getType();
        type = type->isPointerType() ? type->getPointeeType() : type;
        object = arguments.values[value.index];
    }
    const clang::RecordDecl* record = type.isNull() ? nullptr : type->getAsRecordDecl();
    record = record ? record->getDefinition() : nullptr;
    if (!record)
        return {};
    std::vector<const clang::FieldDecl*> path;
    if (isPointerLike(object) && findMember(record, value.member, path)) {
        ir::Place place = f_.expressions.placeAt(object, type, site.call);
        for (const clang::FieldDecl* field : path)
            place = withField(std::move(place), f_.unit.types.field(field));
        return loadOf(std::move(place));
    }
    for (const clang::NamedDecl* found : record->lookup(&f_.unit.ast.Idents.get(value.member)))
        if (const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(found)) {
            f_.unit.declarations.mention(method);
            ir::Value named = functionValue(f_.unit.names.symbol(method));
            named.kind = ir::ValueKind::method;
            return named;
        }
    return {};
}

std::vector<ir::Value> ApiCalls::operands(CallSite& site, const ApiStep& step, Arguments& arguments,
                                          ir::InstrFlags& flags) {
    std::vector<ir::Value> result;
    for (const ApiValue& one : step.operands) {
        if (one.base == Base::rest) {
            addRest(site, one, step, arguments, result);
        } else if (one.base == Base::locks) {
            addLocks(site, arguments, result, flags);
        } else if (one.base == Base::argument && one.index >= arguments.values.size()) {
            continue; // optional, and left out
        } else if (one.base == Base::callable) {
            std::size_t index = one.index == ApiValue::kFirstCallable ? firstCallable(site) : one.index;
            if (index < arguments.values.size()) {
                result.push_back(callable(site, index, arguments));
                addStopToken(site, index, step, result);
            }
        } else if (one.base == Base::result) {
            result.push_back(addressOf(arguments.result));
        } else {
            result.push_back(value(site, one, arguments));
        }
    }
    return result;
}

void ApiCalls::addRest(CallSite& site, const ApiValue& from, const ApiStep& step, Arguments& arguments,
                       std::vector<ir::Value>& out) {
    std::size_t first = from.index == ApiValue::kFirstCallable ? firstCallable(site) + 1 : from.index;
    for (std::size_t i = first; i < arguments.values.size(); ++i) {
        if (step.op == ir::Op::bind && isPlaceholder(site.arguments[i]))
            return; // what follows is no longer in front
        out.push_back(step.op == ir::Op::callIndirect ? arguments.values[i] : passed(site, i, arguments));
    }
}

/// std::jthread gives its function a stop token when it takes one.
void ApiCalls::addStopToken(const CallSite& site, std::size_t index, const ApiStep& step,
                            std::vector<ir::Value>& out) const {
    if (step.spawn != ir::SpawnKind::joiningThread)
        return;
    const clang::FunctionDecl* target = syntax::calledBy(site.arguments[index]);
    bool takes =
        target && target->getNumParams() > 0 &&
        f_.unit.types.kind(target->getParamDecl(0)->getType().getNonReferenceType()) == ir::TypeKind::stopToken;
    if (takes)
        out.emplace_back();
}

/// What a guard's constructor is given: locks, and tags that say what to do with them.
void ApiCalls::addLocks(CallSite& site, Arguments& arguments, std::vector<ir::Value>& out,
                        ir::InstrFlags& flags) const {
    for (std::size_t i = 0; i < arguments.values.size(); ++i) {
        clang::QualType type = site.arguments[i]->getType();
        const ApiType* entry = f_.unit.types.entry(type);
        const clang::RecordDecl* record = type->getAsRecordDecl();
        if (entry && entry->isTag) {
            flags.defer |= entry->flags.defer;
            flags.adopt |= entry->flags.adopt;
            flags.isTry |= entry->flags.isTry;
        } else if ((entry && entry->kind == ir::TypeKind::opaque) || type->isIntegralOrEnumerationType() ||
                   (record && !entry && f_.unit.places.isSystem(record->getLocation()))) {
            flags.timed = flags.isTry = true; // a duration or a point in time
        } else {
            out.push_back(arguments.values[i]);
        }
    }
}

/// An argument that a started thread or a bound call receives: a copy, unless it is a std::ref.
ir::Value ApiCalls::passed(CallSite& site, std::size_t index, Arguments& arguments) {
    const clang::Expr* e = site.arguments[index];
    clang::QualType type = e->getType();
    const ir::Value& given = arguments.values[index];
    if (!e->isGLValue() || type->isFunctionType() || type->isArrayType() || !isPointerLike(given))
        return given;
    ir::Place from = f_.expressions.placeAt(given, type, e);
    if (f_.unit.types.kind(type) == ir::TypeKind::pointer && isObject(type)) // a reference_wrapper
        return loadOf(from);
    if (!isObject(type)) {
        f_.accesses.read(from, type, e);
        return f_.expressions.content(from);
    }
    bool isTemporary = !syntax::stripped(e)->isGLValue();
    ir::Place copy = isTemporary ? from : localPlace(f_.temporary(type.getUnqualifiedType(), site.range));
    f_.objects.transfer(copy, from, type, e->isXValue(), true, e);
    if (isTemporary)
        f_.expressions.handOver(e);
    return takesReference(site, index) ? addressOf(copy) : loadOf(copy);
}

/// Whether the function that the callable argument names takes this argument by reference.
bool ApiCalls::takesReference(const CallSite& site, std::size_t index) const {
    const clang::FunctionDecl* target = nullptr;
    std::size_t first = 0;
    for (std::size_t i = 0; i < index && !target; ++i) {
        target = syntax::calledBy(site.arguments[i]);
        first = i + 1;
    }
    if (!target)
        return false;
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(target);
    if (method && method->isInstance() && !isObject(site.arguments[first - 1]->getType()))
        ++first; // the object of a member function pointer
    std::size_t position = index - first;
    return index >= first && position < target->getNumParams() &&
           target->getParamDecl(static_cast<unsigned>(position))->getType()->isReferenceType();
}

/// What a thread or callback runs.
ir::Value ApiCalls::callable(CallSite& site, std::size_t index, Arguments& arguments) {
    const clang::Expr* e = site.arguments[index];
    clang::QualType type = e->getType();
    ir::Value given = arguments.values[index];
    if (!isObject(type)) {
        if (!e->isGLValue() || type->isFunctionType() || !isPointerLike(given))
            return given;
        return f_.expressions.content(f_.expressions.placeAt(given, type, e)); // a pointer passed by reference
    }
    f_.expressions.handOver(e);
    ir::TypeKind kind = f_.unit.types.kind(type);
    bool isPointer = kind == ir::TypeKind::callable || kind == ir::TypeKind::pointer;
    if (!e->isGLValue()) // a temporary, given as its content
        return isPointer || given.kind != ir::ValueKind::load ? given : addressOf(given.place);
    ir::Place object = f_.expressions.placeAt(given, type, e);
    f_.expressions.forgetTemporary(object); // it lives on in what keeps it
    return isPointer ? loadOf(object) : addressOf(object);
}

} // namespace deadheat::extract
