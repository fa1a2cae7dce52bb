// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the name of a function or class says about locking; for code of which only the declaration is known.
#pragma once

#include <string>
#include <string_view>

namespace deadheat::ir {

enum class LockVerb { none, acquire, acquireShared, tryAcquire, tryAcquireShared, release, releaseShared };

struct LockName {
    LockVerb verb = LockVerb::none;
    std::string of; ///< the rest of the name in lower case: "item" for item_lock and ItemUnlock; pairs agree in it
};

/// Reads the last part of a qualified name: `STATS_LOCK`, `ns::Mutex::tryLock`, `rw_rdlock`.
LockName lockNameOf(std::string_view qualifiedName);

/// Stands before the name of a mode in the symbol of an indirect call that says by an argument what it does with a lock:
/// `locking(CRYPTO_LOCK | mode, lock)`.
inline constexpr std::string_view kLockMode = "lock mode ";

/// Whether a class calls itself a lock, guard, mutex or the like.
bool isNamedLikeLock(std::string_view qualifiedName);

} // namespace deadheat::ir
