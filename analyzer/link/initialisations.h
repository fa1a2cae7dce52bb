// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Code that runs once because a flag says so: `if (!ready) { table = ...; ready = 1; }`, `pthread_once`.
#pragma once

#include "analyzer/link/program.h"

#include <map>
#include <unordered_set>
#include <vector>

namespace deadheat::link {

/// A flag is a global variable, or a member of one, that is tested, set on the way, and not set back by any thread of the program: it is
/// tested and set anew after somebody has shut everything down. What is done between comes before everybody who was let in by the
/// flag, or has got from there what he works on. That nobody works on it without is assumed, as is that the flag is guarded:
/// accesses to the flag itself are judged like others. What runs through a once flag is such code, too.
class Initialisations {
public:
    explicit Initialisations(const WholeProgram& program);

    /// Whether the instruction runs only where a flag has been found unset, or in functions that are only called from there.
    bool isInitialising(InstrRef at) const { return functions_[at.function] || regions_.contains(at); }
    bool isFlag(ExprId address) const { return flags_.contains(address); }

private:
    /// A branch that is taken when the flag has the value that says "not yet".
    struct Test {
        FunctionId function = kNoId;
        ir::Index block = ir::kNone, target = ir::kNone;
        bool unsetIsZero = true;
    };
    struct Store {
        InstrRef at;
        bool isZero = false, isKnown = false; ///< a constant, or for pointers something that was just made
    };
    void findTests();
    void addTest(FunctionId function, ir::Index block);
    void findStores();
    void addRegion(ExprId flag, const Test& test);
    bool isOneTime(const Test& test, const std::vector<Store>& stores) const;
    bool runsInThreads(FunctionId function) const;
    std::vector<ir::Index> dominatedBy(const Test& test) const;
    bool mayTestAgain(const Test& test, const std::vector<Store>& stores) const;
    void spreadToCallees();
    ExprId flagAt(const ir::Place& place) const;
    bool isMade(FunctionId function, ir::Index local) const;

    const WholeProgram& p_;
    std::map<ExprId, std::vector<Test>> tests_;
    std::map<ExprId, std::vector<Store>> stores_; ///< to what is tested
    std::unordered_set<ExprId> flags_;
    std::unordered_set<InstrRef, InstrRefHash> regions_;
    std::vector<char> functions_; ///< by function: called from regions, or once, only
};

} // namespace deadheat::link
