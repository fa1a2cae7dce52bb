// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Steps on the places that a steered run aims at (sched::Targets). A place is known by its source line, so an access that
// the line makes through a library's code counts as the line's own. The caller has the turn.
#pragma once

#include "runtime/intercept/session.h"
#include "runtime/intercept/thread_record.h"
#include "runtime/tsan/accesses.h"

namespace deadheat::intercept {

inline bool aiming() { return control().targets.aim != sched::Aim::nothing; }

/// The sides on which the thread is that is about to make the access.
std::uint32_t targetsOfAccess(const ThreadRecord& self, const tsan::Access& access, void* frame);
/// Should the detectors see the plain access? They tell of one race on an object, so in a steered run they see no accesses
/// but those of the finding; and in three schedules of four not all of these, because those of one side may race, too.
bool isShown(const ThreadRecord& self, std::uint32_t sides);
/// The sides on which the thread is that is about to perform an operation on a lock at self.wait.where.
std::uint32_t targetsOfLock(const ThreadRecord& self, sched::OperationKind kind);

} // namespace deadheat::intercept
