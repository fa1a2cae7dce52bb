// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ThreadSanitizer's reports as JSON records for the launcher. Nothing is symbolised here: that happens once, outside.
#pragma once

#include <cstddef>
#include <cstdint>

namespace deadheat::tsan {

/// Receives one finished record (a line of JSON).
using RecordSink = void (*)(const char* record, std::size_t bytes);

struct Frames {
    const std::uintptr_t* begin = nullptr;
    std::size_t count = 0;
};
/// Where the thread with this number of the kernel was created; ThreadSanitizer's own stack lacks what called a library that is
/// not instrumented. No frames when unknown.
using CreationOf = Frames (*)(unsigned long long thread);

/// From here on reports go to `sink`, and their text nowhere else.
void captureReports(RecordSink sink, CreationOf creationOf);

/// Makes ThreadSanitizer ready when this code runs before its own start.
void ensureStarted();

} // namespace deadheat::tsan
