// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: forks more than 1023 processes in one run and was stopped
#include "../../schedules/programs/processes.h"

int main(void) {
    for (;;)
        fork();
}
