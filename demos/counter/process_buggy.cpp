// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each turnstile of a museum is a process of its own; they count in one piece of shared memory. The total can be
// too low.
#include "shared/process.h"

#include <cstdio>
#include <cstdlib>

namespace {

constexpr int kVisitorsPerTurnstile = 100;

struct Museum {
    int visitors;
};

void countOne(Museum* museum) {
    museum->visitors++; // BUG: data-race
}

void admitVisitors(Museum* museum) {
    for (int i = 0; i < kVisitorsPerTurnstile; ++i) {
        countOne(museum);
    }
}

} // namespace

int main() {
    auto* museum = demos::makeShared<Museum>();
    const pid_t north = demos::startProcess([museum] { admitVisitors(museum); });
    const pid_t south = demos::startProcess([museum] { admitVisitors(museum); });
    demos::waitForProcess(north);
    demos::waitForProcess(south);

    if (museum->visitors != 2 * kVisitorsPerTurnstile) {
        std::fprintf(stderr, "lost update: counted %d of %d visitors\n", museum->visitors, 2 * kVisitorsPerTurnstile);
        return EXIT_FAILURE;
    }
    std::printf("counted all %d visitors\n", museum->visitors);
}
