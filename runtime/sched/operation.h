// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The vocabulary of a run: threads by number, virtual time, and the operation a thread is about to perform. A run is a
// sequence of steps; at each step one thread performs its pending operation and runs on to its next one.
#pragma once

#include <cstdint>

namespace deadheat::sched {

class Resource;

using ThreadId = std::uint32_t; ///< 0 is the main thread; the others in order of creation
using Time = std::uint64_t;     ///< nanoseconds of virtual time since the start of the run

inline constexpr ThreadId kNoThread = ~ThreadId{0};
inline constexpr Time kNever = ~Time{0};

enum class OperationKind : std::uint8_t {
#define DEADHEAT_OPERATION(name, text, effect) name,
#include "runtime/sched/operations.def"
#undef DEADHEAT_OPERATION
};

enum class Effect : std::uint8_t { reads, writes, syncs };

const char* describe(OperationKind kind);
Effect effectOf(OperationKind kind);

/// How a step ended the wait of the thread that performs it.
enum class Outcome : std::uint8_t {
    proceed,     ///< what it waited for is there (or it did not have to wait)
    timedOut,    ///< its deadline passed
    spurious,    ///< a condition variable may wake for no reason (POSIX)
    interrupted, ///< a signal handler is due
};
inline constexpr unsigned kOutcomes = 4;

/// What a thread does at its next step.
struct Operation {
    OperationKind kind = OperationKind::start;
    bool maySpuriouslyWake = false;
    bool cancelsLater = false;    ///< a cancelled thread must first do what ends the wait (take the mutex back)
    bool interruptible = false;   ///< a signal ends the wait; else it goes on after the handler
    bool restartable = false;     ///< and interruptible: not after handlers that were installed with SA_RESTART
    bool onOwnStack = false;      ///< a plain access to the thread's own stack, which others nearly never touch
    bool external = false;        ///< waits for something outside the program, which the engine cannot decide
    Resource* resource = nullptr; ///< what it may have to wait for; null when it can always proceed
    std::uint64_t address = 0;    ///< of the object or memory location; identity only, never part of a decision
    std::uint32_t bytes = 1;      ///< accessed at the address; 1 where it does not matter
    std::uint64_t place = 0;      ///< program counter
    Time deadline = kNever;
    std::uint32_t targets = 0; ///< sides of what a steered run aims at (control_block.h) that this step is on; bits
};

} // namespace deadheat::sched
