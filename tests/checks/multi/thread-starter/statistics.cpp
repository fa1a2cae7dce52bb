// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "statistics.h"

#include <atomic>

static int plain;
static std::atomic<int> atomic;

void countBad() {
    ++plain; // expect: data-race "plain"
}
void countOk() { ++atomic; }
int counted() { return plain + atomic; }
