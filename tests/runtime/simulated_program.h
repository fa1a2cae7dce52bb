// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Programs without threads: lists of operations that a test lets the engine schedule, with a reference semantics of its
// own that is written without the models.
#pragma once

#include "runtime/model/barrier.h"
#include "runtime/model/mutex.h"
#include "runtime/model/semaphore.h"
#include "runtime/model/thread_end.h"
#include "runtime/sched/engine.h"

#include <cstdlib>
#include <deque>
#include <memory>
#include <vector>

namespace deadheat::test {

enum class Do { access, read, accessOwnStack, lock, unlock, wait, post, join, sleep, yield };

struct Instruction {
    Do what = Do::access;
    unsigned object = 0;  ///< mutex, semaphore or thread, by number
    unsigned targets = 0; ///< sides of what a steered run aims at; bits
};

using ThreadCode = std::vector<Instruction>;
using ProgramCode = std::vector<ThreadCode>; ///< all threads exist from the start

struct Trace {
    std::vector<unsigned> threads; ///< who performed each step
    std::vector<sched::Outcome> outcomes;
    sched::Verdict verdict = sched::Verdict::run;
    std::vector<unsigned> cycle;
    std::vector<std::size_t> position; ///< next instruction of each thread at the end
    bool violation = false;            ///< the reference semantics did not allow a step that was performed
};

/// State of the program by the reference semantics.
class Reference {
public:
    Reference(const ProgramCode& code, unsigned mutexes, unsigned semaphores)
        : code_(code), owner_(mutexes, kFree), value_(semaphores, 0), position_(code.size(), 0) {}

    bool finished(unsigned thread) const { return position_[thread] == code_[thread].size(); }
    bool mayStep(unsigned thread) const;
    void step(unsigned thread);
    bool anyMayStep() const;
    const std::vector<std::size_t>& position() const { return position_; }
    int owner(unsigned mutex) const { return owner_[mutex]; }

    static constexpr int kFree = -1;

private:
    const ProgramCode& code_;
    std::vector<int> owner_;
    std::vector<int> value_;
    std::vector<std::size_t> position_;
};

/// Lets `strategy` schedule the program until it ends or is stuck.
Trace simulate(const ProgramCode& code, unsigned mutexes, unsigned semaphores, sched::Strategy& strategy,
               sched::DecisionObserver* observer = nullptr, sched::Limits limits = {});

/// Engine memory for tests.
void useHeap();

} // namespace deadheat::test
