// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "starter.h"

#include <thread>
#include <utility>
#include <vector>

static std::vector<std::thread> threads;

void startInBackground(std::function<void()> work) { threads.emplace_back(std::move(work)); }

void waitForBackground() {
    for (auto& thread : threads) {
        thread.join();
    }
    threads.clear();
}
