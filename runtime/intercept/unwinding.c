// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In C, compiled with -fexceptions: code that is unwound in C++ needs the C++ library, which a C program does not have.
#include "runtime/intercept/unwinding.h"

#include <stddef.h>

struct Guard {
    void (*unwound)(void*);
    void* argument;
};

static void endGuard(struct Guard* guard) {
    if (guard->unwound)
        guard->unwound(guard->argument);
}

void deadheatCallGuarded(void (*function)(void), void (*unwound)(void*), void* argument) {
    __attribute__((cleanup(endGuard))) struct Guard guard = {unwound, argument};
    function();
    guard.unwound = NULL;
}
