// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/sched/engine.h"

namespace deadheat::sched {
namespace {

/// What one step costs in virtual time: so that a program which polls the clock sees it move.
constexpr Time kStepDuration = 100;

/// Yields per live thread, declared or found, since anybody last wrote or read something new: fairness has given every
/// thread that can proceed its turns in between, so only time can change anything, or nothing can.
constexpr std::uint64_t kIdleYieldsBeforeTimeout = 32;
/// Many more than a bug needs that lies in what happens early.
constexpr std::uint64_t kRareEventsBeforeTurn = 32;
constexpr std::uint64_t kIdleYieldsBeforeLivelock = 1000;

} // namespace

Engine::Engine(Strategy& strategy, DecisionObserver& observer, Limits limits)
    : strategy_(strategy), observer_(observer), limits_(limits) {}

Engine::~Engine() {
    for (Thread* thread : threads_)
        destroy(thread);
}

ThreadId Engine::spawn() {
    auto* thread = create<Thread>();
    thread->id = static_cast<ThreadId>(threads_.size());
    thread->rareEventsBefore = rareEvents_;
    threads_.push(thread);
    ++live_;
    progressStep_ = steps_;
    if (running_ == kNoThread && thread->id == 0) {
        thread->state = State::running;
        running_ = thread->id;
    } else {
        thread->state = State::blocked;
        makeReady(*thread, Outcome::proceed);
    }
    return thread->id;
}

Verdict Engine::step(const Operation& operation) {
    announce(*threads_[running_], operation);
    return decide();
}

Verdict Engine::finish() {
    drop(running_);
    return resume();
}

void Engine::drop(ThreadId id) {
    Thread& thread = *threads_[id];
    if (thread.state == State::finished)
        return;
    if (thread.state == State::ready)
        removeReady(thread);
    if (thread.state != State::running)
        stopWaiting(thread);
    if (thread.parked)
        unpark(thread);
    if (thread.yielded)
        --yielders_;
    thread.state = State::finished;
    --live_;
    progressStep_ = steps_;
    if (running_ == id)
        running_ = kNoThread;
    for (const Thread* other : threads_)
        if (other->state == State::blocked)
            waitCycles_.suspect(other->id); // what this thread still holds is lost to them
}

Verdict Engine::resume() { return live_ == 0 ? Verdict::finished : decide(); }

void Engine::announce(Thread& thread, const Operation& operation) {
    thread.pending = operation;
    thread.state = State::blocked;
    now_ += kStepDuration;
    noteSpinning(thread);
    if (operation.kind == OperationKind::yield && heedsYield(thread))
        yield(thread);
    if (Resource* resource = operation.resource) {
        resource->waiters().push(thread.id);
        if (!resource->available(thread.id, operation)) {
            makeBlocked(thread);
            return;
        }
    } else if (operation.deadline != kNever) {
        makeBlocked(thread);
        return;
    }
    makeReady(thread, Outcome::proceed);
}

void Engine::noteSpinning(Thread& thread) {
    const SpinDetector::Judgement judged = thread.spin.judge(thread.pending, thread.id == lastRunning_, limits_.spin);
    if (!judged.idle)
        idleYields_ = 0;
    if (judged.spins)
        yield(thread);
}

/// A thread that yields a few times before it waits gets to the wait only if others need not go first each time.
bool Engine::heedsYield(Thread& thread) {
    if (!thread.hasYielded) {
        thread.hasYielded = true;
        thread.unheededYields = strategy_.unheededYields();
        observer_.picked(thread.unheededYields);
    }
    if (thread.unheededYields == 0)
        return true;
    --thread.unheededYields;
    return false;
}

void Engine::yield(Thread& thread) {
    thread.spin.startAnew();
    ++thread.yields;
    ++idleYields_;
    thread.yieldStep = steps_;
    if (!thread.yielded) {
        thread.yielded = true;
        ++yielders_;
    }
}

void Engine::makeReady(Thread& thread, Outcome outcome) {
    if (thread.parked)
        unpark(thread);
    thread.state = State::ready;
    thread.heldOutcome = outcome;
    if (thread.held)
        return;
    std::size_t at = ready_.size();
    while (at > 0 && ready_[at - 1].thread->id > thread.id)
        --at;
    ready_.insert(at, Candidate{&thread, outcome});
}

void Engine::unpark(Thread& thread) {
    thread.parked = false;
    mayTimeOut_.eraseValue(thread.id);
    mayWake_.eraseValue(thread.id);
    if (thread.pending.external)
        --externalWaits_;
}

void Engine::makeBlocked(Thread& thread) {
    if (thread.state == State::ready)
        removeReady(thread);
    thread.state = State::blocked;
    thread.parked = true;
    waitCycles_.suspect(thread.id);
    if (thread.pending.deadline != kNever)
        mayTimeOut_.push(thread.id);
    if (thread.pending.maySpuriouslyWake)
        mayWake_.push(thread.id);
    if (thread.pending.external)
        ++externalWaits_;
}

void Engine::removeReady(Thread& thread) {
    if (thread.held)
        return;
    std::size_t at = 0;
    while (ready_[at].thread != &thread)
        ++at;
    ready_.erase(at);
}

void Engine::refresh(Resource& resource) {
    for (const ThreadId id : resource.waiters()) {
        Thread& thread = *threads_[id];
        const bool available = resource.available(id, thread.pending);
        if (available && thread.state == State::blocked)
            makeReady(thread, Outcome::proceed);
        else if (!available && thread.state == State::ready)
            makeBlocked(thread);
    }
}

bool Engine::interrupt(ThreadId id) {
    Thread& thread = *threads_[id];
    if (thread.state != State::blocked)
        return false;
    stopWaiting(thread);
    makeReady(thread, Outcome::interrupted);
    return true;
}

void Engine::hold(ThreadId id) {
    Thread& thread = *threads_[id];
    if (thread.state == State::ready)
        removeReady(thread);
    thread.held = true;
}

void Engine::letGo(ThreadId id) {
    Thread& thread = *threads_[id];
    if (!thread.held)
        return;
    thread.held = false;
    if (thread.state == State::ready)
        makeReady(thread, thread.heldOutcome);
}

void Engine::stopWaiting(Thread& thread) {
    if (thread.pending.resource)
        thread.pending.resource->waiters().eraseValue(thread.id);
}

std::uint32_t Engine::pick(std::uint32_t bound) {
    const std::uint32_t value = bound > 1 ? strategy_.pick(bound) % bound : 0;
    if (bound > 1)
        observer_.picked(value);
    return value;
}

bool Engine::everyoneElseHadATurn(const Thread& yielder) const {
    for (const Candidate& candidate : ready_) {
        const auto& other = static_cast<const Thread&>(*candidate.thread);
        if (&other != &yielder && !other.yielded && other.lastStep <= yielder.yieldStep)
            return false;
    }
    return true;
}

/// Lifts the ban on yielders whose wait is over; when everybody who could proceed yielded, on the longest waiting one.
void Engine::releaseYielders() {
    Thread* longest = nullptr;
    bool someoneFree = false;
    for (const Candidate& candidate : ready_) {
        Thread& thread = *threads_[candidate.thread->id];
        someoneFree |= !thread.yielded;
        if (thread.yielded && (!longest || thread.yieldStep < longest->yieldStep))
            longest = &thread;
    }
    if (!someoneFree) {
        release(*longest);
        return;
    }
    for (const Candidate& candidate : ready_) {
        Thread& thread = *threads_[candidate.thread->id];
        if (thread.yielded && everyoneElseHadATurn(thread))
            release(thread);
    }
}

void Engine::release(Thread& thread) {
    thread.yielded = false;
    --yielders_;
}

/// Has somebody who can go on been passed over while many rare events let others go on? A loop that waits for a timer and sets it
/// anew could otherwise go round for ever, with the thread that would end it never chosen.
bool Engine::rareEventsPassOver() const {
    if (rareEvents_ < kRareEventsBeforeTurn)
        return false;
    for (const Candidate& candidate : ready_) {
        const auto& thread = static_cast<const Thread&>(*candidate.thread);
        if (!thread.yielded && rareEvents_ - thread.rareEventsBefore >= kRareEventsBeforeTurn)
            return true;
    }
    return false;
}

void Engine::addRareCandidates() {
    for (const ThreadId id : mayTimeOut_)
        if (!isHeld(id))
            candidates_.push(Candidate{threads_[id], Outcome::timedOut});
    for (const ThreadId id : mayWake_)
        if (!isHeld(id))
            candidates_.push(Candidate{threads_[id], Outcome::spurious});
}

/// Who may be overtaken (Strategy::overtakesSleepers). With rare events every sleeper is a candidate anyway: so a replay, which
/// has them, follows an overtaking without asking for it.
ThreadId Engine::sleeperToOvertake() const {
    ThreadId next = kNoThread;
    if (limits_.rareEvents || !strategy_.overtakesSleepers())
        return next;
    for (const ThreadId id : mayTimeOut_)
        if (!isHeld(id) && (next == kNoThread || threads_[id]->pending.deadline < threads_[next]->pending.deadline))
            next = id;
    return next;
}

Choice Engine::collectCandidates() {
    Choice choice;
    choice.running = lastRunning_;
    choice.step = steps_;
    if (yielders_ > 0)
        releaseYielders();
    const bool rare = limits_.rareEvents && !(mayTimeOut_.empty() && mayWake_.empty()) && !rareEventsPassOver();
    const ThreadId sleeper = sleeperToOvertake();
    choice.overtaking = sleeper != kNoThread;
    if (yielders_ == 0 && !rare && !choice.overtaking) {
        choice.candidates = ready_.begin();
        choice.regular = choice.count = ready_.size();
        return choice;
    }
    candidates_.clear();
    for (const Candidate& candidate : ready_)
        if (!threads_[candidate.thread->id]->yielded)
            candidates_.push(candidate);
    choice.regular = candidates_.size();
    if (rare)
        addRareCandidates();
    if (choice.overtaking)
        candidates_.push(Candidate{threads_[sleeper], Outcome::timedOut});
    choice.candidates = candidates_.begin();
    choice.count = candidates_.size();
    return choice;
}

/// Nobody can proceed: virtual time moves on to the earliest deadline. False when there is none.
bool Engine::fireEarliestDeadline() {
    Time earliest = kNever;
    for (const ThreadId id : mayTimeOut_)
        if (threads_[id]->pending.deadline < earliest)
            earliest = threads_[id]->pending.deadline;
    if (earliest == kNever)
        return false;
    if (now_ < earliest)
        now_ = earliest;
    for (std::size_t i = mayTimeOut_.size(); i-- > 0;) {
        Thread& thread = *threads_[mayTimeOut_[i]];
        if (thread.pending.deadline <= now_)
            makeReady(thread, Outcome::timedOut);
    }
    return true;
}

Verdict Engine::decide() {
    if (waitCycles_.find(*this))
        return Verdict::deadlock;
    if (limits_.steps != 0 && steps_ - progressStep_ >= limits_.steps)
        return Verdict::livelock;
    if (idleYields_ >= kIdleYieldsBeforeTimeout * live_ && !mayTimeOut_.empty()) {
        idleYields_ = 0;
        fireEarliestDeadline();
    } else if (idleYields_ >= kIdleYieldsBeforeLivelock * live_) {
        idleYields_ = 0;
        return externalWaits_ == 0 ? Verdict::livelock : Verdict::idle;
    }
    while (ready_.empty()) { // a deadline may let nobody go on but a thread that is held
        if (externalWaits_ > 0 && mayTimeOut_.empty())
            return Verdict::external;
        if (!fireEarliestDeadline())
            return Verdict::deadlock;
    }
    const Choice choice = collectCandidates();
    concurrentSteps_ += live_ > 1;
    const std::size_t index = strategy_.choose(choice);
    return perform(choice.candidates[index < choice.count ? index : 0]);
}

bool Engine::preempts(const Thread& thread) const {
    if (lastRunning_ == kNoThread || lastRunning_ == thread.id)
        return false;
    const Thread& last = *threads_[lastRunning_];
    return last.state == State::ready && !last.yielded && !last.held;
}

Verdict Engine::perform(Candidate candidate) {
    Thread& thread = *threads_[candidate.thread->id];
    outcome_ = candidate.outcome;
    preemptions_ += preempts(thread);
    if (thread.state == State::blocked) {
        if (outcome_ == Outcome::timedOut && now_ < thread.pending.deadline)
            now_ = thread.pending.deadline;
        ++rareEvents_;
        makeReady(thread, outcome_);
    }
    removeReady(thread);
    stopWaiting(thread);
    thread.state = State::running;
    thread.lastStep = ++steps_;
    ++thread.steps;
    thread.rareEventsBefore = rareEvents_;
    running_ = lastRunning_ = thread.id;
    observer_.decided(thread, outcome_, steps_);
    return Verdict::run;
}

const Operation* Engine::endlessWaitOf(ThreadId id) const {
    const Thread& thread = *threads_[id];
    const bool endless = thread.state == State::blocked && thread.pending.resource && thread.pending.deadline == kNever;
    return endless ? &thread.pending : nullptr;
}

} // namespace deadheat::sched
