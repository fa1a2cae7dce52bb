// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "store.h"

#include "index.h"

void Store::putBad(Index& index, int key) {
    std::lock_guard guard(mutex_);
    ++count_;
    index.addOk(key);
}

int Store::countOk() {
    std::lock_guard guard(mutex_); // expect: lock-order
    return count_;
}
