// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The life of the program: the session is opened and control starts before its first constructor, and what it leaves
// behind is looked at when main returns or exit is called.
#include "runtime/intercept/exec.h"
#include "runtime/intercept/failure_report.h"
#include "runtime/intercept/fork_server.h"
#include "runtime/intercept/lock_graph.h"
#include "runtime/intercept/os.h"
#include "runtime/intercept/process_ends.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/shared_memory.h"
#include "runtime/intercept/shared_state.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/intercept/threads.h"
#include "runtime/intercept/watch.h"
#include "runtime/sched/memory.h"
#include "runtime/tsan/accesses.h"
#include "runtime/tsan/heap.h"
#include "runtime/tsan/reports.h"

namespace deadheat::intercept {
namespace {

using Main = int (*)(int, char**, char**);

DEADHEAT_PER_PROCESS Main programMain = nullptr;

void programEnds() {
    ThreadRecord* self = enter();
    if (!self)
        return;
    ++self->depth;
    noteLeftBehind();
    --self->depth;
}

int runMain(int count, char** arguments, char** environment) {
    const int status = programMain(count, arguments, environment);
    programEnds();
    return status;
}

void takeTurn() {
    setActivity(Activity::controlling);
    tsan::setAccessHook(onProgramAccess);
}

void startControlledRun() {
    shareState();
    enrolMainThread();
    startProcesses();
    startSharedMemory();
    startControl(*currentThread());
    takeTurn();
}

/// Another program of the run than the launcher started; it is not controlled.
bool isForeign() {
    std::int32_t nobody = 0;
    return !control().results.serverPid.compare_exchange_strong(nobody, currentTid());
}

/// Not asked of the C library, which reads /proc/self/maps for it: what it allocates meanwhile stays for all schedules, and each
/// kind of allocation is memory, shadow and more in tables of their own, which every fork copies and every end scans.
void startSession(void* stackEnd) {
    prepareThreads(reinterpret_cast<std::uintptr_t>(stackEnd));
    tsan::setFreeHook(forgetLocks);
    watchExit();
    if (control().orders.mode == sched::Mode::observe) {
        tsan::bypassAccessHook();
        enrolMainThread();
        setActivity(Activity::observing);
        startWatch();
        return;
    }
    if (continueAfterExec()) {
        takeTurn();
        return;
    }
    if (isForeign())
        return;
    if (control().orders.forkServer)
        serveSchedules();
    if (control().orders.wholeProgram)
        startControlledRun();
}

} // namespace

DEADHEAT_EXPORT int intercept_libc_start_main(Main main, int count, char** arguments, void (*initialise)(),
                                              void (*finish)(), void (*finishLoader)(),
                                              void* stackEnd) __asm__("__libc_start_main");
DEADHEAT_EXPORT int intercept_libc_start_main(Main main, int count, char** arguments, void (*initialise)(),
                                              void (*finish)(), void (*finishLoader)(), void* stackEnd) {
    using StartMain = int (*)(Main, int, char**, void (*)(), void (*)(), void (*)(), void*);
    const auto startMain = reinterpret_cast<StartMain>(libraryFunction("__libc_start_main"));
    tsan::ensureStarted();
    if (openSession()) {
        programMain = main;
        main = runMain;
        startSession(stackEnd);
    }
    return startMain(main, count, arguments, initialise, finish, finishLoader, stackEnd);
}

DEADHEAT_EXPORT void intercept_exit(int status) __asm__("exit");
DEADHEAT_EXPORT void intercept_exit(int status) {
    using Exit = void (*)(int);
    programEnds();
    reinterpret_cast<Exit>(libraryFunction("exit"))(status);
}

} // namespace deadheat::intercept
