// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "index.h"
#include "store.h"

#include <thread>

int main() {
    Store store;
    Index index(store);
    std::thread writer([&] { store.putBad(index, 1); });
    std::thread rebuilder([&] { index.rebuildBad(); });
    writer.join();
    rebuilder.join();
}
