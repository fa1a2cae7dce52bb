// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "starter.h"
#include "statistics.h"

int main() {
    for (int i = 0; i < 4; ++i) {
        startInBackground([] {
            countBad();
            countOk();
        });
    }
    waitForBackground();
    return counted();
}
