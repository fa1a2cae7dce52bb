// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The processes of a controlled run, and the waits of parents for them. The first process is number 0; the others are
// numbered in order of their forks.
#pragma once

#include "runtime/sched/resource.h"

namespace deadheat::model {

struct Process {
    std::uint32_t number = 0;
    std::uint32_t parent = 0;
    int pid = 0;
    sched::ThreadId mainThread = 0;
    std::uint32_t liveThreads = 1;
    std::uint32_t program = 0; ///< which one it runs (tsan/programs.h)
    bool controlled = true;    ///< false: its threads are not the engine's (it runs another program)
    bool ended = false;
    bool waited = false;  ///< its parent has collected it
    int stoppedBy = 0;    ///< the signal, until it is continued
    int unseenChange = 0; ///< what the parent has not been told: WUNTRACED it was stopped, WCONTINUED it was continued
    bool losesChildren = false; ///< the kernel collects them itself, as it does when SIGCHLD is ignored
    std::uint64_t handledSignals = 0;
    std::uint64_t ignoredSignals = 0;
};

class ProcessTable {
public:
    Process& add(std::uint32_t parent, sched::ThreadId mainThread);
    std::size_t size() const { return processes_.size(); }
    Process& at(std::size_t number) { return *processes_[number]; }
    Process* findLive(int pid);
    /// A child that `parent` has not collected; pid -1: any. Ended ones first.
    Process* findChild(std::uint32_t parent, int pid);
    /// One that has not ended and that was stopped or continued, as `options` of waitpid ask for; null: none.
    Process* findChanged(std::uint32_t parent, int pid, int options);
    void clear();

private:
    sched::Vector<Process*> processes_;
};

/// A wait for a child, or for any (pid -1), until one has ended, is beyond control, or has changed as `options` ask for.
class ChildWait final : public sched::ResourceOf<ChildWait> {
public:
    static const sched::ResourceFunctions kFunctions;

    ChildWait(ProcessTable& table, std::uint32_t parent, int pid, int options = 0)
        : ResourceOf(sched::ResourceKind::process, static_cast<std::uint64_t>(pid < 0 ? 0 : pid)), table_(table),
          parent_(parent), pid_(pid), options_(options) {}

    bool available(sched::ThreadId, const sched::Operation&) const;
    void holders(sched::ThreadId, const sched::Operation&, sched::Vector<sched::ThreadId>& out) const;

private:
    ProcessTable& table_;
    std::uint32_t parent_;
    int pid_;
    int options_;
};

} // namespace deadheat::model
