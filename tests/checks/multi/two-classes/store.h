// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <mutex>

class Index;
class Store {
public:
    void putBad(Index& index, int key);
    int countOk();

private:
    std::mutex mutex_;
    int count_ = 0;
};
