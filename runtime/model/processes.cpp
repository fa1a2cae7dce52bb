// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/processes.h"

namespace deadheat::model {

Process& ProcessTable::add(std::uint32_t parent, sched::ThreadId mainThread) {
    auto* process = sched::create<Process>();
    process->number = static_cast<std::uint32_t>(processes_.size());
    process->parent = parent;
    process->mainThread = mainThread;
    processes_.push(process);
    return *process;
}

Process* ProcessTable::findLive(int pid) {
    for (Process* process : processes_)
        if (process->pid == pid && !process->ended)
            return process;
    return nullptr;
}

Process* ProcessTable::findChild(std::uint32_t parent, int pid) {
    Process* found = nullptr;
    for (Process* process : processes_) {
        const bool wanted = process->number != 0 && process->parent == parent && !process->waited;
        if (!wanted || (pid > 0 && process->pid != pid))
            continue;
        if (process->ended)
            return process;
        found = found ? found : process;
    }
    return found;
}

Process* ProcessTable::findChanged(std::uint32_t parent, int pid, int options) {
    for (Process* process : processes_)
        if (process->number != 0 && process->parent == parent && !process->ended && (pid <= 0 || process->pid == pid) &&
            (process->unseenChange & options) != 0)
            return process;
    return nullptr;
}

void ProcessTable::clear() {
    for (Process* process : processes_)
        sched::destroy(process);
    processes_.clear();
}

bool ChildWait::available(sched::ThreadId, const sched::Operation&) const {
    const Process* child = table_.findChild(parent_, pid_);
    return !child || child->ended || !child->controlled || table_.findChanged(parent_, pid_, options_);
}

/// A process with several threads may be ended by any of them.
void ChildWait::holders(sched::ThreadId, const sched::Operation&, sched::Vector<sched::ThreadId>& out) const {
    const Process* child = table_.findChild(parent_, pid_);
    if (pid_ > 0 && child && !child->ended && child->controlled && child->liveThreads == 1)
        out.push(child->mainThread);
}

} // namespace deadheat::model
