// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <thread>

void countOneOk();
void countTwoBad();
void resetTwo();

namespace {
void work() {
    countOneOk();
    countTwoBad();
}
} // namespace

int main() {
    std::thread worker(work);
    countOneOk();
    resetTwo();
    worker.join();
}
