// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/pipeline/workers.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <map>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace deadheat::pipeline {

namespace {

constexpr int kFinished = 0;
constexpr int kThrew = 1;

void hideErrors() {
    const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (null >= 0)
        ::dup2(null, STDERR_FILENO);
}

[[noreturn]] void runChild(std::size_t index, const WorkerOptions& options, const std::function<void(std::size_t)>& job,
                           pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) // it died before the line above
        ::_exit(kThrew);
    if (!options.showErrors)
        hideErrors();
    int status = kThrew;
    try {
        job(index);
        status = kFinished;
    } catch (...) { // reported as a job that did not finish
    }
    ::_exit(status); // no destructors of the parent's objects
}

pid_t start(std::size_t index, const WorkerOptions& options, const std::function<void(std::size_t)>& job) {
    std::fflush(nullptr);
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0)
        throw std::system_error(errno, std::generic_category(), "cannot start a worker process");
    if (child == 0)
        runChild(index, options, job, parent);
    return child;
}

Outcome outcomeOf(int status) {
    Outcome outcome;
    outcome.finished = WIFEXITED(status) && WEXITSTATUS(status) == kFinished;
    outcome.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return outcome;
}

} // namespace

void runForked(std::size_t count, const WorkerOptions& options, const std::function<void(std::size_t)>& job,
               const std::function<void(std::size_t, Outcome)>& done) {
    std::map<pid_t, std::size_t> running;
    std::size_t next = 0;
    while (next < count || !running.empty()) {
        while (next < count && running.size() < std::max(options.jobs, 1u)) {
            running.emplace(start(next, options, job), next);
            ++next;
        }
        int status = 0;
        const pid_t ended = ::waitpid(-1, &status, 0);
        if (ended < 0 && errno != EINTR)
            throw std::system_error(errno, std::generic_category(), "cannot wait for a worker process");
        const auto entry = running.find(ended);
        if (entry == running.end()) // somebody else's child
            continue;
        const auto index = entry->second;
        running.erase(entry);
        done(index, outcomeOf(status));
    }
}

} // namespace deadheat::pipeline
