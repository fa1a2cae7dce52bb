// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/type_table.h"

#include "analyzer/link/type_spelling.h"

#include <algorithm>

namespace deadheat::link {

using ir::TypeKind;

namespace {

/// Values narrower than a pointer hold none; wider integers may be one in disguise.
constexpr std::uint64_t kPointerSize = 8;

bool isFloatingPoint(std::string_view spelling) {
    spelling = withoutQualifiers(spelling);
    return spelling == "double" || spelling == "long double" || spelling == "float";
}

/// Spellings are relative to where they stand: `Node *` is one type per record that is called Node.
std::string keyOf(std::string_view spelling, const std::string& record) {
    return std::string(withoutQualifiers(spelling)) + '\n' + record;
}

} // namespace

TypeTable::TypeTable(const ir::Module& code) : code_(code), types_(code.types) {
    for (TypeId id = 0; id < types_.size(); ++id)
        byName_.try_emplace(keyOf(types_[id].spelling, types_[id].record), id);
    for (const ir::Record& record : code.records)
        records_.try_emplace(record.usr, &record);
    for (TypeId id = 0; id < types_.size(); ++id) { // types made up on the way are at the end and have their turn
        const TypeId inner = findInner(id);
        inner_.push_back(inner);
    }
    findPointers();
}

// ---- structure -----------------------------------------------------------------------------------------------------

TypeId TypeTable::findInner(TypeId id) {
    const std::string spelling(withoutQualifiers(types_[id].spelling));
    const std::string record = types_[id].record;
    switch (types_[id].kind) {
    case TypeKind::pointer:
    case TypeKind::reference:
        if (const auto target = pointee(spelling))
            return named(*target, record);
        return record.empty() ? ir::kNone : named(record, record); // the name of a pointer type
    case TypeKind::array:
        if (const auto element = arrayElement(spelling))
            return named(*element, record);
        return ir::kNone;
    case TypeKind::smartPointer:
    case TypeKind::sharedPointer:
    case TypeKind::container: break;
    default: return ir::kNone;
    }
    const std::vector<std::string_view> arguments = templateArguments(spelling);
    if (arguments.empty())
        return record.empty() ? ir::kNone : named(record, record);
    const bool isMap = arguments.size() > 1 && simpleName(spelling).find("map") != std::string_view::npos;
    const std::string_view held = withoutQualifiers(arguments[isMap ? 1 : 0]);
    const auto element = types_[id].kind == TypeKind::container ? std::nullopt : arrayElement(held); // unique_ptr<T[]>
    return named(element ? std::string_view(*element) : held, record);
}

TypeId TypeTable::named(std::string_view spelling, const std::string& record) {
    const auto [at, isNew] = byName_.try_emplace(keyOf(spelling, record), static_cast<TypeId>(types_.size()));
    if (isNew)
        types_.push_back(madeUp(withoutQualifiers(spelling), record));
    return at->second;
}

ir::Type TypeTable::madeUp(std::string_view spelling, const std::string& record) const {
    ir::Type type;
    type.spelling = spelling;
    type.record = record;
    if (spelling.ends_with('*') || spelling.ends_with('&'))
        type.kind = spelling.ends_with('*') ? TypeKind::pointer : TypeKind::reference;
    else if (spelling.ends_with(']'))
        type.kind = TypeKind::array;
    else if (simpleName(spelling) == "unique_ptr")
        type.kind = TypeKind::smartPointer;
    else if (simpleName(spelling) == "shared_ptr")
        type.kind = TypeKind::sharedPointer;
    else if (namesRecord(spelling, record))
        type.kind = TypeKind::record;
    else if (spelling == "void")
        type.kind = TypeKind::void_;
    else if (record.empty() && spelling.find_first_of("<(") == std::string_view::npos)
        type.kind = TypeKind::scalar;
    else
        type.record.clear();
    return type;
}

bool TypeTable::namesRecord(std::string_view spelling, const std::string& record) const {
    if (record.empty())
        return false;
    if (spelling == record || spelling.find('<') == std::string_view::npos)
        return true; // a record or a name for it; a name for something else would be in the table
    const auto known = records_.find(record);
    return known != records_.end() && simpleName(known->second->name) == simpleName(spelling);
}

// ---- contents ------------------------------------------------------------------------------------------------------

bool TypeTable::isWhole(TypeId type) const {
    switch (kindOf(type)) {
    case TypeKind::unknown:
    case TypeKind::void_:
    case TypeKind::record:
    case TypeKind::array:
    case TypeKind::container:
    case TypeKind::opaque: return true;
    default: return false;
    }
}

bool TypeTable::isByte(TypeId type) const {
    if (kindOf(type) != TypeKind::scalar)
        return false;
    const std::string_view name = withoutQualifiers(types_[type].spelling);
    return name == "char" || name == "unsigned char" || (types_[type].size == 1 && name != "bool" && name != "_Bool");
}

/// Starts from "no record holds pointers" and adds those that do until none is added.
void TypeTable::findPointers() {
    for (bool changed = true; changed;) {
        changed = false;
        for (const auto& [usr, record] : records_) {
            if (recordMayPoint_[usr] || !recordHasPointer(*record))
                continue;
            recordMayPoint_[usr] = changed = true;
        }
    }
    for (TypeId id = 0; id < types_.size(); ++id)
        mayPoint_.push_back(typeMayPoint(id));
}

bool TypeTable::recordHasPointer(const ir::Record& record) const {
    const auto points = [&](ir::Index field) { return typeMayPoint(code_.fields[field].type); };
    const auto basePoints = [&](const std::string& base) { return recordMayPoint(base); };
    return std::ranges::any_of(record.fields, points) || std::ranges::any_of(record.bases, basePoints);
}

bool TypeTable::recordMayPoint(std::string_view usr) const {
    const auto known = recordMayPoint_.find(usr);
    return known == recordMayPoint_.end() ? !records_.contains(usr) : known->second;
}

bool TypeTable::typeMayPoint(TypeId id) const {
    if (id == ir::kNone)
        return true;
    const ir::Type& type = types_[id];
    switch (type.kind) {
    case TypeKind::scalar:
        return (type.size == 0 || type.size >= kPointerSize) && !isFloatingPoint(type.spelling) && !isByte(id);
    case TypeKind::record: return recordMayPoint(type.record);
    case TypeKind::array: return typeMayPoint(inner_[id]);
    default: return true;
    }
}

} // namespace deadheat::link
