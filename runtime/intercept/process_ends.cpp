// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How the processes of a controlled run end: by exit or _exit, which pass the turn on, or by a signal, which others notice.
#include "runtime/intercept/process_ends.h"
#include "runtime/intercept/call.h"
#include "runtime/intercept/controller.h"
#include "runtime/intercept/early_leave.h"
#include "runtime/intercept/failure_report.h"
#include "runtime/intercept/os.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/stdio_writes.h"
#include "runtime/tsan/accesses.h"

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace deadheat::intercept {
namespace {

/// From here on the calling process runs without the turn. The first process keeps it: the run ends with it.
void leaveRun() {
    ThreadRecord* self = currentThread();
    if (!self || !controlling() || thisProcess().number == 0)
        return;
    ++self->depth;
    tsan::setAccessHook(nullptr);
    reach(*self, operationOn(sched::OperationKind::exit, nullptr, 0, 0));
    leaveControlWithProcess(*self);
    setActivity(Activity::passive);
}

void onLastExitHandler(int status, void*) {
    if (ThreadRecord* self = enter()) {
        flushAtExit(DEADHEAT_CALLER);
        ++self->depth;
        reportLeftBehind();
        if (controlling() && thisProcess().number == 0)
            leaveEarly(status);
        --self->depth;
    }
    leaveRun();
}

/// The wait status of a process that has died and not been collected: the last field of its stat file. 0 when unknown.
int statusOfDead(int pid) {
    char text[1024];
    long at = readProcFile(pid, "/stat", text, sizeof text);
    while (at > 0 && (text[at - 1] < '0' || text[at - 1] > '9'))
        --at;
    text[at] = '\0';
    while (at > 0 && text[at - 1] >= '0' && text[at - 1] <= '9')
        --at;
    return std::atoi(text + at);
}

bool saysDefect(int signal) {
    return signal == SIGSEGV || signal == SIGABRT || signal == SIGBUS || signal == SIGFPE || signal == SIGILL ||
           signal == SIGTRAP || signal == SIGSYS;
}

} // namespace

void watchExit() {
    using OnExit = int (*)(void (*)(int, void*), void*);
    reinterpret_cast<OnExit>(libraryFunction("on_exit"))(onLastExitHandler, nullptr);
}

void reportDeadProcess(const model::Process& process) {
    const int status = statusOfDead(process.pid);
    if (WIFSIGNALED(status) && saysDefect(WTERMSIG(status)))
        reportCrash(process, WTERMSIG(status));
}

DEADHEAT_INTERCEPT(void, _exit, int status) {
    leaveRun();
    forward__exit(status);
}

DEADHEAT_EXPORT void intercept_Exit(int status) __asm__("_Exit");
DEADHEAT_EXPORT void intercept_Exit(int status) { intercept__exit(status); }

} // namespace deadheat::intercept
