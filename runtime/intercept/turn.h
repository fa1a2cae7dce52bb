// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The turn: the right to run, and to use the engine. It is handed over with raw futexes, which ThreadSanitizer does not
// see, so that no happens-before edge is added and no race hidden. While a run has several processes, the waiting threads
// look from time to time whether the process that has the turn has died with it; one of them then takes it over.
#pragma once

#include "runtime/intercept/thread_record.h"
#include "runtime/model/processes.h"

namespace deadheat::intercept {

/// The calling thread starts with the turn; nobody else runs.
void startTurns(const ThreadRecord& self);
void grantTurn(ThreadRecord& thread);
/// The thread, which waits for its turn, decides who has it next.
void grantDecision(ThreadRecord& thread);
/// Returns when the calling thread has the turn.
void awaitTurn(ThreadRecord& self);

/// Nobody has the turn until somebody takes it from this state.
void leaveTurnIdle();
/// True when the turn was idle and is the calling thread's now.
bool takeIdleTurn(const ThreadRecord& self);

/// The calling process, which has the turn, is about to end: whoever has it next waits until it has.
void announceDeath(int pid);
/// The calling thread has just got the turn: waits for an announced death.
void settleDeath();

/// Asks a thread of another process, which waits for its turn, a question that only its process can answer.
bool askThread(ThreadRecord& thread);

/// What awaitTurn needs of others.
struct TurnDuties {
    void (*afterDeath)(model::Process& dead); ///< the calling thread has taken over the turn
    bool (*answer)(ThreadRecord& self);       ///< to askThread
    void (*decide)(ThreadRecord& self);       ///< after grantDecision
};
void setTurnDuties(const TurnDuties& duties);

} // namespace deadheat::intercept
