// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How calls wait for file descriptors in controlled runs: such a call is made when it can no longer block; what it waits for is
// asked of the kernel, by the process of the waiting thread.
#pragma once

#include "runtime/intercept/call.h"
#include "runtime/intercept/controller.h"
#include "runtime/model/descriptor.h"
#include "runtime/sched/memory.h"

#include <poll.h>

namespace deadheat::intercept {

struct DescriptorWait {
    sched::Vector<pollfd> descriptors;
    ThreadRecord* thread = nullptr;
    model::Descriptor* resource = nullptr;
};

/// A wait that lies where all processes of the run can look at it.
class PermanentWait {
public:
    PermanentWait() : wait_(sched::create<DescriptorWait>()) {}
    ~PermanentWait() { sched::destroy(wait_); }
    PermanentWait(const PermanentWait&) = delete;
    DescriptorWait& operator*() { return *wait_; }
    DescriptorWait* operator->() { return wait_; }

private:
    DescriptorWait* wait_;
};

/// Waits until one of the descriptors is ready, the deadline has passed or a signal came.
sched::Outcome awaitDescriptors(Call& call, sched::OperationKind kind, DescriptorWait& wait, sched::Time deadline);

/// How a call on one descriptor may wait.
struct Waiting {
    sched::Time deadline = sched::kNever;
    bool forbidden = false; ///< for this call, whatever holds for the descriptor
};
/// As `flags` of recv, send and their like say.
Waiting waitingBy(int flags);

/// Before a call on one descriptor that may block; false, with errno set, when it must not be made: EINTR, ETIMEDOUT at the deadline,
/// EAGAIN when the time is over that the program lets its socket wait.
bool awaitOne(Call& call, sched::OperationKind kind, int descriptor, short events, const Waiting& waiting = {});

bool mayBlock(int descriptor, const Waiting& waiting);
bool isNonBlocking(int descriptor);
/// False for a socket of messages.
bool isStream(int descriptor);
sched::Time deadlineIn(int milliseconds);

} // namespace deadheat::intercept
