// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A copying and a faxing process share a scanner and a printer, each guarded by a mutex in shared memory. Both
// take the scanner first.
#include "shared/process.h"

#include <cstdio>
#include <cstdlib>

namespace {

struct OfficeMachine {
    pthread_mutex_t scanner;
    pthread_mutex_t printer;
    int pages;
};

void copyPage(OfficeMachine* machine) {
    pthread_mutex_lock(&machine->scanner);
    pthread_mutex_lock(&machine->printer);
    machine->pages++;
    pthread_mutex_unlock(&machine->printer);
    pthread_mutex_unlock(&machine->scanner);
}

void receiveFax(OfficeMachine* machine) {
    pthread_mutex_lock(&machine->scanner);
    pthread_mutex_lock(&machine->printer);
    machine->pages++;
    pthread_mutex_unlock(&machine->printer);
    pthread_mutex_unlock(&machine->scanner);
}

} // namespace

int main() {
    auto* machine = demos::makeShared<OfficeMachine>();
    demos::initProcessShared(&machine->scanner);
    demos::initProcessShared(&machine->printer);

    const pid_t copying = demos::startProcess([machine] { copyPage(machine); });
    const pid_t faxing = demos::startProcess([machine] { receiveFax(machine); });
    demos::waitForProcess(copying);
    demos::waitForProcess(faxing);

    if (machine->pages != 2) {
        std::fprintf(stderr, "wrong result: %d pages instead of 2\n", machine->pages);
        return EXIT_FAILURE;
    }
    std::printf("printed both pages\n");
}
