// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Instructions that run at most once in the whole program: an object made there is one object, not many of one kind.
#pragma once

#include "analyzer/link/program.h"

#include <unordered_set>
#include <vector>

namespace deadheat::link {

class SingleRuns {
public:
    explicit SingleRuns(const WholeProgram& program);
    bool runsOnce(InstrRef at) const { return (once_[at.function] && !inLoop(at)) || initialising_.contains(at); }

private:
    void findInitialisations();
    void addInitialisation(InstrRef flagTaken);
    bool inLoop(InstrRef at) const;

    const WholeProgram& p_;
    std::vector<char> once_; ///< by function
    std::unordered_set<InstrRef, InstrRefHash> initialising_;
};

} // namespace deadheat::link
