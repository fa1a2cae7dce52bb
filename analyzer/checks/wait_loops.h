// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The loop around a wait on a condition: what is tested again after waking up, before anything else is done.
#pragma once

#include "analyzer/checks/check.h"

#include <set>

namespace deadheat::checks {

class WaitLoops {
public:
    explicit WaitLoops(const link::WholeProgram& program) : p_(program) {}

    /// Whether something in memory is tested again after `wait` (or a call that contains it) before the function goes on: in a
    /// cycle that does not give `lock` up, or back at the test that led to the wait.
    bool isTestedAgain(link::InstrRef wait, link::ExprId lock) const;
    /// The instructions between the wait and itself that read memory to decide whether to wait (again).
    std::vector<link::InstrRef> tests(link::InstrRef wait, link::ExprId lock) const;
    /// Whether a test of memory in the same critical section decides whether the wait runs at all.
    bool isConditional(link::InstrRef wait, link::ExprId lock) const;
    /// Whether memory is tested just before the lock is taken, and then waited: what changes in between is waited for in vain.
    bool isTestedTooEarly(link::InstrRef wait, link::ExprId lock) const;
    /// The instructions that read memory to decide whether a loop around the wait goes on, under the lock or not.
    std::vector<link::InstrRef> loopTests(link::InstrRef wait) const;

    /// Whether the wait is a step of a loop that does something else as well.
    bool isStepOfWork(link::InstrRef wait) const;

private:
    std::set<link::InstrRef> releasesOf(link::FunctionId function, link::ExprId lock) const;
    std::set<link::InstrRef> acquisitionsOf(link::FunctionId function, link::ExprId lock) const;
    bool decides(link::InstrRef at) const;
    bool isUse(link::InstrRef at) const;

    const link::WholeProgram& p_;
};

} // namespace deadheat::checks
