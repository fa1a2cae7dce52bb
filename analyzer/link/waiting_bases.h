// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Destructors of bases that wait for others. Who waits says that the object is still in use, and what a derived class adds has gone
// by then, the pointer to its virtual functions first.
#pragma once

#include "analyzer/link/program.h"

#include <unordered_map>

namespace deadheat::link {

/// Remembers its answers. Not thread safe.
class WaitingBases {
public:
    explicit WaitingBases(const WholeProgram& program) : p_(program) {}
    /// Whether the instruction makes the object one of its base, whose destructor then waits for others.
    bool isBefore(InstrRef at);

private:
    bool waits(FunctionId function);

    const WholeProgram& p_;
    std::unordered_map<FunctionId, bool> waits_;
};

} // namespace deadheat::link
