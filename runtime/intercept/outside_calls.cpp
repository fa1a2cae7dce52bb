// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The functions of outside_calls.def, and the descriptors that tell of what the scheduler does not bring about.
#include "runtime/intercept/call.h"
#include "runtime/intercept/controller.h"

#include <aio.h>
#include <csignal>
#include <fcntl.h>
#include <mqueue.h>
#include <pty.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <termios.h>
#include <unistd.h>

namespace deadheat::intercept {
namespace {

bool isControlled(ThreadRecord* self) { return self && controlling(); }

} // namespace

#define DEADHEAT_UNWRAP(...) __VA_ARGS__

#define DEADHEAT_OUTSIDE(result, name, parameters, arguments)                                                          \
    DEADHEAT_INTERCEPT_LIBRARY(result, name, DEADHEAT_UNWRAP parameters) {                                             \
        ThreadRecord* self = enter();                                                                                  \
        if (!isControlled(self))                                                                                       \
            return library_##name() arguments;                                                                         \
        reportUnsupported(#name "()");                                                                                 \
        Call call(*self, DEADHEAT_CALLER);                                                                             \
        OutsideCall outside(*self, call.place());                                                                      \
        return library_##name() arguments;                                                                             \
    }

#define DEADHEAT_NAMED(result, name, parameters, arguments)                                                            \
    DEADHEAT_INTERCEPT_LIBRARY(result, name, DEADHEAT_UNWRAP parameters) {                                             \
        if (isControlled(enter()))                                                                                     \
            reportUnsupported(#name "()");                                                                             \
        return library_##name() arguments;                                                                             \
    }

#include "runtime/intercept/outside_calls.def"

/// ThreadSanitizer follows these itself.
#define DEADHEAT_NAMED_DESCRIPTOR(name, parameters, arguments)                                                         \
    DEADHEAT_INTERCEPT(int, name, DEADHEAT_UNWRAP parameters) {                                                        \
        if (isControlled(enter()))                                                                                     \
            reportUnsupported(#name "()");                                                                             \
        return forward_##name arguments;                                                                               \
    }
DEADHEAT_NAMED_DESCRIPTOR(inotify_init, (void), ())
DEADHEAT_NAMED_DESCRIPTOR(inotify_init1, (int flags), (flags))

} // namespace deadheat::intercept
