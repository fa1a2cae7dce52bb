// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "locks.h"

void blackRedOk() {
    std::lock_guard first(black);
    std::lock_guard second(red);
}

void readRedOk() { std::lock_guard guard(red); }
