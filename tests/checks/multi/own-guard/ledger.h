// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <mutex>

class Ledger {
public:
    void depositOk(int cents);
    void depositBad(int cents);
    int totalOk();

private:
    std::mutex mutex_;
    int total_ = 0;
    int fast_ = 0;
};
