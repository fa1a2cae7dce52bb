// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "executor.h"
#include "report.h"

int main() {
    Report report;
    {
        Executor executor(2);
        for (int i = 0; i < 4; ++i) {
            executor.submit([&report] {
                report.addBad("fast");
                report.addOk("safe");
            });
        }
    }
    return static_cast<int>(report.size());
}
