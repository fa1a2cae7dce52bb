// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Named and System V objects that a schedule has made. They outlive its processes, so what a failing schedule, which ends where
// it is, would have removed later, the server removes.
#pragma once

#include "runtime/sched/control_block.h"

namespace deadheat::intercept {

/// `name` is not used for kinds with an id, nor `id` for the others.
void noteMade(sched::LeftObject::Kind kind, int id, const char* name);
bool existsInSharedMemory(const char* prefix, const char* name);
void removeLeftObjects();

} // namespace deadheat::intercept
