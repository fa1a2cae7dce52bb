// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A third of what a schedule costs is that the kernel takes down its process's address space. A child that ends well has all
// seen of it before: it says so, and the fork server goes on meanwhile.
#pragma once

#include <csignal>

namespace deadheat::intercept {

/// With it a child tells the fork server that it leaves.
constexpr int kLeaveSignal = SIGURG;

/// For the last exit handler of a schedule's first process. Returns when somebody could notice that the process is still there.
void leaveEarly(int status);

} // namespace deadheat::intercept
