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

/// mremap with an old size of 0 maps the same pages once more.
void mapSection() {
    const sched::SharedSection section = sched::sharedSection();
    const long place =
        rawSyscall(SYS_mremap, reinterpret_cast<long>(control().sharedObjects()), 0, static_cast<long>(section.bytes),
                   MREMAP_MAYMOVE | MREMAP_FIXED, reinterpret_cast<long>(section.begin));
    if (section.bytes > sched::ControlBlock::kSharedBytes || place != reinterpret_cast<long>(section.begin)) {
        complain("cannot map the state that processes share");
        endProcess(3);
    }
    sched::setChunkSource(takeFromArena);
}

} // namespace

void shareState() {
    mapSection();
    const sched::SharedSection section = sched::sharedSection();
    // All pages at one go: each schedule is a process that would fault on each of them.
    rawSyscall(SYS_madvise, reinterpret_cast<long>(section.begin), static_cast<long>(section.bytes),
               MADV_POPULATE_WRITE);
    std::memset(section.begin, 0, section.bytes);
}

void attachState() { mapSection(); }

} // namespace deadheat::intercept
