// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The lock that a declaration names as the guard of a datum: GUARDED_BY, as Clang's thread safety analysis has it (Hutchins et al.,
// "C/C++ Thread Safety Analysis", SCAM 2014). Deviation: a helper that is only called with the lock held needs no REQUIRES.
#pragma once

#include "analyzer/link/accesses.h"

#include <optional>
#include <string>

namespace deadheat::link {

struct DeclaredGuard {
    ir::Index field = ir::kNone;  ///< the lock is this member,
    ir::Index global = ir::kNone; ///< or this variable
    std::string name;             ///< as it is printed
};

/// Only a member of the class (or of a base of it), or a global variable, is looked for: `mu_`, `this->mu_`, not `owner->mu_`.
std::optional<DeclaredGuard> findDeclaredGuard(const WholeProgram& program, const Datum& datum);

/// Whether the function says that its callers hold locks, or that it is not to be analysed.
bool leavesLocksToCallers(const ir::Function& function);

} // namespace deadheat::link
