// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// When only waits for descriptors are left, and all descriptors belong to channels that only the run's processes have
// (channels.h), nobody can ever make them ready.
#include "runtime/intercept/descriptor_waits.h"

#include "runtime/intercept/channels.h"
#include "runtime/intercept/descriptors.h"
#include "runtime/intercept/os.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/intercept/turn.h"
#include "runtime/intercept/virtual_time.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

namespace deadheat::intercept {
namespace {

DEADHEAT_SHARED sched::Shared<sched::Vector<DescriptorWait*>> waits;

long pollNow(const sched::Vector<pollfd>& descriptors, int milliseconds) {
    sched::Vector<pollfd> copy;
    for (const pollfd& descriptor : descriptors)
        copy.push(descriptor);
    timespec limit{milliseconds / 1000, (milliseconds % 1000) * 1'000'000L};
    return rawSyscall(SYS_ppoll, reinterpret_cast<long>(copy.begin()), static_cast<long>(copy.size()),
                      reinterpret_cast<long>(&limit));
}

/// Of SO_RCVTIMEO and SO_SNDTIMEO; kNever for what is no socket.
sched::Time deadlineOfSocket(int descriptor, short events) {
    timeval limit{};
    socklen_t bytes = sizeof limit;
    const long option = events & POLLIN ? SO_RCVTIMEO : SO_SNDTIMEO;
    if (rawSyscall(SYS_getsockopt, descriptor, SOL_SOCKET, option, reinterpret_cast<long>(&limit),
                   reinterpret_cast<long>(&bytes)) != 0 ||
        !timerisset(&limit))
        return sched::kNever;
    return deadlineAfter(timespec{limit.tv_sec, limit.tv_usec * 1000});
}

bool isReady(void* context) {
    auto* wait = static_cast<DescriptorWait*>(context);
    if (wait->thread->process != thisProcess().number)
        return askThread(*wait->thread);
    return pollNow(wait->descriptors, 0) != 0;
}
DEADHEAT_FUNCTIONS const model::ReadinessFunctions kReadiness{isReady};

} // namespace

bool isNonBlocking(int descriptor) {
    const long flags = rawSyscall(SYS_fcntl, descriptor, F_GETFL);
    return flags < 0 || (flags & O_NONBLOCK) != 0;
}

sched::Outcome awaitDescriptors(Call& call, sched::OperationKind kind, DescriptorWait& wait, sched::Time deadline) {
    const int first = wait.descriptors.empty() ? 0 : wait.descriptors[0].fd;
    auto* resource = sched::create<model::Descriptor>(static_cast<std::uint64_t>(first), kReadiness, &wait);
    resource->setNumber(static_cast<std::uint32_t>(first));
    wait.thread = &call.self;
    wait.resource = resource;
    noteWait(call, kind, sched::ResourceKind::descriptor, reinterpret_cast<const void*>(resource->address()),
             deadline != sched::kNever, nullptr, StackBy::tables);
    sched::Operation operation = operationOn(kind, resource, channelOf(first), call.place(), deadline);
    operation.external = true;
    operation.interruptible = true;
    operation.restartable = kind != sched::OperationKind::descriptorPoll;
    waits->push(&wait);
    const sched::Outcome outcome = reach(call.self, operation);
    waits->eraseValue(&wait);
    sched::destroy(resource);
    return outcome;
}

bool isStream(int descriptor) {
    int type = SOCK_STREAM;
    socklen_t bytes = sizeof type;
    getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &bytes);
    return type == SOCK_STREAM;
}

Waiting waitingBy(int flags) { return {.forbidden = (flags & MSG_DONTWAIT) != 0}; }

bool mayBlock(int descriptor, const Waiting& waiting) { return !waiting.forbidden && !isNonBlocking(descriptor); }

bool awaitOne(Call& call, sched::OperationKind kind, int descriptor, short events, const Waiting& waiting) {
    if (!mayBlock(descriptor, waiting)) {
        reach(call.self, operationOn(kind, nullptr, channelOf(descriptor), call.place()));
        return true;
    }
    PermanentWait wait;
    wait->descriptors.push(pollfd{descriptor, events, 0});
    const bool limited = waiting.deadline != sched::kNever;
    const sched::Time deadline = limited ? waiting.deadline : deadlineOfSocket(descriptor, events);
    const sched::Outcome outcome = awaitDescriptors(call, kind, *wait, deadline);
    if (outcome != sched::Outcome::interrupted && outcome != sched::Outcome::timedOut)
        return true;
    errno = outcome == sched::Outcome::interrupted ? EINTR : limited ? ETIMEDOUT : EAGAIN;
    return false;
}

sched::Time deadlineIn(int milliseconds) {
    if (milliseconds < 0)
        return sched::kNever;
    return deadlineAfter(timespec{milliseconds / 1000, (milliseconds % 1000) * 1'000'000L});
}

void refreshDescriptors() {
    for (DescriptorWait* wait : *waits)
        engine().refresh(*wait->resource);
}

bool onlyInternalDescriptors() {
    for (const DescriptorWait* wait : *waits)
        for (const pollfd& descriptor : wait->descriptors)
            if (!isInternalChannel(wait->thread->process, descriptor.fd))
                return false;
    return !waits->empty();
}

bool anyDescriptorWaits() { return !waits->empty(); }

bool answerAboutDescriptors(ThreadRecord& self) {
    for (const DescriptorWait* wait : *waits)
        if (wait->thread == &self)
            return pollNow(wait->descriptors, 0) != 0;
    return false;
}

void awaitAnyDescriptor(int milliseconds) {
    sched::Vector<pollfd> mine;
    bool others = false;
    for (const DescriptorWait* wait : *waits)
        for (const pollfd& descriptor : wait->descriptors)
            if (wait->thread->process == thisProcess().number)
                mine.push(descriptor);
            else
                others = true;
    pollNow(mine, others ? 1 : milliseconds);
}

void forgetWaitsOf(const ThreadRecord& thread) {
    for (std::size_t i = waits->size(); i-- > 0;)
        if ((*waits)[i]->thread == &thread)
            waits->erase(i);
}

void resetDescriptors() {
    waits->clear();
    resetChannels();
}

} // namespace deadheat::intercept
