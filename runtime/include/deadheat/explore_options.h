// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The C interface behind deadheat/explore.h.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct deadheat_explore_options {
    uint64_t schedules, seed, max_steps;
    const char* strategy;
    const char* name;
    unsigned depth, preemptions, rare_events;
};

/// `body` returns 0 when all is well. Returns the number of schedules run; writes what failed to `message`, or "".
uint64_t deadheat_explore(const struct deadheat_explore_options* options, int (*body)(void*), void* argument,
                          char* message, size_t message_bytes);

#ifdef __cplusplus
}
#endif
