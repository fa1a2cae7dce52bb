// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Programs of any size for benchmarks, shaped like layered C++ code: many files of classes and functions that mostly work on
// the types of their own file and its neighbours, a few container routines that everybody calls with everything, tables
// of callbacks, class hierarchies, and threads. The same size gives the same program.
#pragma once

#include "analyzer/ir/ir.h"

#include <vector>

namespace deadheat::bench {

struct ProgramSize {
    unsigned files = 10;
    unsigned functionsPerFile = 100;
    unsigned instructionsPerFunction = 30;
};

/// One module per file; module 0 also holds the shared routines.
std::vector<ir::Module> generateProgram(const ProgramSize& size);

std::size_t instructionCount(const std::vector<ir::Module>& modules);

} // namespace deadheat::bench
