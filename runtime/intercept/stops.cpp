// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/stops.h"

#include "runtime/intercept/controller.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/shared_memory.h"
#include "runtime/intercept/sync_objects.h"

#include <csignal>
#include <sys/wait.h>

namespace deadheat::intercept {
namespace {

template <typename Visit>
void forEachLiveThread(const model::Process& process, Visit visit) {
    for (std::size_t i = 0; i < threadRecordCount(); ++i) {
        ThreadRecord& thread = threadRecordAt(i);
        if (thread.process == process.number && !thread.finished.load(std::memory_order_relaxed))
            visit(thread);
    }
}

} // namespace

bool wouldStop(const model::Process& process, int signal) {
    if (signal == SIGSTOP)
        return true;
    const std::uint64_t bit = std::uint64_t{1} << (signal - 1);
    return (signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU) &&
           ((process.handledSignals | process.ignoredSignals) & bit) == 0;
}

void stopProcess(Call& call, model::Process& process, int signal) {
    if (process.stoppedBy != 0)
        return;
    process.stoppedBy = signal;
    process.unseenChange = WUNTRACED;
    forEachLiveThread(process, [&](ThreadRecord& thread) {
        orderRelease(thread, stopsOf(process));
        engine().hold(thread.id);
    });
    refreshChildWaits();
    if (process.number == thisProcess().number)
        reachOn(call, sched::OperationKind::signalWait, nullptr, nullptr);
}

std::uint64_t stopsOf(const model::Process& process) { return reinterpret_cast<std::uint64_t>(&process.stoppedBy); }

void continueProcess(const ThreadRecord& continuer, model::Process& process) {
    if (process.stoppedBy == 0)
        return;
    process.stoppedBy = 0;
    process.unseenChange = WCONTINUED;
    orderRelease(continuer, stopsOf(process));
    forEachLiveThread(process, [&](ThreadRecord& thread) {
        orderAcquire(thread, stopsOf(process));
        engine().letGo(thread.id);
    });
    refreshChildWaits();
}

} // namespace deadheat::intercept
