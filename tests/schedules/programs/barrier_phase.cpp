// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A phase reads what the others write in the same phase: a second wait at the std::barrier is missing.
// EXPECT: data-race
#include <barrier>
#include <thread>

static int values[2];

int main() {
    std::barrier phase(2);
    const auto work = [&phase](int mine) {
        for (int round = 0; round < 2; ++round) {
            values[mine] = round;
            phase.arrive_and_wait();
            [[maybe_unused]] const volatile int sum = values[0] + values[1];
#ifdef FIXED
            phase.arrive_and_wait();
#endif
        }
    };
    std::thread other(work, 1);
    work(0);
    other.join();
}
