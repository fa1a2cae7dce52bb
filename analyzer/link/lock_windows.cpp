// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/lock_windows.h"

#include "analyzer/link/control_flow.h"

namespace deadheat::link {

/// Locks are compared as members of a class, as for guards.
bool isInWindow(const WholeProgram& program, const LockOwners& owners, const SharedAccess& access,
                const HeldLock& lock) {
    auto isLock = [&](ExprId other) {
        return lock.info->named == ir::kNone
                   ? other == lock.lock.lock && lock.info->isAbsolute
                   : other != kNoExpr &&
                         owners.fieldOf(other, locationsOf(program, access.function, other)) == lock.info->named;
    };
    const FunctionFacts& facts = program.facts[access.function];
    std::vector<InstrRef> releases, acquires;
    for (const ReleaseFact& release : facts.releases)
        if (isLock(release.lock))
            releases.push_back(release.at);
    for (const AcquireFact& acquire : facts.acquires)
        if (isLock(acquire.lock))
            acquires.push_back(acquire.via ? acquire.via : acquire.at);
    const ir::Function& code = program.function(access.function);
    return !releases.empty() && !acquires.empty() && mayAvoid(code, access.place, {}, {}) &&
           !mayAvoid(code, {}, access.place, releases) && !mayAvoid(code, access.place, {}, acquires);
}

} // namespace deadheat::link
