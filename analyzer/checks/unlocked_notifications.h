// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Notifications of a condition that come without the waiter's mutex, where other notifications of it hold the mutex.
#pragma once

#include "analyzer/checks/check.h"

namespace deadheat::checks {

struct UnlockedNotification {
    link::FunctionId function = link::kNoId;
    const link::Event* notify = nullptr;
    link::FunctionId waiter = link::kNoId;
    const link::WaitFact* wait = nullptr;
    link::InstrRef locked; ///< a notification that holds the mutex
};

/// Only for waits without time limit. The mutex must not have been held at any time before in the function, its callees and
/// its known callers: then no state was changed under it.
std::vector<UnlockedNotification> findUnlockedNotifications(const link::WholeProgram& program);

} // namespace deadheat::checks
