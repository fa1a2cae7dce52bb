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
    /// The record of a constructor or destructor and its bases, as far as they have locks that somebody takes; sorted.
    std::vector<ir::Index> madeBy(FunctionId function) const;

private:
    void addWithBases(ir::Index record, std::vector<ir::Index>& records) const;

    const WholeProgram& p_;
    std::unordered_map<std::string_view, ir::Index> records_; ///< by USR
    std::vector<ir::Index> owners_;                           ///< sorted
};

} // namespace deadheat::link
