// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "counter.h"

static int runs;

int main() {
    Counter counter;
    ++runs;
    counter.add();
    counter.addTwice();
    ++runs;
    return counter.count() + runs;
}
