// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// fork and the wait family. A forked child runs freely: it has one thread and its schedule is not part of the parent's.
// The parent's waits are outside calls: how long a child takes is not the scheduler's decision.
#include "runtime/intercept/child_processes.h"

#include "runtime/intercept/descriptors.h"
#include "runtime/intercept/os.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/intercept/watch.h"
#include "runtime/tsan/accesses.h"

#include <csignal>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace deadheat::intercept {
namespace {

struct Child {
    pid_t pid = 0;
    Backtrace created;
    bool operator==(const Child& other) const { return pid == other.pid; }
};

constinit sched::Permanent<sched::Vector<Child>> children;

void becomeChild(ThreadRecord& self) {
    forgetOtherThreads(self);
    children->clear();
    if (controlling()) {
        setActivity(Activity::passive);
        tsan::setAccessHook(nullptr);
    } else {
        startWatch();
    }
}

void noteWaited(pid_t pid) {
    if (pid > 0)
        children->eraseValue(Child{pid, {}});
}

bool isZombie(pid_t pid) {
    siginfo_t info{};
    const long status =
        rawSyscall(SYS_waitid, P_PID, pid, reinterpret_cast<long>(&info), WEXITED | WNOHANG | WNOWAIT, 0);
    return status == 0 && info.si_pid == pid;
}

template <typename WaitForReal>
pid_t waitForChild(Call& call, WaitForReal waitForReal) {
    pid_t pid = -1;
    if (controlling()) {
        OutsideCall outside(call.self, call.place());
        pid = waitForReal();
    } else {
        pid = waitForReal();
    }
    noteWaited(pid);
    return pid;
}

} // namespace

void reportUnwaitedChildren() {
    for (const Child& child : *children) {
        if (!isZombie(child.pid))
            continue;
        sched::JsonWriter json;
        json.text("record", "child-left");
        tsan::writeFrames(json, "created", child.created.frames, Backtrace::kFrames);
        json.finish();
        submitRecord(json);
    }
}

DEADHEAT_INTERCEPT(pid_t, fork, void) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_fork();
    Call call(*self, DEADHEAT_CALLER);
    if (controlling())
        reachOn(call, sched::OperationKind::fork, nullptr, nullptr);
    const pid_t pid = forward_fork();
    if (pid == 0)
        becomeChild(*self);
    if (pid > 0) {
        forgetInternalDescriptors();
        children->push(Child{pid, {}});
        captureByTables(children->back().created, call.caller);
    }
    return pid;
}

DEADHEAT_INTERCEPT(pid_t, wait, int* status) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_wait(status);
    Call call(*self, DEADHEAT_CALLER);
    return waitForChild(call, [=] { return forward_wait(status); });
}

DEADHEAT_INTERCEPT(pid_t, waitpid, pid_t pid, int* status, int options) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_waitpid(pid, status, options);
    Call call(*self, DEADHEAT_CALLER);
    return waitForChild(call, [=] { return forward_waitpid(pid, status, options); });
}

DEADHEAT_INTERCEPT(pid_t, wait3, int* status, int options, rusage* usage) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_wait3(status, options, usage);
    Call call(*self, DEADHEAT_CALLER);
    return waitForChild(call, [=] { return forward_wait3(status, options, usage); });
}

DEADHEAT_INTERCEPT(pid_t, wait4, pid_t pid, int* status, int options, rusage* usage) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_wait4(pid, status, options, usage);
    Call call(*self, DEADHEAT_CALLER);
    return waitForChild(call, [=] { return forward_wait4(pid, status, options, usage); });
}

DEADHEAT_INTERCEPT(int, waitid, idtype_t type, id_t id, siginfo_t* info, int options) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_waitid(type, id, info, options);
    Call call(*self, DEADHEAT_CALLER);
    int result = -1;
    waitForChild(call, [&] {
        result = forward_waitid(type, id, info, options);
        return result == 0 && info && !(options & WNOWAIT) ? info->si_pid : 0;
    });
    return result;
}

} // namespace deadheat::intercept
