// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A handler comes between any two steps of a thread.
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static volatile sig_atomic_t stop;
static volatile int reload;
static sig_atomic_t blocked;
static atomic_int received;
static int plain, count, fromTable, beforeHandlers;
static const char* name = "none";

static void flagsOk(int number) {
    stop = number;
    reload = blocked;
    received++;
}
static void plainBad(int number) {
    plain = number; // expect: data-race "plain"
    count++;        // expect: data-race "count"
    name = "late";  // expect: data-race "name"
}
static void tableBad(int number) {
    fromTable = number; // expect: data-race "fromTable"
}
static int wakeUp[2];
static void writeOk(int number) {
    char byte = (char)number;
    if (write(wakeUp[1], &byte, 1) < 0)
        stop = 1;
}
static void earlyOk(int number) { stop = number + beforeHandlers; }

int main(void) {
    struct sigaction action = {0};
    beforeHandlers = 7; // fine: no handler is installed yet
    blocked = 1;
    action.sa_handler = tableBad;
    sigaction(SIGHUP, &action, NULL);
    signal(SIGINT, flagsOk);
    signal(SIGTERM, plainBad);
    signal(SIGUSR1, earlyOk);
    signal(SIGPIPE, SIG_IGN);
    if (pipe(wakeUp) != 0)
        return 1;
    signal(SIGUSR2, writeOk);
    blocked = 0;
    while (!stop && !reload && !received)
        pause();
    close(wakeUp[1]);
    printf("%d %d %s\n", plain, count, name); // partner: data-race
    return fromTable;                         // partner: data-race
}
