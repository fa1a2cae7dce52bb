// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The launcher's side of the control block: a sparse file in memory that the tested program opens by path.
#pragma once

#include "runtime/sched/control_block.h"

#include <string>

namespace deadheat::launch {

class ControlMemory {
public:
    ControlMemory();
    ~ControlMemory();
    ControlMemory(const ControlMemory&) = delete;
    ControlMemory& operator=(const ControlMemory&) = delete;

    sched::ControlBlock& operator*() const { return *block_; }
    sched::ControlBlock* operator->() const { return block_; }
    /// The value of the environment variable sched::kControlVariable.
    std::string path() const;

private:
    int descriptor_ = -1;
    sched::ControlBlock* block_ = nullptr;
};

} // namespace deadheat::launch
