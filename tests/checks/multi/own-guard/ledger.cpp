// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ledger.h"

#include "hold.h"

void Ledger::depositOk(int cents) {
    Hold hold(mutex_);
    total_ += cents;
}

void Ledger::depositBad(int cents) {
    fast_ += cents; // expect: data-race "fast_"
}

int Ledger::totalOk() {
    Hold hold(mutex_);
    return total_ + fast_; // partner: data-race
}
