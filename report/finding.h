// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one vocabulary that the analyzer, the runtime and every output format share: a Finding is an argument that a reader
// can check, not just a line. Plain data; knows neither Clang nor ThreadSanitizer. Value types, no thread affinity.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace deadheat::report {

/// A place in a source file. `file` is as the user would write it: relative to the project root when below it, absolute
/// otherwise; forward slashes. Lines and columns count from 1; 0 means unknown. The end is inclusive of `endColumn - 1`.
struct Location {
    std::string file;
    unsigned line = 0;
    unsigned column = 0;
    unsigned endLine = 0;
    unsigned endColumn = 0;

    auto operator<=>(const Location&) const = default;
};

/// One step of an argument: "lock taken here", "called from here". `function` may be empty.
struct Step {
    Location location;
    std::string message;
    std::string function;

    auto operator<=>(const Step&) const = default;
};

/// What one thread (process, task) does on its way to the defect; becomes one SARIF thread flow.
struct Trace {
    std::string title;       ///< e.g. "thread started at pool.cpp:12" or "main thread"
    std::vector<Step> steps; ///< in execution order; the last one is the access, acquisition or blocking call
    std::vector<std::string> locksHeld; ///< spelt as in the source, at the last step

    auto operator<=>(const Trace&) const = default;
};

enum class Level { style, warning, error };
enum class Confidence { low, medium, high };

/// What makes us believe that the code runs concurrently.
enum class World {
    closed, ///< two thread roots that may run in parallel reach the places
    open,   ///< the code's own locking claims that it is shared
    run,    ///< observed in an execution
    local,  ///< the defect needs no second thread (a lock leak, a handle destroyed while joinable)
};

/// What `deadheat confirm` made of a finding.
struct Confirmation {
    enum class State { none, confirmed, unconfirmed, notTried };
    State state = State::none;   ///< none: nobody asked
    std::string reason;          ///< one clause
    std::string schedule;        ///< file with the schedule that shows the defect
    std::uint64_t schedules = 0; ///< tried, the one that shows it included

    auto operator<=>(const Confirmation&) const = default;
};

/// A defect together with its evidence.
struct Finding {
    std::string rule;    ///< id of the check: "data-race", "lock-order" ...
    std::string variant; ///< finer kind within the rule ("wrong-lock"); may be empty; part of the fingerprint
    Level level = Level::warning;
    Confidence confidence = Confidence::medium;
    World world = World::closed;
    std::string message;     ///< one sentence, no trailing full stop, names the data or the locks
    std::string subject;     ///< what is wrong, stable across edits: qualified names of data, locks, functions
    Location location;       ///< the primary place
    std::vector<Step> notes; ///< further places, in the order of the argument
    std::vector<Trace> traces;
    std::string replay;      ///< command that reproduces the finding at run time; empty for static findings
    std::string fingerprint; ///< filled by fingerprint.h; survives line shifts
    Confirmation confirmation;

    auto operator<=>(const Finding&) const = default;
};

} // namespace deadheat::report
