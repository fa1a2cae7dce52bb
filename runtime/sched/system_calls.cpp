// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/sched/system_calls.h"

#include <sys/syscall.h>

namespace deadheat::sched {
namespace {

struct Row {
    long number;
    const char* name;
};

constexpr Row kRows[] = {
#define DEADHEAT_SYSTEM_CALL(name) {SYS_##name, #name},
#include "runtime/sched/system_calls.def"
#undef DEADHEAT_SYSTEM_CALL
};

} // namespace

const char* nameOfBlockingCall(long number) {
    for (const Row& row : kRows)
        if (row.number == number)
            return row.name;
    return nullptr;
}

} // namespace deadheat::sched
