// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a stream still holds is written by fflush, fclose and the end of the program, by the C library's own write, which would block
// with the turn when a pipe or socket is full. So these wait for room first. Not those that fill a stream: whether they write,
// only the C library knows.
#pragma once

#include <cstdio>

namespace deadheat::intercept {

/// Before the stream is flushed; null: all that are known.
void awaitRoom(void* caller, FILE* stream);
/// What exit would do later, without the turn.
void flushAtExit(void* caller);

} // namespace deadheat::intercept
