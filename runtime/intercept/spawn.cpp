// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// posix_spawn and clone in controlled runs. A child whose program carries the runtime takes part in the run: its records are made before it is
// started, it finds them in the control block and waits for its turn. Its parent goes on when it has. A child by clone runs without
// control.
#include "runtime/intercept/call.h"
#include "runtime/intercept/channels.h"
#include "runtime/intercept/child_processes.h"
#include "runtime/intercept/controller.h"
#include "runtime/intercept/exec.h"
#include "runtime/intercept/os.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/tsan/accesses.h"

#include <climits>
#include <cstdio>
#include <sched.h>
#include <spawn.h>

namespace deadheat::intercept {
namespace {

constexpr int kLookMilliseconds = 100; ///< for a death, of which nobody tells

/// False when the child has died before.
bool awaitAttachment(int pid) {
    std::atomic<std::uint32_t>& expected = control().results.execPid;
    while (const std::uint32_t parent = expected.load(std::memory_order_acquire))
        if (futexWait(expected, parent, kLookMilliseconds) && isDead(pid))
            return false;
    return true;
}

/// `spawn` gets the environment and where to put the child's pid.
template <typename Spawn>
int spawnControlled(ThreadRecord& self, void* caller, const char* path, char* const* environment, pid_t* pid,
                    Spawn spawn) {
    Call call(self, caller);
    reachOn(call, sched::OperationKind::fork, nullptr, nullptr);
    ThreadRecord& child = prepareProcess(call);
    forgetPrivateLocks(child);
    prepareProgram(path);
    publishChannels();
    Strings complete;
    completeEnvironment(environment, complete);
    sched::Results& results = control().results;
    results.execThread = reinterpret_cast<std::uint64_t>(&child);
    results.execInChild = 1;
    results.execPid.store(static_cast<std::uint32_t>(thisProcess().pid), std::memory_order_release);
    pid_t made = 0;
    const int error = spawn(&made, complete.begin());
    const bool attached = error == 0 && awaitAttachment(made);
    results.execPid.store(0, std::memory_order_relaxed);
    noteStarted(child, error == 0 ? made : -1);
    if (error == 0 && !attached)
        retireDeadProcess(processTable().at(child.process));
    if (error == 0 && pid)
        *pid = made;
    return error;
}

/// Looking at files here is not the program's doing, so no step.
template <typename Look>
bool seesControlled(ThreadRecord* self, Look look) {
    if (!self || !controlling())
        return false;
    ++self->depth;
    const bool takesPart = look();
    --self->depth;
    return takesPart;
}

template <typename Spawn>
int spawnOther(ThreadRecord* self, void* caller, const char* path, pid_t* pid, Spawn spawn) {
    if (!self)
        return spawn(pid);
    pid_t made = 0;
    {
        Call call(*self, caller);
        if (const int error = spawn(&made); error != 0)
            return error;
        noteOutsideChild(made, caller);
    }
    if (controlling()) {
        char what[512];
        std::snprintf(what, sizeof what, "%s, started by posix_spawn", path);
        noteOutsideProgram(what);
    }
    if (pid)
        *pid = made;
    return 0;
}

struct Cloned {
    int (*function)(void*);
    void* argument;
};

/// In memory of its own, where the run's threads are not.
int runUncontrolled(void* argument) {
    tsan::setAccessHook(nullptr);
    setActivity(Activity::passive);
    const auto* cloned = static_cast<const Cloned*>(argument);
    return cloned->function(cloned->argument);
}

} // namespace

DEADHEAT_INTERCEPT(int, clone, int (*function)(void*), void* stack, int flags, void* argument, pid_t* parentId,
                   void* storage, pid_t* childId) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return forward_clone(function, stack, flags, argument, parentId, storage, childId);
    noteOutsideProgram("what clone() starts");
    Call call(*self, DEADHEAT_CALLER);
    if (flags & CLONE_VM)
        return forward_clone(function, stack, flags, argument, parentId, storage, childId);
    Cloned cloned{function, argument};
    const int pid = forward_clone(runUncontrolled, stack, flags, &cloned, parentId, storage, childId);
    if (pid > 0)
        noteOutsideChild(pid, call.caller);
    return pid;
}

DEADHEAT_INTERCEPT(int, posix_spawn, pid_t* pid, const char* path, const posix_spawn_file_actions_t* actions,
                   const posix_spawnattr_t* attributes, char* const* arguments, char* const* environment) {
    ThreadRecord* self = enter();
    if (seesControlled(self, [=] { return takesPartInRun(path); }))
        return spawnControlled(*self, DEADHEAT_CALLER, path, environment, pid, [=](pid_t* made, char* const* complete) {
            return forward_posix_spawn(made, path, actions, attributes, arguments, complete);
        });
    return spawnOther(self, DEADHEAT_CALLER, path, pid, [=](pid_t* made) {
        return forward_posix_spawn(made, path, actions, attributes, arguments, environment);
    });
}

DEADHEAT_INTERCEPT(int, posix_spawnp, pid_t* pid, const char* name, const posix_spawn_file_actions_t* actions,
                   const posix_spawnattr_t* attributes, char* const* arguments, char* const* environment) {
    ThreadRecord* self = enter();
    char path[PATH_MAX];
    if (seesControlled(self, [&] { return findInPath(name, path, sizeof path) && takesPartInRun(path); }))
        return spawnControlled(*self, DEADHEAT_CALLER, path, environment, pid, [=](pid_t* made, char* const* complete) {
            return forward_posix_spawnp(made, name, actions, attributes, arguments, complete);
        });
    return spawnOther(self, DEADHEAT_CALLER, name, pid, [=](pid_t* made) {
        return forward_posix_spawnp(made, name, actions, attributes, arguments, environment);
    });
}

} // namespace deadheat::intercept
