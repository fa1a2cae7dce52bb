// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/controller.h"

#include "runtime/intercept/channels.h"
#include "runtime/intercept/descriptors.h"
#include "runtime/intercept/failure_report.h"
#include "runtime/intercept/kernel_objects.h"
#include "runtime/intercept/object_key.h"
#include "runtime/intercept/os.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/recorder.h"
#include "runtime/intercept/session.h"
#include "runtime/intercept/shared_memory.h"
#include "runtime/intercept/signals.h"
#include "runtime/intercept/split_updates.h"
#include "runtime/intercept/steering.h"
#include "runtime/intercept/targets.h"
#include "runtime/intercept/turn.h"
#include "runtime/model/outside.h"
#include "runtime/tsan/programs.h"

namespace deadheat::intercept {
namespace {

struct Run {
    sched::Engine* engine;
    /// Threads whose outside call has returned and which the engine does not know of yet.
    std::atomic<std::uint32_t> returned;
    std::atomic<std::uint32_t> outsideCallsUnderWay;
    sched::Vector<model::Outside*> outsideCalls;
    std::uint64_t descriptorsSeen; ///< the step at which descriptors were last looked at
    bool lastWasAccess;            ///< the last step performed
    int looksInVain;               ///< since the last step
};
DEADHEAT_SHARED sched::Shared<Run> run;

/// How long one look at descriptors from outside takes at most.
constexpr int kDescriptorWaitMilliseconds = 100;
/// A program from outside that has ended may have left others behind that hold its descriptors.
constexpr int kLooksInVain = 5;

[[noreturn]] void fail(sched::Verdict verdict) {
    const bool deadlock = verdict == sched::Verdict::deadlock;
    reportStuck(deadlock ? StuckKind::deadlock : StuckKind::livelock, run->engine->cycle(), run->engine->holderEnded());
    control().results.end = deadlock ? sched::End::deadlock : sched::End::livelock;
    endRun(1);
}

/// Plain accesses change no descriptor, so while they go on it is enough to look at descriptors now and then.
constexpr std::uint64_t kStepsBetweenLooks = 32;

void lookAtDescriptors() {
    run->descriptorsSeen = run->engine->steps();
    refreshDescriptors();
}

/// Makes the engine take note of what came from outside: calls that are back, descriptors that are ready, or no longer: what one
/// thread has read, another one that waited for it cannot. The caller owns the engine.
void collectReturned() {
    if (anyDescriptorWaits() &&
        (!run->lastWasAccess || run->engine->steps() >= run->descriptorsSeen + kStepsBetweenLooks))
        lookAtDescriptors();
    if (run->returned.load(std::memory_order_acquire) == 0)
        return;
    run->returned.store(0, std::memory_order_relaxed);
    for (model::Outside* call : run->outsideCalls)
        run->engine->refresh(*call);
}

bool isAccess(sched::OperationKind kind) {
    using sched::OperationKind;
    return kind == OperationKind::load || kind == OperationKind::store || kind == OperationKind::atomicLoad ||
           kind == OperationKind::atomicStore || kind == OperationKind::atomicUpdate || kind == OperationKind::fence;
}

/// POSIX: waits for locks are none.
bool isCancellationPoint(const sched::Operation& operation) {
    return (operation.interruptible || operation.kind == sched::OperationKind::join) && !operation.cancelsLater;
}

/// False when a handler was run that was not installed with SA_RESTART.
bool runHandlersAndSeeWhetherToRestart(ThreadRecord& self) {
    const std::uint64_t ending = self.handlersRun - self.handlersRestarting;
    runPendingHandlers(self);
    return self.handlersRun - self.handlersRestarting == ending;
}

/// Only descriptors can let anyone go on.
sched::Verdict awaitDescriptors() {
    const std::size_t ready = run->engine->readyCount();
    lookAtDescriptors();
    if (run->engine->readyCount() == ready) {
        if (onlyInternalDescriptors() && (!wereOpenToOutside() || ++run->looksInVain > kLooksInVain))
            fail(sched::Verdict::deadlock);
        awaitAnyDescriptor(kDescriptorWaitMilliseconds);
        lookAtDescriptors();
    }
    return run->engine->resume();
}

/// Only descriptors can let anybody but those that spin go on.
sched::Verdict lookWhileOthersSpin() {
    const std::size_t ready = run->engine->readyCount();
    lookAtDescriptors();
    if (run->engine->readyCount() == ready && run->outsideCallsUnderWay.load(std::memory_order_seq_cst) == 0 &&
        onlyInternalDescriptors() && !wereOpenToOutside())
        fail(sched::Verdict::livelock);
    return run->engine->resume();
}

/// Acts on a decision; afterwards somebody else may have the turn. False: nobody has it.
bool carryOut(const ThreadRecord& self, sched::Verdict verdict) {
    while (verdict == sched::Verdict::external || verdict == sched::Verdict::idle) {
        if (verdict == sched::Verdict::idle) {
            verdict = lookWhileOthersSpin();
            continue;
        }
        if (anyDescriptorWaits() && run->outsideCallsUnderWay.load(std::memory_order_seq_cst) == 0) {
            verdict = awaitDescriptors();
            continue;
        }
        leaveTurnIdle();
        if (run->returned.load(std::memory_order_seq_cst) == 0 || !takeIdleTurn(self))
            return false;
        collectReturned();
        verdict = run->engine->resume();
    }
    if (verdict == sched::Verdict::deadlock || verdict == sched::Verdict::livelock)
        fail(verdict);
    if (verdict == sched::Verdict::finished)
        return false;
    checkReplay();
    return true;
}

/// Hands the turn to whoever is to have it, which may be `self`.
void passOn(const ThreadRecord& self, sched::Verdict verdict) {
    if (carryOut(self, verdict))
        grantTurn(threadRecordAt(run->engine->running()));
}

/// After a decision: hands the turn over unless `self` keeps it; returns when `self` has it again.
void passTurn(ThreadRecord& self, sched::Verdict verdict) {
    if (verdict != sched::Verdict::run || run->engine->running() != self.id)
        self.blockedSignals = blockedSignals();
    const bool granted = carryOut(self, verdict);
    if (granted && run->engine->running() == self.id)
        return;
    if (granted)
        grantTurn(threadRecordAt(run->engine->running()));
    awaitTurn(self);
}

void decide(ThreadRecord& self) {
    collectReturned();
    passOn(self, run->engine->resume());
}

/// One that waits for its turn, or is about to. What the calling process has open is closed only when it has ended, so it
/// must not be the one that finds out who can go on.
ThreadRecord* threadOfOtherProcess(const ThreadRecord& self) {
    for (std::size_t i = 0; i < threadRecordCount(); ++i) {
        ThreadRecord& thread = threadRecordAt(i);
        if (thread.process != self.process && !thread.finished.load(std::memory_order_relaxed) &&
            (!thread.isOutside || thread.outside->isBack()))
            return &thread;
    }
    return nullptr;
}

/// Somebody else finds out who can go on: the calling thread has something else to do, for which others may wait. Nobody does when
/// all others are in calls outside.
void leaveDecision(const ThreadRecord& self) {
    do {
        if (ThreadRecord* other = threadOfOtherProcess(self)) {
            grantDecision(*other);
            return;
        }
        leaveTurnIdle();
    } while (run->returned.load(std::memory_order_seq_cst) != 0 && takeIdleTurn(self)); // came back meanwhile
}

void afterDeath(model::Process& dead) {
    retireDeadProcess(dead);
    collectReturned();
    passOn(*currentThread(), run->engine->resume());
}

bool liesOnStack(const volatile void* address, const ThreadRecord& self) {
    const auto place = reinterpret_cast<std::uintptr_t>(address);
    return place >= reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) && place < self.stackEnd;
}

} // namespace

void startControl(ThreadRecord& mainThread) {
    sched::ControlBlock& block = control();
    sched::Limits limits;
    limits.steps = block.orders.maxSteps;
    limits.rareEvents = block.orders.rareEvents != 0;
    run->engine = sched::create<sched::Engine>(chooseStrategy(), *sched::create<Recorder>(block), limits);
    mainThread.id = run->engine->spawn();
    takeUpControl();
    startTurns(mainThread);
}

void takeUpControl() { setTurnDuties({afterDeath, answerAboutDescriptors, decide}); }

void stopControl() {
    sched::destroy(run->engine);
    run->engine = nullptr;
    run->outsideCalls.clear();
    run->returned.store(0, std::memory_order_relaxed);
}

bool onProgramAccess(const tsan::Access& access) {
    ThreadRecord* self = currentThread();
    if (!self || self->depth != 0)
        return true;
    ++self->depth;
    sched::Operation operation =
        operationOn(access.kind, nullptr, keyOf(access.address), reinterpret_cast<std::uint64_t>(access.caller));
    operation.onOwnStack = access.order == tsan::Access::plain && liesOnStack(access.address, *self);
    bool shown = true;
    if (aiming()) {
        operation.bytes = static_cast<std::uint32_t>(access.bytes);
        operation.targets = targetsOfAccess(*self, access, __builtin_frame_address(0));
        shown = access.order != tsan::Access::plain || isShown(*self, operation.targets);
    }
    reach(*self, operation);
    if (control().targets.aim == sched::Aim::splitUpdate)
        watchSplitUpdates(*self, access, operation.targets != 0, __builtin_frame_address(0));
    if (shown && tracking())
        noteAccess(*self, access, __builtin_frame_address(0));
    --self->depth;
    return shown;
}

sched::Engine& engine() { return *run->engine; }

sched::Operation operationOn(sched::OperationKind kind, sched::Resource* resource, std::uint64_t address,
                             std::uint64_t place, sched::Time deadline) {
    sched::Operation operation;
    operation.kind = kind;
    operation.resource = resource;
    operation.address = address;
    operation.place = tsan::withProgram(place);
    operation.deadline = deadline;
    return operation;
}

sched::Outcome reach(ThreadRecord& self, const sched::Operation& operation) {
    deliverSignals(self);
    if (self.cancelled && isCancellationPoint(operation))
        actOnCancellation(self);
    if (self.cancelled && operation.cancelsLater && isCancellable())
        return sched::Outcome::interrupted;
    for (;;) {
        collectReturned();
        passTurn(self, run->engine->step(operation));
        run->lastWasAccess = isAccess(operation.kind);
        run->looksInVain = 0;
        const sched::Outcome outcome = run->engine->outcome();
        if (outcome == sched::Outcome::proceed && tracking())
            orderOperation(self, operation);
        if (outcome != sched::Outcome::interrupted)
            return outcome;
        const bool restarts = runHandlersAndSeeWhetherToRestart(self);
        if (isCancellationPoint(operation))
            actOnCancellation(self);
        if (operation.interruptible && !(operation.restartable && restarts))
            return sched::Outcome::interrupted;
    }
}

void awaitFirstTurn(ThreadRecord& self) { awaitTurn(self); }

void leaveControl(ThreadRecord& self) {
    collectReturned();
    self.finished.store(true, std::memory_order_release);
    forgetWaitsOf(self);
    forgetKernelWaitsOf(self);
    passOn(self, run->engine->finish());
}

void leaveControlWithProcess(ThreadRecord& self) {
    retireProcess(thisProcess());
    collectReturned();
    announceDeath(thisProcess().pid);
    leaveDecision(self);
}

void goOnWithout(ThreadRecord& self) {
    collectReturned();
    leaveDecision(self);
}

OutsideCall::OutsideCall(ThreadRecord& self, std::uint64_t place) : self_(self), alone_(run->engine->liveCount() == 1) {
    if (alone_)
        return;
    if (!self.outside) {
        self.outside = sched::create<model::Outside>(reinterpret_cast<std::uint64_t>(&self));
        self.outside->setNumber(self.id);
        run->outsideCalls.push(self.outside);
    }
    self.outside->leave();
    run->outsideCallsUnderWay.fetch_add(1, std::memory_order_seq_cst);
    self.isOutside = true;
    self.blockedSignals = blockedSignals();
    sched::Operation operation = operationOn(sched::OperationKind::outside, self.outside, 0, place);
    operation.external = true;
    collectReturned();
    passOn(self, run->engine->step(operation));
}

OutsideCall::~OutsideCall() {
    if (alone_)
        return;
    self_.outside->comeBack();
    run->outsideCallsUnderWay.fetch_sub(1, std::memory_order_seq_cst);
    run->returned.fetch_add(1, std::memory_order_seq_cst);
    if (takeIdleTurn(self_)) {
        settleDeath();
        collectReturned();
        passOn(self_, run->engine->resume());
    }
    awaitTurn(self_);
    self_.isOutside = false;
}

void forgetOutsideCall() { run->outsideCallsUnderWay.fetch_sub(1, std::memory_order_seq_cst); }

} // namespace deadheat::intercept
