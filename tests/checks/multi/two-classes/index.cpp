// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "index.h"

#include "store.h"

void Index::addOk(int key) {
    std::lock_guard guard(mutex_); // expect: lock-order "Index::mutex_" "Store::mutex_"
    keys_ += key;
}

void Index::rebuildBad() {
    std::lock_guard guard(mutex_);
    keys_ = store_.countOk();
}
