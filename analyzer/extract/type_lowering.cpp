// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/extract/clang_compat.h"
#include "analyzer/extract/syntax.h"
#include "analyzer/extract/unit.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/PrettyPrinter.h>
#include <clang/AST/RecordLayout.h>

namespace deadheat::extract {
namespace {

clang::QualType templateArgument(clang::QualType type, int index) {
    const auto* record = llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(type->getAsCXXRecordDecl());
    if (index < 0 || !record)
        return {};
    auto arguments = record->getTemplateArgs().asArray();
    if (static_cast<std::size_t>(index) < arguments.size() &&
        arguments[index].getKind() == clang::TemplateArgument::Pack)
        arguments = arguments[index].getPackAsArray(), index = 0;
    if (static_cast<std::size_t>(index) >= arguments.size() ||
        arguments[index].getKind() != clang::TemplateArgument::Type)
        return {};
    return arguments[index].getAsType();
}

ir::TypeKind structuralKind(clang::QualType type) {
    const clang::Type* canonical = type.getCanonicalType().getTypePtr();
    if (canonical->isVoidType())
        return ir::TypeKind::void_;
    if (canonical->isAtomicType())
        return ir::TypeKind::atomic;
    if (canonical->isReferenceType())
        return ir::TypeKind::reference;
    if (canonical->isPointerType() || canonical->isMemberPointerType() || canonical->isNullPtrType() ||
        canonical->isBlockPointerType())
        return ir::TypeKind::pointer;
    if (canonical->isRecordType())
        return ir::TypeKind::record;
    if (canonical->isArrayType())
        return ir::TypeKind::array;
    if (canonical->isFunctionType())
        return ir::TypeKind::function;
    if (canonical->isBuiltinType() || canonical->isEnumeralType() || canonical->isScalarType() ||
        canonical->isVectorType() || canonical->isAnyComplexType() || canonical->isBitIntType())
        return canonical->isDependentType() ? ir::TypeKind::unknown : ir::TypeKind::scalar;
    return ir::TypeKind::unknown;
}

ir::Access accessOf(clang::AccessSpecifier access) {
    switch (access) {
    case clang::AS_public: return ir::Access::public_;
    case clang::AS_protected: return ir::Access::protected_;
    case clang::AS_private: return ir::Access::private_;
    default: return ir::Access::none;
    }
}

bool isEmptyBody(const clang::FunctionDecl* function) {
    const auto* body = llvm::dyn_cast_or_null<clang::CompoundStmt>(function->getBody());
    return body && body->body_empty();
}

} // namespace

const ApiType* Types::findEntry(clang::QualType type) {
    for (;;) {
        type = type.getLocalUnqualifiedType();
        if (const auto* alias = llvm::dyn_cast<clang::TypedefType>(type.getTypePtr()))
            if (const ApiType* entry = unit_.api.type(unit_.names.qualified(alias->getDecl())))
                return entry;
        clang::QualType next = type.getSingleStepDesugaredType(unit_.ast);
        if (next == type)
            break;
        type = next;
    }
    const clang::RecordDecl* record = type->getAsRecordDecl();
    return record ? unit_.api.type(unit_.names.qualified(record)) : nullptr;
}

const ApiType* Types::entry(clang::QualType type) {
    if (type.isNull() || type->isBuiltinType() || type->isDependentType())
        return nullptr;
    type = type.getLocalUnqualifiedType();
    auto [known, isNew] = entries_.try_emplace(type.getAsOpaquePtr(), nullptr);
    if (!isNew)
        return known->second;
    const ApiType* found = findEntry(type);
    return entries_[type.getAsOpaquePtr()] = found;
}

ir::TypeKind Types::kind(clang::QualType type) {
    if (type.isNull())
        return ir::TypeKind::unknown;
    const ApiType* known = entry(type);
    return known && !known->isTag ? known->kind : structuralKind(type);
}

clang::QualType Types::element(clang::QualType type) {
    if (const ApiType* known = entry(type); known && known->element >= 0)
        return templateArgument(type, known->element);
    if (type->isReferenceType() || type->isAnyPointerType())
        return type->getPointeeType();
    if (const clang::ArrayType* array = unit_.ast.getAsArrayType(type))
        return array->getElementType();
    return {};
}

std::uint64_t Types::size(clang::QualType type) {
    if (type.isNull() || type->isDependentType() || type->isIncompleteType() || type->isFunctionType() ||
        type->isUndeducedType() || type->isReferenceType() || !type->isConstantSizeType())
        return 0;
    if (const clang::RecordDecl* record = type->getAsRecordDecl(); record && record->isInvalidDecl())
        return 0;
    return static_cast<std::uint64_t>(unit_.ast.getTypeSizeInChars(type).getQuantity());
}

const std::string& Types::recordOf(clang::QualType type) {
    static const std::string none;
    for (unsigned depth = 0; depth < 4 && !type.isNull(); ++depth) {
        clang::QualType inner = element(type);
        if (inner.isNull()) {
            const clang::RecordDecl* found = type->getAsRecordDecl();
            return found && !entry(type) ? record(found) : none;
        }
        type = inner;
    }
    return none;
}

/// As written, but names for pointers and containers looked through: link tells from the spelling what they hold.
std::string Types::spell(clang::QualType type) {
    clang::PrintingPolicy policy(unit_.ast.getLangOpts());
    policy.SuppressTagKeyword = true;
    policy.AnonymousTagLocations = false;
    const clang::QualType held = element(type);
    if (held.isNull() || held->isArrayType() || held->isFunctionType() || held->isDependentType())
        return type.getAsString(policy);
    const bool isNamed = type->getAs<clang::TypedefType>() != nullptr;
    const ApiType* known = entry(type);
    if (!known && isNamed && type->isPointerType())
        return spell(held) + " *";
    const bool holds = known && (known->kind == ir::TypeKind::container || known->kind == ir::TypeKind::smartPointer ||
                                 known->kind == ir::TypeKind::sharedPointer);
    const clang::RecordDecl* record = type->getAsRecordDecl();
    if (!holds || !record || !(isNamed || held->getAs<clang::TypedefType>()))
        return type.getAsString(policy);
    const std::string key = known->element == 1 ? templateArgument(type, 0).getAsString(policy) + ", " : "";
    return unit_.names.qualified(record) + "<" + key + spell(held) + ">";
}

ir::Type Types::describe(clang::QualType type) {
    ir::Type described;
    described.spelling = spell(type);
    described.kind = kind(type);
    described.record = recordOf(type);
    described.size = size(type);
    clang::QualType constness = type->isReferenceType() || type->isAnyPointerType() ? type->getPointeeType() : type;
    described.isConst = constness.isConstQualified();
    described.isVolatile = type.isVolatileQualified();
    return described;
}

ir::Index Types::add(ir::Type type) {
    std::string key = type.spelling + '\n' + type.record + '\n' + std::to_string(static_cast<int>(type.kind)) + '\n' +
                      std::to_string(type.size) + (type.isConst ? "c" : "") + (type.isVolatile ? "v" : "");
    auto [known, isNew] = byText_.try_emplace(std::move(key), static_cast<ir::Index>(unit_.module.types.size()));
    if (isNew)
        unit_.module.types.push_back(std::move(type));
    return known->second;
}

ir::Index Types::type(clang::QualType type) {
    if (type.isNull())
        return ir::kNone;
    if (auto known = types_.find(type.getAsOpaquePtr()); known != types_.end())
        return known->second;
    ir::Index index = add(describe(type));
    return types_[type.getAsOpaquePtr()] = index;
}

ir::Index Types::closure(const clang::RecordDecl* record) { return type(compat::recordType(unit_.ast, record)); }

ir::Index Types::closurePointer(const clang::RecordDecl* record) {
    return type(unit_.ast.getPointerType(compat::recordType(unit_.ast, record)));
}

ir::Index Types::handle() { return add({"thread handle", ir::TypeKind::threadHandle, {}, 0, false, false}); }

ir::Index Types::field(const clang::FieldDecl* field) {
    field = field->getCanonicalDecl();
    if (auto known = fields_.find(field); known != fields_.end())
        return known->second;
    record(field->getParent());
    if (auto known = fields_.find(field); known != fields_.end())
        return known->second;
    // Of a record without a definition, as error recovery makes them.
    auto index = static_cast<ir::Index>(unit_.module.fields.size());
    ir::Field lone;
    lone.record = unit_.names.usr(field->getParent());
    lone.name = field->getNameAsString();
    unit_.module.fields.push_back(lone);
    return fields_[field] = index;
}

ir::Index Types::hidden(const clang::RecordDecl* record, const char* name,
                        llvm::DenseMap<const void*, ir::Index>& known) {
    record = record->getDefinition();
    const std::string usr = this->record(record);
    const auto [entry, isNew] = known.try_emplace(record, static_cast<ir::Index>(unit_.module.fields.size()));
    if (isNew) {
        ir::Field field;
        field.record = usr;
        field.name = name;
        unit_.module.fields.push_back(std::move(field));
    }
    return entry->second;
}

ir::Index Types::behind(const clang::RecordDecl* record) { return hidden(record, "(behind)", behind_); }

ir::Index Types::virtualTable(const clang::CXXRecordDecl* record) {
    auto isPolymorphic = [](const clang::CXXBaseSpecifier& base) {
        const clang::CXXRecordDecl* parent = base.getType()->getAsCXXRecordDecl();
        return parent && parent->hasDefinition() && parent->isPolymorphic();
    };
    if (!record || !record->hasDefinition() || !record->isPolymorphic() || record->isDependentContext())
        return ir::kNone;
    record = record->getDefinition();
    for (auto base = llvm::find_if(record->bases(), isPolymorphic); base != record->bases_end();
         base = llvm::find_if(record->bases(), isPolymorphic))
        record = base->getType()->getAsCXXRecordDecl()->getDefinition();
    if (unit_.places.isSystem(record->getLocation()))
        return ir::kNone;
    return hidden(record, ir::kVirtualTable, virtualTables_);
}

const std::string& Types::record(const clang::RecordDecl* record) {
    if (const clang::RecordDecl* definition = record->getDefinition())
        record = definition;
    const std::string& usr = unit_.names.usr(record);
    if (!record->isCompleteDefinition() || record->isDependentContext())
        return usr;
    auto index = static_cast<ir::Index>(unit_.module.records.size());
    if (!records_.try_emplace(record, index).second)
        return usr;
    ir::Record described;
    described.usr = usr;
    described.name = unit_.names.printed(record);
    described.range = unit_.places.name(record);
    described.isUnion = record->isUnion();
    unit_.module.records.push_back(described);
    addFields(record, index);
    if (const auto* cxx = llvm::dyn_cast<clang::CXXRecordDecl>(record)) {
        describeClass(cxx, described);
        described.fields = unit_.module.records[index].fields;
        unit_.module.records[index] = std::move(described);
    }
    return usr;
}

void Types::addFields(const clang::RecordDecl* record, ir::Index index) {
    llvm::DenseMap<const clang::ValueDecl*, llvm::StringRef> captures;
    if (const auto* cxx = llvm::dyn_cast<clang::CXXRecordDecl>(record); cxx && cxx->isLambda()) {
        llvm::DenseMap<const clang::ValueDecl*, clang::FieldDecl*> variables;
        clang::FieldDecl* capturedThis = nullptr;
        cxx->getCaptureFields(variables, capturedThis);
        for (auto [variable, field] : variables)
            captures[field] = variable->getName();
        if (capturedThis)
            captures[capturedThis] = "this";
    }
    unsigned unnamed = 0;
    for (const clang::FieldDecl* field : record->fields()) {
        ir::Field described;
        described.record = unit_.names.usr(record);
        auto capture = captures.find(field);
        described.name = capture != captures.end() ? capture->second.str() : field->getNameAsString();
        if (described.name.empty())
            described.name = "anonymous" + std::to_string(unnamed++);
        described.range = unit_.places.name(field);
        described.access = accessOf(field->getAccess());
        described.isConst = field->getType().isConstQualified();
        described.isMutable = field->isMutable();
        described.isBitField = field->isBitField();
        described.guardedBy = guardsOf(field);
        auto position = static_cast<ir::Index>(unit_.module.fields.size());
        fields_[field->getCanonicalDecl()] = position;
        unit_.module.fields.push_back(std::move(described));
        unit_.module.records[index].fields.push_back(position);
    }
    // Types come last: they may mention this very record, or others that push fields of their own.
    for (const clang::FieldDecl* field : record->fields()) {
        ir::Index type = this->type(field->getType());
        unit_.module.fields[fields_[field->getCanonicalDecl()]].type = type;
    }
}

void Types::describeClass(const clang::CXXRecordDecl* record, ir::Record& described) {
    described.isLambda = record->isLambda();
    described.isPolymorphic = record->isPolymorphic();
    for (const clang::CXXBaseSpecifier& base : record->bases())
        if (const clang::CXXRecordDecl* parent = base.getType()->getAsCXXRecordDecl())
            described.bases.push_back(this->record(parent));
    if (described.isLambda) {
        if (const clang::CXXMethodDecl* call = syntax::callOperator(record))
            described.callOperator = unit_.names.usr(call);
        return;
    }
    auto name = unit_.ast.DeclarationNames.getCXXOperatorName(clang::OO_Call);
    for (const clang::NamedDecl* found : record->lookup(name))
        if (const auto* call = llvm::dyn_cast<clang::CXXMethodDecl>(found))
            described.callOperator = unit_.names.usr(call);
}

bool Types::holdsPointers(clang::QualType type) {
    if (type.isNull() || type->isDependentType())
        return false;
    void* key = type.getCanonicalType().getAsOpaquePtr();
    // A type that holds itself does so through a pointer, found on its own.
    if (auto [known, isNew] = holdsPointers_.try_emplace(key, 0); !isNew)
        return known->second;
    bool holds = computeHoldsPointers(type);
    holdsPointers_[key] = holds;
    return holds;
}

bool Types::computeHoldsPointers(clang::QualType type) {
    switch (kind(type)) {
    case ir::TypeKind::scalar:
    case ir::TypeKind::opaque:
    case ir::TypeKind::void_:
    case ir::TypeKind::unknown: return false;
    case ir::TypeKind::array: return holdsPointers(element(type));
    case ir::TypeKind::record: break;
    default: return true;
    }
    const clang::RecordDecl* record = type->getAsRecordDecl();
    record = record ? record->getDefinition() : nullptr;
    if (!record)
        return false;
    if (const auto* cxx = llvm::dyn_cast<clang::CXXRecordDecl>(record))
        for (const clang::CXXBaseSpecifier& base : cxx->bases())
            if (holdsPointers(base.getType()))
                return true;
    return llvm::any_of(record->fields(), [&](const clang::FieldDecl* f) { return holdsPointers(f->getType()); });
}

bool Types::destructionMatters(clang::QualType type) {
    if (type.isNull() || type->isDependentType())
        return false;
    void* key = type.getCanonicalType().getAsOpaquePtr();
    if (auto [known, isNew] = destructionMatters_.try_emplace(key, 0); !isNew)
        return known->second;
    bool matters = computeDestructionMatters(type);
    destructionMatters_[key] = matters;
    return matters;
}

bool Types::computeDestructionMatters(clang::QualType type) {
    switch (kind(type)) {
    case ir::TypeKind::guard:
    case ir::TypeKind::thread:
    case ir::TypeKind::joiningThread:
    case ir::TypeKind::future:
    case ir::TypeKind::smartPointer: return true;
    case ir::TypeKind::array:
    case ir::TypeKind::container: return destructionMatters(element(type));
    case ir::TypeKind::record: break;
    default: return false;
    }
    const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
    record = record ? record->getDefinition() : nullptr;
    if (!record || record->isInvalidDecl() || record->hasTrivialDestructor())
        return false;
    bool isPair = unit_.names.qualified(record) == "std::pair";
    if (unit_.places.isSystem(record->getLocation()) && !isPair)
        return false;
    const clang::CXXDestructorDecl* destructor = record->getDestructor();
    if (destructor && destructor->isUserProvided() && !isEmptyBody(destructor))
        return true;
    for (const clang::CXXBaseSpecifier& base : record->bases())
        if (destructionMatters(base.getType()))
            return true;
    return llvm::any_of(record->fields(), [&](const clang::FieldDecl* f) { return destructionMatters(f->getType()); });
}

} // namespace deadheat::extract
