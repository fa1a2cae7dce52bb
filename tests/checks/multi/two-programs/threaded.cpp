// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "library.h"

#include <thread>

namespace {
int seen;
void look() { seen = level(); }
} // namespace

int main() {
    setLevel(3);
    std::thread one(look);
    one.join();
    return seen;
}
