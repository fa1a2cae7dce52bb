// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Records by number, and how they lie in one another: what a pointer to one may be used as.
#pragma once

#include "analyzer/link/hash_index.h"
#include "analyzer/link/type_table.h"

#include <string_view>
#include <unordered_map>
#include <vector>

namespace deadheat::link {

using RecordId = std::uint32_t; ///< kNoId: not a record, or unknown which

class RecordTable {
public:
    RecordTable(const ir::Module& code, const TypeTable& types);

    /// Gives the USR a number; an empty one has none.
    RecordId intern(std::string_view usr);
    /// The number of a USR that appears in the module, else kNoId.
    RecordId find(std::string_view usr) const;
    /// The class of a variable of the type; kNoId when it is no object of a known class.
    RecordId ofType(TypeId type) const { return type == ir::kNone ? kNoId : ofType_[type]; }
    /// The class of what a pointer or reference of the type directly leads to.
    RecordId ofPointee(TypeId type) const;
    RecordId ofField(ir::Index field) const { return ofField_[field]; }
    const std::string& usr(RecordId record) const { return usrs_[record]; }
    /// Null when the program does not define it.
    const ir::Record* definition(RecordId record) const;

    bool derivesFrom(RecordId record, RecordId base) const;
    /// The record and its bases, nearest first.
    std::vector<RecordId> withBases(RecordId record) const;

    /// Where fields of `wanted` are in an object of class `actual`.
    enum class Fit : std::uint8_t {
        here,   ///< same class, base, derived, or nothing known that speaks against it
        inside, ///< in the first member (C's way to derive), or in a member of a union: `member` says in which
        nowhere,
    };
    Fit fit(RecordId actual, RecordId wanted, ir::Index& member) const;
    /// The field of `actual` that `field` names there: another one when `actual` repeats the fields of field's class.
    ir::Index fieldIn(RecordId actual, ir::Index field) const;

private:
    Fit computeFit(RecordId actual, RecordId wanted, ir::Index& member) const;
    std::size_t sharedStart(const ir::Record& one, const ir::Record& other) const;

    const ir::Module& code_;
    const TypeTable& types_;
    std::vector<std::string> usrs_;
    std::vector<const ir::Record*> definitions_;
    std::vector<RecordId> ofType_, ofField_;
    HashIndex index_;
    struct FitResult {
        Fit fit;
        ir::Index member;
    };
    mutable std::vector<FitResult> fits_;
    mutable KeyMap fitIndex_;
    mutable std::unordered_map<std::uint64_t, bool> derives_;
};

} // namespace deadheat::link
