// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The processes of a controlled run: which one this is, how the others end, and how objects in private memory of
// different processes are told apart.
#pragma once

#include "runtime/intercept/thread_record.h"
#include "runtime/model/processes.h"

namespace deadheat::intercept {

/// The calling process is the first of a run.
void startProcesses();
model::ProcessTable& processTable();
model::Process& thisProcess();
/// Has the run more processes than this one?
bool severalProcesses();

/// Is there one that the run has lost to a program that is not instrumented?
bool anyUncontrolledProcess();
/// Stands for the threads of the parent that a forked child does not have: a thread that has ended.
sched::ThreadId lostThread();

/// Adds a child of this process to the run, whose main thread `thread` will be. Ends the run when there are too many.
model::Process& addProcess(sched::ThreadId thread);
/// In the new process.
void becomeProcess(model::Process& process);
void setPid(model::Process& process, int pid);

/// The process and its threads are gone: tells the engine and whoever waits for it.
void retireProcess(model::Process& process);
/// The calling process goes on without the run, as another program.
void loseControlOfProcess(ThreadRecord& self);
/// Has the calling process more threads than the calling one?
bool severalThreads();
/// As retireProcess for one that ended without leaving control, as by a signal; reports a crash.
void retireDeadProcess(model::Process& process);

/// The key of its end for the order of events.
std::uint64_t endOfProcess(const model::Process& process);

/// A child has changed.
void refreshChildWaits();
/// A thread about to wait for a child; `wait` is asked again whenever a process ends.
void beginChildWait(model::ChildWait& wait);
void endChildWait(model::ChildWait& wait);

/// Has the process ended, whether or not its parent has collected it?
bool isDead(int pid);
/// Waits until it has: for one that is sure to end. --timeout limits it, as it does everything that the kernel does not do.
void awaitDeath(int pid);
/// The first process has died, and with it the run.
[[noreturn]] void awaitEndOfRun();
/// Ends all processes of the run, this one with `status`.
[[noreturn]] void endRun(int status);

} // namespace deadheat::intercept
