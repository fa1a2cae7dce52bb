// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ThreadSanitizer's reports as JSON records for the launcher. Nothing is symbolised here: that happens once, outside.
#pragma once

#include <cstddef>

namespace deadheat::tsan {

/// Receives one finished record (a line of JSON).
using RecordSink = void (*)(const char* record, std::size_t bytes);

/// From here on reports go to `sink`, and their text to the descriptor `printTo` instead of standard error.
void captureReports(RecordSink sink, int printTo);

/// Makes ThreadSanitizer ready when this code runs before its own start.
void ensureStarted();

} // namespace deadheat::tsan
