// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reading through <stdio.h> from pipes and sockets: the C library's own read would block with the turn, so a call whose buffer is
// empty waits first. A call that needs more than the first part of what it reads may still block there.
#include "runtime/intercept/channels.h"
#include "runtime/intercept/descriptor_waits.h"

#include <cstdio>

namespace deadheat::intercept {
namespace {

bool isBuffered(const FILE* file) { return file->_IO_read_ptr < file->_IO_read_end; }

/// False when a signal ended the wait.
bool awaitInput(void* caller, FILE* file) {
    ThreadRecord* self = enter();
    if (!self || !controlling() || isBuffered(file))
        return true;
    const int descriptor = fileno(file);
    if (descriptor < 0 || !mayFill(descriptor))
        return true;
    Call call(*self, caller);
    return awaitOne(call, sched::OperationKind::descriptorRead, descriptor, POLLIN);
}

} // namespace

DEADHEAT_INTERCEPT(char*, fgets, char* text, int bytes, FILE* file) {
    return awaitInput(DEADHEAT_CALLER, file) ? forward_fgets(text, bytes, file) : nullptr;
}

DEADHEAT_INTERCEPT(std::size_t, fread, void* items, std::size_t bytes, std::size_t count, FILE* file) {
    return awaitInput(DEADHEAT_CALLER, file) ? forward_fread(items, bytes, count, file) : 0;
}

DEADHEAT_INTERCEPT(ssize_t, getline, char** line, std::size_t* bytes, FILE* file) {
    return awaitInput(DEADHEAT_CALLER, file) ? forward_getline(line, bytes, file) : -1;
}

DEADHEAT_INTERCEPT(ssize_t, getdelim, char** line, std::size_t* bytes, int end, FILE* file) {
    return awaitInput(DEADHEAT_CALLER, file) ? forward_getdelim(line, bytes, end, file) : -1;
}

#define DEADHEAT_GETS_CHARACTER(name)                                                                                  \
    DEADHEAT_INTERCEPT_LIBRARY(int, name, FILE* file) {                                                                \
        return awaitInput(DEADHEAT_CALLER, file) ? library_##name()(file) : EOF;                                       \
    }
DEADHEAT_GETS_CHARACTER(fgetc)
DEADHEAT_GETS_CHARACTER(getc)

DEADHEAT_INTERCEPT_LIBRARY(int, getchar, void) {
    return awaitInput(DEADHEAT_CALLER, stdin) ? library_getchar()() : EOF;
}

} // namespace deadheat::intercept
