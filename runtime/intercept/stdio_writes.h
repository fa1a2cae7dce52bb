// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Streams write to pipes and sockets by the C library's own write, which would block with the turn when these are full. So a call that
// writes waits for room first: fflush, fclose, the end of the program, and what does not fit into the stream's buffer any more.
// There is room for as much as a pipe takes at once; one call of printf or fputs that writes more may still block.
#pragma once

#include <cstdio>

namespace deadheat::intercept {

/// A pipe with room has room for so much, and a stream that writes to one has a buffer of so much.
constexpr std::size_t kPipePage = 4096;

/// Before the stream is flushed; null: all that are known.
void awaitRoom(void* caller, FILE* stream);
/// Does the stream write to a process of the run?
bool writesToRun(FILE* stream);
/// Before so many bytes are put into a stream that does.
void awaitRoomFor(void* caller, FILE* stream, std::size_t bytes);
/// What exit would do later, without the turn.
void flushAtExit(void* caller);

} // namespace deadheat::intercept
