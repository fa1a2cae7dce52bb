// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "counter.h"

void Counter::add() {
    std::lock_guard guard(mutex_);
    ++count_;
}
void Counter::addTwice() {
    add();
    add();
}
int Counter::count() {
    std::lock_guard guard(mutex_);
    return count_;
}
