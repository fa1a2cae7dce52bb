// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/shared_state.h"

#include "runtime/intercept/os.h"
#include "runtime/intercept/session.h"
#include "runtime/sched/memory.h"

#include <cstring>
#include <sys/mman.h>
#include <sys/syscall.h>

namespace deadheat::intercept {
namespace {

/// Bytes of the arena that have been handed out.
DEADHEAT_SHARED sched::Shared<std::size_t> arenaUsed;

void* takeFromArena(std::size_t bytes) {
    const std::size_t at = *arenaUsed;
    if (at + bytes > sched::ControlBlock::kArenaBytes) {
        complain("out of memory");
        endProcess(3);
    }
    *arenaUsed = at + bytes;
    return control().arena() + at;
}

void useSharedObjects() {
    sched::placeSharedAt(control().sharedObjects());
    sched::setChunkSource(takeFromArena);
}

} // namespace

void shareState() {
    useSharedObjects();
    void* const objects = control().sharedObjects();
    // All pages at one go: each schedule is a process that would fault on each of them.
    rawSyscall(SYS_madvise, reinterpret_cast<long>(objects), static_cast<long>(sched::sharedBytes()),
               MADV_POPULATE_WRITE);
    std::memset(objects, 0, sched::sharedBytes());
}

void attachState() { useSharedObjects(); }

} // namespace deadheat::intercept
