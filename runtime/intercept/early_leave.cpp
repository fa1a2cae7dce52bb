// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/early_leave.h"

#include "runtime/intercept/os.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/session.h"
#include "runtime/intercept/thread_record.h"

#include <cstddef>
#include <cstdio>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>

namespace deadheat::intercept {
namespace {

/// The kernel hands them on only when it has taken down the address space.
bool holdsRobustLocks() {
    robust_list_head* head = nullptr;
    std::size_t bytes = 0;
    rawSyscall(SYS_get_robust_list, 0, reinterpret_cast<long>(&head), reinterpret_cast<long>(&bytes));
    return head && head->list.next != &head->list;
}

/// A thread that nobody has joined may still be about to end, and uses the memory that the next schedule needs.
bool isLastThread() {
    const ThreadRecord* self = currentThread();
    for (std::size_t i = 0; i < threadRecordCount(); ++i)
        if (const ThreadRecord& other = threadRecordAt(i); &other != self && !other.joined)
            return false;
    return true;
}

bool isAloneAndWell() {
    return control().unsteered.count == 0 && !severalProcesses() && isLastThread() && !holdsRobustLocks() &&
           control().results.findings == 0;
}

/// What another process could miss: descriptors with their locks and ports, adjustments of System V semaphores.
void giveBack() {
    rawSyscall(SYS_close_range, 0, ~0u);
    rawSyscall(SYS_unshare, CLONE_SYSVSEM);
}

/// Left to itself the kernel wakes the server here, where it would wait until this process is gone.
void leaveProcessor() {
    std::uint64_t processors[128] = {};
    unsigned here = 0;
    rawSyscall(SYS_getcpu, reinterpret_cast<long>(&here));
    rawSyscall(SYS_sched_getaffinity, 0, sizeof processors, reinterpret_cast<long>(processors));
    processors[here / 64] &= ~(std::uint64_t{1} << here % 64);
    rawSyscall(SYS_sched_setaffinity, 0, sizeof processors, reinterpret_cast<long>(processors));
}

} // namespace

void leaveEarly(int status) {
    if (status != 0 || !control().orders.forkServer || !isAloneAndWell())
        return;
    std::fflush(nullptr);
    if (control().results.findings != 0)
        return;
    giveBack();
    sched::Results& results = control().results;
    results.leaving = 1;
    rawSyscall(SYS_kill, results.serverPid, kLeaveSignal);
    leaveProcessor();
    endProcess(0);
}

} // namespace deadheat::intercept
