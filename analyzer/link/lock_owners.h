// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Classes that have locks among their members. While an object of such a class is being made or destroyed nobody else holds its locks:
// who touches then what they guard needs none.
#pragma once

#include "analyzer/link/program.h"

#include <unordered_map>

namespace deadheat::link {

class LockOwners {
public:
    explicit LockOwners(const WholeProgram& program);

    /// The records that the lock is a member of, as its expression says, innermost first.
    std::vector<ir::Index> of(ExprId lock) const;
    /// The field that says which lock it is, kNone where none does: in `queue->mutex.native` that is `mutex`, where the class of `mutex`
    /// consists of the native lock (and its attributes) alone, or has a method that takes it for the caller.
    /// `locations`: where the lock may be; they tell what its expression, as `mutex->native`, does not.
    ir::Index fieldOf(ExprId lock, const std::vector<LocationId>& locations) const;
    /// The record of a constructor or destructor and its bases, as far as they have locks that somebody takes; sorted.
    std::vector<ir::Index> madeBy(FunctionId function) const;

private:
    void findWrappers();
    ir::Index fieldAt(LocationId lock) const;
    bool hasLockMethod(const ir::Record& record, ir::Index field) const;
    ir::TypeKind kindOf(ir::Index field) const;
    void addWithBases(ir::Index record, std::vector<ir::Index>& records) const;

    const WholeProgram& p_;
    std::unordered_map<std::string_view, ir::Index> records_;               ///< by USR
    std::unordered_map<std::string_view, std::vector<FunctionId>> methods_; ///< by USR of the class; no constructors
    std::vector<ir::Index> owners_;                                         ///< sorted
    std::vector<ir::Index> wrapped_; ///< sorted: fields, each the lock of its class
};

} // namespace deadheat::link
