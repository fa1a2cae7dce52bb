// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <mutex>

class Counter {
public:
    void add();
    void addTwice();
    int count();

private:
    std::mutex mutex_;
    int count_ = 0;
};
