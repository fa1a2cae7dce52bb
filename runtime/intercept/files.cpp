// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What processes can notice of each other by files.
#include "runtime/intercept/files.h"

#include "runtime/intercept/controller.h"
#include "runtime/intercept/kernel_objects.h"

#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace deadheat::intercept {

using sched::OperationKind;

void reachFile(Call& call, OperationKind kind) {
    reach(call.self, operationOn(kind, nullptr, kernelKey(KernelObject::file, 0, 0), call.place()));
}

#define DEADHEAT_UNWRAP(...) __VA_ARGS__
#define DEADHEAT_FILE_STEP(operation, result, forwarded, arguments)                                                    \
    ThreadRecord* self = enter();                                                                                      \
    if (!self || !controlling())                                                                                       \
        return forwarded arguments;                                                                                    \
    Call call(*self, DEADHEAT_CALLER);                                                                                 \
    reachFile(call, OperationKind::operation);                                                                         \
    return forwarded arguments;
#define DEADHEAT_FILE(operation, result, name, parameters, arguments)                                                  \
    DEADHEAT_INTERCEPT(result, name, DEADHEAT_UNWRAP parameters) {                                                     \
        DEADHEAT_FILE_STEP(operation, result, forward_##name, arguments)                                               \
    }
#define DEADHEAT_FILE_LIBRARY(operation, result, name, parameters, arguments)                                          \
    DEADHEAT_INTERCEPT_LIBRARY(result, name, DEADHEAT_UNWRAP parameters) {                                             \
        DEADHEAT_FILE_STEP(operation, result, library_##name(), arguments)                                             \
    }
#include "runtime/intercept/files.def"

} // namespace deadheat::intercept
