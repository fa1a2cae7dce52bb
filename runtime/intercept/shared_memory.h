// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory that processes share, in controlled runs: where it is mapped, who did what to it in which order, and the races
// between processes. Edges are followed from the first shared mapping on; before it there is nothing to race on.
#pragma once

#include "runtime/intercept/thread_record.h"
#include "runtime/sched/operation.h"
#include "runtime/shm/mappings.h"
#include "runtime/shm/shadow.h"
#include "runtime/tsan/accesses.h"

namespace deadheat::intercept {

/// Does the run have shared memory?
bool tracking();
/// 0 when the address is private.
std::uint64_t sharedKeyOf(std::uint64_t address);

void startSharedMemory();
/// A forked child has its parent's mappings.
void inheritMappings(std::uint32_t parent, std::uint32_t child);
/// The calling process is number `process`.
void adoptMappings(std::uint32_t process);
void addSharedMapping(const shm::Mapping& mapping);
void removeMapping(std::uint64_t begin, std::uint64_t end);
/// As shm::Mappings::move, or duplicate.
void moveMapping(std::uint64_t from, std::uint64_t fromBytes, std::uint64_t to, std::uint64_t toBytes);
void duplicateMapping(std::uint64_t from, std::uint64_t fromBytes, std::uint64_t to, std::uint64_t toBytes);

/// The order of what threads do, by key of an object. Cheap when there is no shared memory.
void orderStart(const ThreadRecord& parent, const ThreadRecord& child);
void orderRelease(const ThreadRecord& thread, std::uint64_t key);
void orderAcquire(const ThreadRecord& thread, std::uint64_t key);
/// What an operation that has just been let through means for the order.
void orderOperation(const ThreadRecord& thread, const sched::Operation& operation);

/// Where an access to shared memory was made.
const Backtrace& stackOfAccess(const shm::Access& access);

/// The calling thread, which has the turn, is about to make the access.
void noteAccess(ThreadRecord& self, const tsan::Access& access, void* frame);

} // namespace deadheat::intercept
