// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Controlled runs: binds the engine to real threads, of one process or several.
#pragma once

#include "runtime/intercept/thread_record.h"
#include "runtime/sched/engine.h"
#include "runtime/tsan/accesses.h"

namespace deadheat::intercept {

/// Starts control; the calling thread becomes thread 0 and has the turn.
void startControl(ThreadRecord& mainThread);
/// The calling process, new, takes part in a run under way.
void takeUpControl();
/// Ends control, which no other thread may be under any more; the calling thread runs freely.
void stopControl();
sched::Engine& engine();

/// Every access of the program that ThreadSanitizer is told of, as a step. False: it need not be told.
bool onProgramAccess(const tsan::Access& access);

/// The calling thread, which has the turn, is about to perform `operation`: others may run first. Returns how the wait
/// that the operation implies ended. Ends the process when the run has failed.
sched::Outcome reach(ThreadRecord& self, const sched::Operation& operation);

/// An operation on an object; takes self.wait.where as its place, for reports.
sched::Operation operationOn(sched::OperationKind kind, sched::Resource* resource, std::uint64_t address,
                             std::uint64_t place, sched::Time deadline = sched::kNever);

/// Waits until the calling thread, new, gets its first turn.
void awaitFirstTurn(ThreadRecord& self);
/// The calling thread performs no more operations; passes the turn on and returns at once.
void leaveControl(ThreadRecord& self);
/// The same for the calling process, which is about to end, with all its threads.
void leaveControlWithProcess(ThreadRecord& self);

/// The calling thread is no longer the engine's, and becomes another program: passes the turn on.
void goOnWithout(ThreadRecord& self);

/// Performs `call` without the turn, for calls whose end depends on something outside the program.
class OutsideCall {
public:
    OutsideCall(ThreadRecord& self, std::uint64_t place);
    ~OutsideCall();
    OutsideCall(const OutsideCall&) = delete;

private:
    ThreadRecord& self_;
    bool alone_;
};

/// A thread that was in an outside call is gone with its process.
void forgetOutsideCall();

} // namespace deadheat::intercept
