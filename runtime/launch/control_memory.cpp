// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/control_memory.h"

#include "report/user_error.h"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <new>
#include <sys/mman.h>
#include <unistd.h>

namespace deadheat::launch {

ControlMemory::ControlMemory() {
    descriptor_ = memfd_create("deadheat", MFD_CLOEXEC);
    void* memory = MAP_FAILED;
    if (descriptor_ >= 0 && ftruncate(descriptor_, sched::ControlBlock::kBytes) == 0)
        memory = mmap(nullptr, sched::ControlBlock::kBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE,
                      descriptor_, 0);
    if (memory == MAP_FAILED) {
        const std::string reason = std::strerror(errno);
        if (descriptor_ >= 0)
            close(descriptor_);
        throw report::UserError(fmt::format("cannot reserve {} GB of address space for the control block: {}",
                                            sched::ControlBlock::kBytes >> 30, reason));
    }
    block_ = new (memory) sched::ControlBlock;
}

ControlMemory::~ControlMemory() {
    munmap(block_, sched::ControlBlock::kBytes);
    close(descriptor_);
}

std::string ControlMemory::path() const { return fmt::format("/proc/{}/fd/{}", getpid(), descriptor_); }

} // namespace deadheat::launch
