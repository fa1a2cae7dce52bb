// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ledger.h"

#include <thread>

int main() {
    Ledger ledger;
    std::thread teller([&ledger] {
        ledger.depositOk(1);
        ledger.depositBad(2);
    });
    ledger.depositOk(3);
    int total = ledger.totalOk();
    teller.join();
    return total;
}
