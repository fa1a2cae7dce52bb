// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// deadheat_explore(): the body runs under one schedule after the other in one forked child, so that a deadlock or a crash
// ends only that child. The parent reads the control block and writes the schedule file. Under `deadheat replay` the body is
// run once, in this process, as the launcher's control block says.
#include "runtime/include/deadheat/explore_options.h"

#include "runtime/intercept/controller.h"
#include "runtime/intercept/descriptors.h"
#include "runtime/intercept/file_locks.h"
#include "runtime/intercept/kernel_objects.h"
#include "runtime/intercept/lock_graph.h"
#include "runtime/intercept/os.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/schedule_writer.h"
#include "runtime/intercept/session.h"
#include "runtime/intercept/shared_memory.h"
#include "runtime/intercept/shared_state.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/intercept/threads.h"
#include "runtime/sched/memory.h"
#include "runtime/tsan/accesses.h"
#include "runtime/tsan/heap.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

extern "C" int forward_fork_for_explore() __asm__("__interceptor_fork");

namespace deadheat::intercept {
namespace {

using Body = int (*)(void*);

/// Exit status of a child whose body said that it failed.
constexpr int kBodyFailed = 9;

sched::ControlBlock* makeControlBlock(const deadheat_explore_options& options) {
    const long memory = rawSyscall(SYS_mmap, 0, static_cast<long>(sched::ControlBlock::kBytes), PROT_READ | PROT_WRITE,
                                   MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory < 0 && memory > -4096) {
        complain("explore: cannot reserve address space for the control block");
        endProcess(3);
    }
    auto* block = new (reinterpret_cast<void*>(memory)) sched::ControlBlock;
    sched::Orders& orders = block->orders;
    orders.mode = sched::Mode::explore;
    orders.seed = options.seed;
    orders.maxSteps = options.max_steps;
    orders.depth = options.depth;
    orders.bound = options.preemptions;
    orders.rareEvents = options.rare_events;
    std::strncpy(orders.strategy, options.strategy, sizeof orders.strategy - 1);
    return block;
}

/// One run of the body under control. The calling thread is thread 0.
int runControlled(Body body, void* argument) {
    resetThreadRecords();
    resetSyncObjects();
    resetLockGraph();
    resetDescriptors();
    resetKernelWaits();
    resetFileLocks();
    startProcesses();
    startSharedMemory();
    startControl(*currentThread());
    setActivity(Activity::controlling);
    tsan::setAccessHook(onProgramAccess);
    const int status = body(argument);
    tsan::setAccessHook(nullptr);
    ThreadRecord& self = *currentThread();
    ++self.depth;
    if (engine().liveCount() > 1) {
        complain("explore: the body left a thread running; it must join its threads");
        endProcess(kBodyFailed);
    }
    setActivity(Activity::passive);
    stopControl();
    --self.depth;
    return status;
}

void resetResults(sched::Results& results, std::uint64_t number) {
    results.schedule = number;
    results.steps = 0;
    results.runs = 0;
    results.picks = 0;
}

[[noreturn]] void runAll(const deadheat_explore_options& options, Body body, void* argument) {
    sched::ControlBlock& block = control();
    resetResults(block.results, 0);
    block.profile.running = 1;
    runControlled(body, argument);
    block.profile.running = 0;
    for (std::uint64_t number = 0; number < options.schedules; ++number) {
        resetResults(block.results, number);
        const int status = runControlled(body, argument);
        block.results.schedulesDone = number + 1;
        if (status != 0 || block.results.findings != 0)
            endProcess(kBodyFailed);
    }
    endProcess(0);
}

/// False until this process has prepared for threads.
DEADHEAT_PER_PROCESS bool hasSessionKeys = false;

void enrolCaller() {
    if (!hasSessionKeys)
        prepareThreads(stackEndOfCaller());
    hasSessionKeys = true;
    shareState();
    enrolMainThread();
    tsan::setFreeHook(forgetLocks);
}

bool failed(const sched::Results& results, int status) { return status != 0 && results.end != sched::End::exhausted; }

void describeFailure(const deadheat_explore_options& options, sched::ControlBlock& block, int status, char* message,
                     std::size_t bytes) {
    MessageWriter out(message, bytes);
    const std::uint64_t number = block.results.schedule;
    out.text("schedule ")
        .number(number)
        .text(" of seed ")
        .number(options.seed)
        .text(" (")
        .text(options.strategy)
        .text(") fails: ");
    if (block.results.end == sched::End::deadlock)
        out.text("deadlock");
    else if (block.results.end == sched::End::livelock)
        out.text("livelock");
    else if (block.results.findings != 0)
        out.text("ThreadSanitizer or the runtime reports a defect");
    else if (WIFSIGNALED(status))
        out.text("the program ends with signal ").number(static_cast<std::uint64_t>(WTERMSIG(status)));
    else
        out.text("the body fails");
    char file[256];
    if (writeScheduleFile(options.name, block, file, sizeof file))
        out.text("\nreplay: deadheat replay ").text(file);
}

} // namespace

extern "C" __attribute__((visibility("default"))) std::uint64_t
deadheat_explore(const deadheat_explore_options* options, Body body, void* argument, char* message, std::size_t bytes) {
    message[0] = '\0';
    sched::setChunkSource(mapZeroed);
    if (hasSession() && control().orders.wholeProgram == 0) { // the launcher replays this body
        enrolCaller();
        const int status = runControlled(body, argument);
        endProcess(status == 0 ? 0 : kBodyFailed);
    }
    sched::ControlBlock* block = makeControlBlock(*options);
    const int pid = forward_fork_for_explore();
    if (pid == 0) {
        adoptSession(*block);
        enrolCaller();
        runAll(*options, body, argument);
    }
    int status = 0;
    while (rawSyscall(SYS_wait4, pid, reinterpret_cast<long>(&status)) == -EINTR) {
    }
    if (failed(block->results, status))
        describeFailure(*options, *block, status, message, bytes);
    const std::uint64_t done = block->results.schedulesDone;
    rawSyscall(SYS_munmap, reinterpret_cast<long>(block), static_cast<long>(sched::ControlBlock::kBytes));
    return done;
}

} // namespace deadheat::intercept
