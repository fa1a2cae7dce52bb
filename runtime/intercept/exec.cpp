// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// exec in controlled runs. A program that carries the same runtime goes on with the run: it takes up the thread of the process
// that called exec, which still has the turn. Any other program is named and runs without control; so do those of system and
// popen.
#include "runtime/intercept/exec.h"

#include "runtime/intercept/call.h"
#include "runtime/intercept/channels.h"
#include "runtime/intercept/child_processes.h"
#include "runtime/intercept/controller.h"
#include "runtime/intercept/identity.h"
#include "runtime/intercept/object_key.h"
#include "runtime/intercept/os.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/shared_memory.h"
#include "runtime/intercept/shared_state.h"
#include "runtime/intercept/standstill.h"
#include "runtime/intercept/threads.h"
#include "runtime/tsan/accesses.h"
#include "runtime/tsan/programs.h"

#include <cerrno>
#include <climits>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace deadheat::intercept {
namespace {

bool isExecutable(const char* path) {
    struct stat status{};
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

bool has(char* const* environment, const char* name) {
    const std::size_t length = std::strlen(name);
    for (; *environment; ++environment)
        if (std::strncmp(*environment, name, length) == 0 && (*environment)[length] == '=')
            return true;
    return false;
}

/// The process goes on as a program that is not controlled.
void leaveToOutside(ThreadRecord& self, const char* path) {
    char what[512];
    std::snprintf(what, sizeof what, "%s, started by exec", path);
    reportUnsupported(what);
    openChannelsToOutside();
    tsan::setAccessHook(nullptr);
    loseControlOfProcess(self);
    setActivity(Activity::passive);
}

using Execve = int (*)(const char*, char* const*, char* const*);
int execute(const char* path, char* const* arguments, char* const* environment) {
    static const auto execve = reinterpret_cast<Execve>(libraryFunction("execve"));
    return execve(path, arguments, environment);
}

int executeControlled(ThreadRecord& self, void* caller, const char* path, char* const* arguments,
                      char* const* environment) {
    {
        Call call(self, caller);
        reach(self, operationOn(sched::OperationKind::exec, nullptr, 0, call.place()));
    }
    ++self.depth; // what follows is not the program's
    if (!isExecutable(path)) {
        --self.depth;
        return execute(path, arguments, environment); // it fails, and says why
    }
    if (!takesPartInRun(path) || severalThreads()) {
        leaveToOutside(self, path);
        return execute(path, arguments, environment);
    }
    prepareProgram(path);
    Strings complete;
    completeEnvironment(environment, complete);
    forgetPrivateLocks(self);
    sched::Results& results = control().results;
    publishChannels();
    results.execThread = reinterpret_cast<std::uint64_t>(&self);
    results.execInChild = 0;
    results.execPid.store(static_cast<std::uint32_t>(thisProcess().pid), std::memory_order_relaxed);
    const int result = execute(path, arguments, complete.begin());
    --self.depth;
    results.execPid.store(0, std::memory_order_relaxed);
    return result;
}

int run(void* caller, const char* path, char* const* arguments, char* const* environment) {
    ThreadRecord* self = enter();
    if (!self || !controlling()) {
        leaveStandstill();
        return execute(path, arguments, environment);
    }
    return executeControlled(*self, caller, path, arguments, environment);
}

/// As execvp does with a file that no kernel knows how to run.
int runByShell(void* caller, const char* path, char* const* arguments, char* const* environment) {
    constexpr const char* kShell = "/bin/sh";
    Strings ofShell;
    ofShell.push(const_cast<char*>(kShell));
    ofShell.push(const_cast<char*>(path));
    for (char* const* next = arguments; *next && *++next;)
        ofShell.push(*next);
    ofShell.push(nullptr);
    return run(caller, kShell, ofShell.begin(), environment);
}

int runByName(void* caller, const char* name, char* const* arguments, char* const* environment) {
    char path[PATH_MAX];
    if (!findInPath(name, path, sizeof path))
        return -1;
    const int result = run(caller, path, arguments, environment);
    return errno == ENOEXEC ? runByShell(caller, path, arguments, environment) : result;
}

/// The arguments of execl and its like, the null at the end included.
void collect(Strings& out, const char* first, va_list rest) {
    out.push(const_cast<char*>(first));
    while (out.back())
        out.push(va_arg(rest, char*));
}

bool isThisProgram(const char* path) {
    struct stat wanted{}, own{};
    return stat(path, &wanted) == 0 && stat("/proc/self/exe", &own) == 0 && wanted.st_dev == own.st_dev &&
           wanted.st_ino == own.st_ino;
}

} // namespace

bool takesPartInRun(const char* path) { return isThisProgram(path) || carriesRuntime(path); }

void prepareProgram(const char* path) {
    if (!isThisProgram(path))
        tsan::describeProgram();
}

void completeEnvironment(char* const* environment, Strings& out) {
    for (char* const* entry = environment; *entry; ++entry)
        out.push(*entry);
    for (const char* name : {sched::kControlVariable, "TSAN_OPTIONS"}) {
        if (has(environment, name))
            continue;
        for (char** entry = environ; *entry; ++entry)
            if (std::strncmp(*entry, name, std::strlen(name)) == 0 && (*entry)[std::strlen(name)] == '=')
                out.push(*entry);
    }
    out.push(nullptr);
}

void forgetPrivateLocks(ThreadRecord& self) {
    for (std::size_t i = self.held.size(); i-- > 0;)
        if (!isSharedKey(self.held[i].address))
            self.held.erase(i);
}

bool findInPath(const char* name, char* out, std::size_t bytes) {
    if (std::strchr(name, '/'))
        return std::snprintf(out, bytes, "%s", name) > 0;
    const char* folders = std::getenv("PATH");
    int error = ENOENT;
    for (const char* at = folders ? folders : "/bin:/usr/bin"; at && *name;) {
        const char* end = strchrnul(at, ':');
        const bool here = end == at; // an empty entry is the working folder
        std::snprintf(out, bytes, "%.*s%s%s", static_cast<int>(end - at), at, here ? "" : "/", name);
        if (isExecutable(out))
            return true;
        if (access(out, F_OK) == 0)
            error = EACCES;
        at = *end ? end + 1 : nullptr;
    }
    errno = error;
    return false;
}

void noteOutsideProgram(const char* what) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return;
    reportUnsupported(what);
    openChannelsToOutside();
}

bool continueAfterExec() {
    sched::Results& results = control().results;
    const std::uint32_t expected = results.execPid.load(std::memory_order_acquire);
    const bool spawned = results.execInChild != 0;
    if (expected == 0 || expected != static_cast<std::uint32_t>(rawSyscall(spawned ? SYS_getppid : SYS_getpid)))
        return false;
    attachState();
    tsan::enterProgram();
    ThreadRecord& self = *reinterpret_cast<ThreadRecord*>(results.execThread);
    self.depth = 0;
    enrolMainThreadAgain(self);
    becomeProcess(processTable().at(self.process));
    thisProcess().program = tsan::ownProgram();
    adoptMappings(self.process);
    removeMapping(0, ~std::uint64_t{0});
    rediscoverChannels();
    thisProcess().handledSignals = 0;
    takeUpControl();
    results.execPid.store(0, std::memory_order_release);
    futexWake(results.execPid);
    if (spawned)
        awaitFirstTurn(self);
    return true;
}

DEADHEAT_EXPORT int intercept_execve(const char*, char* const*, char* const*) __asm__("execve");
DEADHEAT_EXPORT int intercept_execve(const char* path, char* const* arguments, char* const* environment) {
    return run(DEADHEAT_CALLER, path, arguments, environment);
}

DEADHEAT_EXPORT int intercept_execv(const char*, char* const*) __asm__("execv");
DEADHEAT_EXPORT int intercept_execv(const char* path, char* const* arguments) {
    return run(DEADHEAT_CALLER, path, arguments, environ);
}

DEADHEAT_EXPORT int intercept_execvp(const char*, char* const*) __asm__("execvp");
DEADHEAT_EXPORT int intercept_execvp(const char* name, char* const* arguments) {
    return runByName(DEADHEAT_CALLER, name, arguments, environ);
}

DEADHEAT_EXPORT int intercept_execvpe(const char*, char* const*, char* const*) __asm__("execvpe");
DEADHEAT_EXPORT int intercept_execvpe(const char* name, char* const* arguments, char* const* environment) {
    return runByName(DEADHEAT_CALLER, name, arguments, environment);
}

DEADHEAT_EXPORT int intercept_fexecve(int, char* const*, char* const*) __asm__("fexecve");
DEADHEAT_EXPORT int intercept_fexecve(int descriptor, char* const* arguments, char* const* environment) {
    char path[64];
    std::snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    return run(DEADHEAT_CALLER, path, arguments, environment);
}

#define DEADHEAT_EXECL(name, runIt, takeEnvironment)                                                                   \
    DEADHEAT_EXPORT int intercept_##name(const char*, const char*, ...) __asm__(#name);                                \
    DEADHEAT_EXPORT int intercept_##name(const char* path, const char* first, ...) {                                   \
        Strings arguments;                                                                                             \
        va_list rest;                                                                                                  \
        va_start(rest, first);                                                                                         \
        collect(arguments, first, rest);                                                                               \
        char* const* environment = takeEnvironment;                                                                    \
        va_end(rest);                                                                                                  \
        return runIt(DEADHEAT_CALLER, path, arguments.begin(), environment);                                           \
    }
DEADHEAT_EXECL(execl, run, environ)
DEADHEAT_EXECL(execlp, runByName, environ)
DEADHEAT_EXECL(execle, run, va_arg(rest, char* const*))

DEADHEAT_INTERCEPT_LIBRARY(int, system, const char* command) {
    ThreadRecord* self = command ? enter() : nullptr; // without one it asks whether there is a shell
    if (!self || !controlling())
        return library_system()(command);
    noteOutsideProgram("what system() runs");
    Call call(*self, DEADHEAT_CALLER);
    OutsideCall outside(*self, call.place());
    return library_system()(command);
}

DEADHEAT_INTERCEPT(FILE*, popen, const char* command, const char* type) {
    FILE* stream = forward_popen(command, type);
    if (stream && enter() && controlling()) {
        noteOutsideProgram("what popen() runs");
        countPipedPrograms(1);
    }
    return stream;
}

DEADHEAT_INTERCEPT(int, pclose, FILE* stream) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return forward_pclose(stream);
    Call call(*self, DEADHEAT_CALLER);
    countPipedPrograms(-1);
    OutsideCall outside(*self, call.place());
    return forward_pclose(stream);
}

} // namespace deadheat::intercept
