// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reading through <stdio.h> from pipes and sockets: the C library's own read would block with the turn, so a call whose buffer is
// empty waits first. What needs more than the first part of what is read is done in parts, each of what the buffer has.
#include "runtime/intercept/channels.h"
#include "runtime/intercept/descriptor_waits.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

extern "C" std::size_t forward_fread_part(void*, std::size_t, std::size_t, FILE*) __asm__("__interceptor_fread");

namespace deadheat::intercept {
namespace {

bool isBuffered(const FILE* file) { return file->_IO_read_ptr < file->_IO_read_end; }

std::size_t buffered(const FILE* file) { return static_cast<std::size_t>(file->_IO_read_end - file->_IO_read_ptr); }

/// May a read of the stream wait for a process of the run, or for somebody outside?
bool mayWait(FILE* file) {
    const int descriptor = enter() && controlling() ? fileno(file) : -1;
    return descriptor >= 0 && mayFill(descriptor);
}

/// False when a signal ended the wait.
bool awaitInput(void* caller, FILE* file) {
    if (isBuffered(file) || !mayWait(file))
        return true;
    Call call(*currentThread(), caller);
    return awaitOne(call, sched::OperationKind::descriptorRead, fileno(file), POLLIN);
}

/// False at the end of the file, or when a signal ended the wait.
bool fill(void* caller, FILE* file) {
    if (isBuffered(file))
        return true;
    if (!awaitInput(caller, file))
        return false;
    const int first = getc_unlocked(file);
    return first != EOF && ungetc(first, file) != EOF;
}

/// How much of the buffer belongs to a text that ends after `end`.
std::size_t partUntil(const FILE* file, int end, bool& complete) {
    const void* const found = std::memchr(file->_IO_read_ptr, end, buffered(file));
    complete = found != nullptr;
    return complete ? static_cast<std::size_t>(static_cast<const char*>(found) - file->_IO_read_ptr) + 1
                    : buffered(file);
}

char* getLine(void* caller, char* text, std::size_t bytes, FILE* file) {
    std::size_t done = 0;
    for (bool complete = false; !complete && done + 1 < bytes && fill(caller, file);) {
        const std::size_t part = partUntil(file, '\n', complete);
        done += forward_fread_part(text + done, 1, std::min(part, bytes - 1 - done), file);
    }
    if (done == 0)
        return nullptr;
    text[done] = '\0';
    return text;
}

std::size_t read(void* caller, char* out, std::size_t bytes, FILE* file) {
    std::size_t done = 0;
    while (done < bytes && fill(caller, file))
        done += forward_fread_part(out + done, 1, std::min(bytes - done, buffered(file)), file);
    return done;
}

bool reserve(char** text, std::size_t* bytes, std::size_t wanted) {
    if (*text && *bytes >= wanted)
        return true;
    const std::size_t most = std::max(wanted, 2 * (*text ? *bytes : 60));
    auto* const grown = static_cast<char*>(std::realloc(*text, most));
    if (!grown)
        return false;
    *text = grown;
    *bytes = most;
    return true;
}

ssize_t getText(void* caller, char** text, std::size_t* bytes, int end, FILE* file) {
    std::size_t done = 0;
    for (bool complete = false; !complete && fill(caller, file);) {
        const std::size_t part = partUntil(file, end, complete);
        if (!reserve(text, bytes, done + part + 1))
            return -1;
        done += forward_fread_part(*text + done, 1, part, file);
    }
    if (done == 0)
        return -1;
    (*text)[done] = '\0';
    return static_cast<ssize_t>(done);
}

} // namespace

DEADHEAT_INTERCEPT(char*, fgets, char* text, int bytes, FILE* file) {
    return bytes > 1 && mayWait(file) ? getLine(DEADHEAT_CALLER, text, static_cast<std::size_t>(bytes), file)
                                      : forward_fgets(text, bytes, file);
}

DEADHEAT_INTERCEPT(std::size_t, fread, void* items, std::size_t bytes, std::size_t count, FILE* file) {
    return bytes > 0 && mayWait(file) ? read(DEADHEAT_CALLER, static_cast<char*>(items), bytes * count, file) / bytes
                                      : forward_fread(items, bytes, count, file);
}

DEADHEAT_INTERCEPT(ssize_t, getline, char** line, std::size_t* bytes, FILE* file) {
    return line && bytes && mayWait(file) ? getText(DEADHEAT_CALLER, line, bytes, '\n', file)
                                          : forward_getline(line, bytes, file);
}

/// Headers turn getline into `__getdelim`.
#define DEADHEAT_GETS_TEXT(name)                                                                                       \
    DEADHEAT_INTERCEPT(ssize_t, name, char** line, std::size_t* bytes, int end, FILE* file) {                          \
        return line && bytes && mayWait(file) ? getText(DEADHEAT_CALLER, line, bytes, end, file)                       \
                                              : forward_##name(line, bytes, end, file);                                \
    }
DEADHEAT_GETS_TEXT(getdelim)
DEADHEAT_GETS_TEXT(__getdelim)

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
