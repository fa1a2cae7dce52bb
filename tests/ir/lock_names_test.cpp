// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/ir/lock_names.h"

#include <gtest/gtest.h>

namespace deadheat::ir {
namespace {

void expectName(std::string_view name, LockVerb verb, const std::string& of) {
    LockName read = lockNameOf(name);
    EXPECT_EQ(read.verb, verb) << name;
    EXPECT_EQ(read.of, of) << name;
}

TEST(LockNames, VerbsInAllSpellings) {
    expectName("STATS_LOCK", LockVerb::acquire, "stats");
    expectName("STATS_UNLOCK", LockVerb::release, "stats");
    expectName("ns::Mutex::lock", LockVerb::acquire, "");
    expectName("ns::Mutex::tryLock", LockVerb::tryAcquire, "");
    expectName("LockTable", LockVerb::acquire, "table");
    expectName("table_unlock", LockVerb::release, "table");
    expectName("rw_rdlock", LockVerb::acquireShared, "rw");
    expectName("M::lock_shared", LockVerb::acquireShared, "");
    expectName("Map::ReadLock", LockVerb::acquireShared, "");
    expectName("Map::ReadUnlock", LockVerb::releaseShared, "");
}

TEST(LockNames, PartsOfWordsAreNoVerbs) {
    for (const char* name : {"block", "unblock", "clock", "isLocked", "flockfile", "locker", "lockfree", "deadlock"})
        EXPECT_EQ(lockNameOf(name).verb, LockVerb::none) << name;
}

TEST(LockNames, ClassesThatCallThemselvesLocks) {
    for (const char* name :
         {"ScopedLock", "srt::sync::Mutex", "lock_guard", "RWLockGuard", "CriticalSection", "SpinLock"})
        EXPECT_TRUE(isNamedLikeLock(name)) << name;
    for (const char* name : {"Block", "Clock", "std::string", "Guardian", "Locale"})
        EXPECT_FALSE(isNamedLikeLock(name)) << name;
}

} // namespace
} // namespace deadheat::ir
