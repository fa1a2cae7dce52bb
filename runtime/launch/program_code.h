// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The code of a program and of the libraries it is linked with, by source line. Findings name files relative to some root,
// debug information names them as the compiler was called; a name stands for the files that share the longest end of
// their path with it.
#pragma once

#include "report/finding.h"
#include "runtime/launch/debug_lines.h"
#include "runtime/launch/program.h"
#include "runtime/launch/stacks.h"

#include <set>

namespace deadheat::launch {

/// Lines of the source, as the program knows them.
struct CodePlace {
    std::string file;            ///< as the finding names it
    std::set<std::string> files; ///< in the debug information
    unsigned first = 0, last = 0;
    std::string function; ///< short name; empty: any. Tells the body of a lambda from the call that it is passed to

    std::string name() const; ///< "a.cpp:12", for people
    bool contains(const SourceFrame& frame) const;

    bool isCall = false; ///< the access may be made by a function that is called here
};

class ProgramCode {
public:
    /// Throws report::UserError when the program has no debug information.
    explicit ProgramCode(const Program& program);

    CodePlace find(const report::Step& step) const;
    /// Is there any code at the place?
    bool hasCode(const CodePlace& place) const;
    /// Writes `places`, each with its bits, and the foreign code as the targets of a run.
    void aimAt(const std::vector<std::pair<CodePlace, std::uint32_t>>& places, sched::ControlBlock& block) const;

private:
    struct Module {
        std::string path; ///< as the running program finds it
        DebugLines lines;
    };

    std::vector<CodeRange> codeOf(const Module& module, const CodePlace& place) const;

    std::vector<Module> modules_; ///< those with debug information; the program first
};

} // namespace deadheat::launch
