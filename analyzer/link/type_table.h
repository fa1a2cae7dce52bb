// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The program's types and what they lead to. The IR's types name the record that they lead to in the end: `Foo*`, `Foo**`,
// `vector<Foo>&` and `vector<unique_ptr<Foo>>` all name Foo. The steps between are read off the spelling, with the help of the
// program's other types; where a step's type is not among them, one is made up.
#pragma once

#include "analyzer/link/ids.h"

#include <string_view>
#include <unordered_map>
#include <vector>

namespace deadheat::link {

using TypeId = ir::Index; ///< below Module::types.size(): that type; kNone: unknown

class TypeTable {
public:
    explicit TypeTable(const ir::Module& code);

    const ir::Type& operator[](TypeId type) const { return types_[type]; }
    std::size_t size() const { return types_.size(); }
    ir::TypeKind kindOf(TypeId type) const { return type == ir::kNone ? ir::TypeKind::unknown : types_[type].kind; }
    /// What a pointer, reference, smart pointer leads to and what an array or container holds; kNone: unknown.
    TypeId inner(TypeId type) const { return type == ir::kNone ? ir::kNone : inner_[type]; }

    /// Whether a value of the type may have parts that hold pointers.
    bool isWhole(TypeId type) const;
    /// Raw memory, in which objects of any class may be made.
    bool isByte(TypeId type) const;
    /// Whether a value of the type may hold or contain a pointer.
    bool mayPoint(TypeId type) const { return type == ir::kNone || mayPoint_[type]; }

private:
    TypeId findInner(TypeId type);
    TypeId named(std::string_view spelling, const std::string& record);
    ir::Type madeUp(std::string_view spelling, const std::string& record) const;
    bool namesRecord(std::string_view spelling, const std::string& record) const;
    void findPointers();
    bool typeMayPoint(TypeId type) const;
    bool recordMayPoint(std::string_view usr) const;
    bool recordHasPointer(const ir::Record& record) const;

    const ir::Module& code_;
    std::vector<ir::Type> types_;
    std::vector<TypeId> inner_;
    std::vector<bool> mayPoint_;
    std::unordered_map<std::string, TypeId> byName_;
    std::unordered_map<std::string_view, const ir::Record*> records_; ///< by USR
    std::unordered_map<std::string_view, bool> recordMayPoint_;
};

} // namespace deadheat::link
