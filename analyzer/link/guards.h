// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The lock that guards a datum, learnt from its accesses: the belief that most code holds (Engler et al., "Bugs as Deviant
// Behavior", SOSP 2001; the statistical MISSING_LOCK of Coverity). Constructors, destructors, start-up before the first
// thread, and objects that nobody else has yet do not count. Helpers that are only called with the lock held count as holding
// it, because contexts carry the callers' locks.
#pragma once

#include "analyzer/link/accesses.h"

#include <string>

namespace deadheat::link {

struct InferredGuard {
    Datum datum;
    HeldLock lock;                            ///< one occurrence, for its name
    std::vector<const SharedAccess*> with;    ///< one per site that always holds it
    std::vector<const SharedAccess*> without; ///< one per site that can run without it
    bool writtenWith = false;                 ///< some site writes while holding it
    bool allWritesWith = true;                ///< every write, and at least one
    bool samePlace = false;                   ///< the lock is a member of the object that holds the datum
    std::string declared; ///< the lock's name where the source says that it is the guard; else empty
    /// Of the accesses, or of the functions that make them, whichever is larger: who forgets a lock forgets it all along.
    double share() const;
};

/// At most one guard per datum: the lock that the source names, else the one held at most sites. Only data that is written after construction.
std::vector<InferredGuard> inferGuards(AccessTable& table);

} // namespace deadheat::link
