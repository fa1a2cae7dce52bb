// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Stacks of the tested program as return addresses.
#pragma once

#include <cstddef>
#include <cstdint>

namespace deadheat::intercept {

struct Backtrace {
    static constexpr std::size_t kFrames = 20;
    std::uintptr_t frames[kFrames] = {}; ///< innermost first, 0 ends it; with their program (tsan/programs.h)
};

/// Follows frame pointers from `frame` up to `stackEnd`: fast, exact in code built by Deadheat's compiler wrappers.
void captureByFramePointer(Backtrace& out, void* caller, void* frame, std::uintptr_t stackEnd);
/// Unwinds by tables: slow, also through libraries that keep no frame pointers. Starts at `caller`'s frame.
void captureByTables(Backtrace& out, void* caller);
/// The same into an array of any length; returns the number of frames.
std::size_t captureByTables(std::uintptr_t* out, std::size_t most, void* caller);

} // namespace deadheat::intercept
