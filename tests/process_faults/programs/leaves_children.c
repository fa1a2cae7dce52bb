// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: clean
// Children in sessions of their own outlive the program; none may be left after the schedule.
#include "../../schedules/programs/processes.h"

static void linger(void) {
    setsid();
    for (;;)
        pause();
}

int main(void) {
    for (int i = 0; i < 3; ++i)
        start(linger);
    return 0;
}
