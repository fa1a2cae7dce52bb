// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A worker pool adds up the visitors in the rooms of a museum, one task per room. Sometimes a room is
// missing from the total.
#include "shared/worker_pool.h"

#include <array>
#include <cstdlib>
#include <iostream>
#include <numeric>

namespace {

constexpr std::array kVisitorsPerRoom{12, 7, 31, 4, 19, 23};

int countVisitors() {
    int total = 0;
    {
        demos::WorkerPool pool(2);
        for (int visitors : kVisitorsPerRoom) {
            pool.submit([&total, visitors] {
                total += visitors; // BUG: data-race
            });
        }
    } // the pool has finished every task
    return total;
}

} // namespace

int main() {
    const int expected = std::accumulate(kVisitorsPerRoom.begin(), kVisitorsPerRoom.end(), 0);
    const int total = countVisitors();
    if (total != expected) {
        std::cerr << "lost update: counted " << total << " of " << expected << " visitors\n";
        return EXIT_FAILURE;
    }
    std::cout << "counted all " << total << " visitors\n";
}
