// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each turnstile of a museum is a process of its own; a mutex in the shared memory guards the count.
#include "shared/process.h"

#include <cstdio>
#include <cstdlib>

namespace {

constexpr int kVisitorsPerTurnstile = 100;

struct Museum {
    pthread_mutex_t mutex;
    int visitors;
};

void countOne(Museum* museum) {
    pthread_mutex_lock(&museum->mutex);
    museum->visitors++;
    pthread_mutex_unlock(&museum->mutex);
}

void admitVisitors(Museum* museum) {
    for (int i = 0; i < kVisitorsPerTurnstile; ++i) {
        countOne(museum);
    }
}

} // namespace

int main() {
    auto* museum = demos::makeShared<Museum>();
    demos::initProcessShared(&museum->mutex);
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
