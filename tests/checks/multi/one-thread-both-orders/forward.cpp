// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "locks.h"

std::mutex red, black;

void redBlackOk() {
    std::lock_guard first(red);
    std::lock_guard second(black);
}
