// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: deadlock lock-cycle
// EXPECT: lock-order
#include "processes.h"

static struct {
    pthread_mutex_t scanner, printer;
}* office;

static void copy(void) {
    pthread_mutex_lock(&office->scanner);
    pthread_mutex_lock(&office->printer);
    pthread_mutex_unlock(&office->printer);
    pthread_mutex_unlock(&office->scanner);
}

static void fax(void) {
#ifdef FIXED
    copy();
#else
    pthread_mutex_lock(&office->printer);
    pthread_mutex_lock(&office->scanner);
    pthread_mutex_unlock(&office->scanner);
    pthread_mutex_unlock(&office->printer);
#endif
}

int main(void) {
    office = shareMemory(sizeof *office);
    initShared(&office->scanner, 0);
    initShared(&office->printer, 0);
    const pid_t copying = start(copy), faxing = start(fax);
    waitpid(copying, NULL, 0);
    waitpid(faxing, NULL, 0);
    return 0;
}
