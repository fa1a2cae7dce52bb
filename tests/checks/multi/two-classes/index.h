// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <mutex>

class Store;
class Index {
public:
    explicit Index(Store& store) : store_(store) {}
    void addOk(int key);
    void rebuildBad();

private:
    Store& store_;
    std::mutex mutex_;
    int keys_ = 0;
};
