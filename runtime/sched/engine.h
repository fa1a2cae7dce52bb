// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The deterministic heart of controlled runs: who may run, who is chosen, when nobody can. It knows no operating system,
// no real thread and no ThreadSanitizer; whoever embeds it performs the operations and calls back after each one.
//
// Protocol. Exactly one thread is running at a time. The running thread announces its next operation (`step`), which
// returns after the next thread has been chosen: `running()` is the one that performs its pending operation now. A model
// that changed calls `refresh`. Fairness: a thread that yields or spins is not chosen again before every other thread
// that could proceed has been (after Musuvathi and Qadeer, "Fair stateless model checking", PLDI 2008; here a spin is
// recognised by a count instead of a declared yield).
//
// Not thread safe: the turn itself is the lock. Cost of a step: linear in the ready threads, in practice a few words.
#pragma once

#include "runtime/sched/resource.h"
#include "runtime/sched/spin_detector.h"
#include "runtime/sched/strategy.h"
#include "runtime/sched/vector.h"
#include "runtime/sched/wait_cycles.h"

namespace deadheat::sched {

enum class Verdict : std::uint8_t {
    run,      ///< running() has the turn
    finished, ///< no thread is left
    deadlock, ///< nobody can run, or some threads wait for each other in a cycle(); see stuck()
    livelock, ///< the step limit was reached, or all threads spin and nothing changes
    external, ///< only things outside the program can let a thread go on: refresh, then resume()
    idle,     ///< who can run spins, the others wait for things outside the program: refresh, then resume()
};

/// Told of every decision, in order. What it is told, and nothing else, makes a schedule.
class DecisionObserver;
struct ObserverFunctions {
    void (*decided)(DecisionObserver&, const ThreadView&, Outcome, std::uint64_t step);
    void (*picked)(DecisionObserver&, std::uint32_t value);
};

class DecisionObserver {
public:
    void decided(const ThreadView& thread, Outcome outcome, std::uint64_t step) {
        functions_->decided(*this, thread, outcome, step);
    }
    void picked(std::uint32_t value) { functions_->picked(*this, value); }

protected:
    explicit DecisionObserver(const ObserverFunctions& functions) : functions_(functions) {}
    ~DecisionObserver() = default;

private:
    FunctionsNumber<ObserverFunctions> functions_;
};

template <typename Observer>
constexpr ObserverFunctions functionsOfObserver() {
    return {[](DecisionObserver& observer, const ThreadView& thread, Outcome outcome, std::uint64_t step) {
                static_cast<Observer&>(observer).decided(thread, outcome, step);
            },
            [](DecisionObserver& observer, std::uint32_t value) { static_cast<Observer&>(observer).picked(value); }};
}

struct Limits {
    std::uint64_t steps = 10'000'000; ///< without a thread starting or ending; 0: no limit
    bool rareEvents = true;           ///< timeouts may fire early and conditions wake spuriously; true in replays
    SpinLimits spin;
};

class Engine {
public:
    Engine(Strategy& strategy, DecisionObserver& observer, Limits limits);
    ~Engine();

    /// Adds a thread whose first operation is `start`. The first one added is running at once.
    ThreadId spawn();
    /// The running thread's next operation; chooses who performs the next step.
    Verdict step(const Operation& operation);
    /// The running thread is done and will never call again.
    Verdict finish();
    /// A thread is gone without a step of its own: its process has ended. When it had the turn, resume() comes next.
    void drop(ThreadId thread);
    /// Chooses again after Verdict::external or idle and a refresh.
    Verdict resume();

    /// The state of `resource` has changed: re-asks its waiters.
    void refresh(Resource& resource);
    /// Lets a blocked thread go on with Outcome::interrupted. False when it is not blocked.
    bool interrupt(ThreadId thread);
    /// The thread is not chosen, whatever it waits for, until it is let go: its process is stopped.
    void hold(ThreadId thread);
    void letGo(ThreadId thread);
    /// A decision of a model, recorded with the schedule.
    std::uint32_t pick(std::uint32_t bound);

    ThreadId running() const { return running_; }
    Outcome outcome() const { return outcome_; } ///< of the step being performed
    std::uint64_t steps() const { return steps_; }
    /// Those performed while more than one thread was alive.
    std::uint64_t concurrentSteps() const { return concurrentSteps_; }
    /// Times that another thread was chosen than the one that could have gone on.
    std::uint64_t preemptions() const { return preemptions_; }
    Time now() const { return now_; }
    void advanceClock(Time by) { now_ += by; }
    std::size_t threadCount() const { return threads_.size(); }
    std::size_t liveCount() const { return live_; }
    std::size_t readyCount() const { return ready_.size(); }
    const ThreadView& thread(ThreadId id) const { return *threads_[id]; }
    /// What the thread waits for without a limit of time; null: it can go on by itself.
    const Operation* endlessWaitOf(ThreadId id) const;
    bool isBlocked(ThreadId id) const { return threads_[id]->state == State::blocked; }
    bool isHeld(ThreadId id) const { return threads_[id]->held; }
    bool isFinished(ThreadId id) const { return threads_[id]->state == State::finished; }
    /// After Verdict::deadlock: as WaitCycles tells; or empty, when there is no cycle and all threads wait.
    const Vector<ThreadId>& cycle() const { return waitCycles_.cycle(); }
    bool holderEnded() const { return waitCycles_.holderEnded(); }

private:
    enum class State : std::uint8_t { running, ready, blocked, finished };

    struct Thread : ThreadView {
        SpinDetector spin;
        State state = State::ready;
        bool yielded = false;
        bool held = false;                      ///< and, when ready, not among ready_
        Outcome heldOutcome = Outcome::proceed; ///< with which it is to go on
        bool parked = false;                    ///< blocked and registered for what could end the wait
        std::uint64_t lastStep = 0;             ///< when it was last chosen
        std::uint64_t yieldStep = 0;            ///< when it yielded
        std::uint64_t rareEventsBefore = 0;     ///< its last step
        std::uint32_t unheededYields = 0;       ///< left
        bool hasYielded = false;
    };

    bool preempts(const Thread& thread) const;
    void announce(Thread& thread, const Operation& operation);
    void noteSpinning(Thread& thread);
    bool heedsYield(Thread& thread);
    void yield(Thread& thread);
    void makeReady(Thread& thread, Outcome outcome);
    void makeBlocked(Thread& thread);
    void unpark(Thread& thread);
    void removeReady(Thread& thread);
    void stopWaiting(Thread& thread);
    bool everyoneElseHadATurn(const Thread& thread) const;
    void releaseYielders();
    Choice collectCandidates();
    bool rareEventsPassOver() const;
    void addRareCandidates();
    ThreadId sleeperToOvertake() const;
    bool fireEarliestDeadline();
    Verdict decide();
    void release(Thread& thread);
    Verdict perform(Candidate candidate);

    Strategy& strategy_;
    DecisionObserver& observer_;
    Limits limits_;
    Vector<Thread*> threads_;
    Vector<Candidate> ready_;      ///< sorted by thread
    Vector<Candidate> candidates_; ///< scratch
    Vector<ThreadId> mayTimeOut_;  ///< blocked with a deadline
    Vector<ThreadId> mayWake_;     ///< blocked, may wake spuriously
    WaitCycles waitCycles_;
    std::size_t live_ = 0;
    std::size_t yielders_ = 0;
    std::size_t externalWaits_ = 0;
    std::uint64_t idleYields_ = 0; ///< since the last step that got anywhere
    ThreadId running_ = kNoThread;
    ThreadId lastRunning_ = kNoThread;
    Outcome outcome_ = Outcome::proceed;
    std::uint64_t steps_ = 0;
    std::uint64_t concurrentSteps_ = 0;
    std::uint64_t preemptions_ = 0;
    std::uint64_t rareEvents_ = 0;   ///< that have happened
    std::uint64_t progressStep_ = 0; ///< last start or end of a thread
    Time now_ = 0;
};

} // namespace deadheat::sched
