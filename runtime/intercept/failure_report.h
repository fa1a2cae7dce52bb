// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Records of what the runtime itself finds: threads that are stuck, threads and child processes left behind.
#pragma once

#include "runtime/intercept/thread_record.h"
#include "runtime/model/processes.h"
#include "runtime/sched/json_writer.h"
#include "runtime/shm/shadow.h"

namespace deadheat::intercept {

struct AtomicAccess;

enum class StuckKind { deadlock, livelock, dump };

/// One record with every thread: what it waits for, what it holds and where it took it. `cycle`: threads that wait for
/// each other, if there are such.
/// `holderEnded`: the one thread of the cycle waits for what a thread held when it ended.
void reportStuck(StuckKind kind, const sched::Vector<sched::ThreadId>& cycle, bool holderEnded = false);

/// Free running: the threads of this process, number `process` of those that all wait.
void reportStandstill(std::uint32_t process);

/// The program ends normally, but its exit handlers may still join threads and wait for children.
void noteLeftBehind();
/// After the last of them.
void reportLeftBehind();

/// Two processes race at `offset` of an object in shared memory.
void reportProcessRace(std::uint64_t offset, std::uint64_t bytes, const shm::Access& now, const shm::Access& before);
/// `store` overwrites what another thread has stored, `lost`, since the value was loaded.
void reportLostUpdate(const AtomicAccess& store, const AtomicAccess& lost, const AtomicAccess& load);
/// The program forks without end, as far as one can see.
void reportTooManyProcesses();
/// A child process was ended by a signal that says that something is wrong with it.
void reportCrash(const model::Process& process, int signal);

} // namespace deadheat::intercept
