// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/channels.h"

#include "runtime/intercept/call.h"
#include "runtime/intercept/child_processes.h"
#include "runtime/intercept/controller.h"
#include "runtime/intercept/file_locks.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/signals.h"
#include "runtime/intercept/timers.h"
#include "runtime/sched/hash_map.h"

#include <cstdarg>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace deadheat::intercept {
namespace {

constexpr std::uint64_t kChannelBit = std::uint64_t{1} << 62;
constexpr int kDescriptorsLookedAt = 1024; ///< of a new program

struct Channels {
    sched::HashMap<std::uint64_t> byDescriptor; ///< of a process
    sched::HashMap<std::uint64_t> byFile;       ///< of named ones, by what fileIdentity tells
    sched::HashMap<std::uint64_t> byConnection; ///< of connected sockets, by their two addresses
    sched::HashMap<std::uint64_t> ends;         ///< of these channels, how many the run has had
    std::uint64_t created;
    bool openToOutside;
};
DEADHEAT_SHARED sched::Shared<Channels> channels;

std::uint64_t slotOf(std::uint32_t process, int descriptor) {
    return (static_cast<std::uint64_t>(process) << 32) | (static_cast<std::uint32_t>(descriptor) + 1u);
}

std::uint64_t newChannel() { return kChannelBit | ++channels->created; }

void note(int descriptor, std::uint64_t channel) {
    channels->byDescriptor[slotOf(thisProcess().number, descriptor)] = channel;
}

void forget(int descriptor) { channels->byDescriptor.erase(slotOf(thisProcess().number, descriptor)); }

void noteCopy(int from, int to) {
    if (const std::uint64_t* channel = channels->byDescriptor.find(slotOf(thisProcess().number, from)))
        note(to, *channel);
    else
        forget(to);
}

void notePair(const int* ends) {
    const std::uint64_t channel = newChannel();
    note(ends[0], channel);
    note(ends[1], channel);
}

/// Never 0, which no map takes.
std::uint64_t fileIdentity(int descriptor) {
    struct stat status{};
    if (fstat(descriptor, &status) != 0)
        return 1;
    return ((static_cast<std::uint64_t>(status.st_dev) << 40) ^ status.st_ino) | (std::uint64_t{1} << 63);
}

/// 0 when the socket has no such address.
template <typename GetAddress>
std::uint64_t hashOfAddress(int descriptor, GetAddress get) {
    sockaddr_storage address{};
    socklen_t bytes = sizeof address;
    if (get(descriptor, reinterpret_cast<sockaddr*>(&address), &bytes) != 0)
        return 0;
    std::uint64_t hash = 1;
    for (socklen_t i = 0; i < bytes; ++i)
        hash = (hash ^ reinterpret_cast<const unsigned char*>(&address)[i]) * 0x9e3779b97f4a7c15ull;
    return hash | 1;
}

bool isWhole(std::uint64_t channel) {
    const std::uint64_t* ends = channels->ends.find(channel);
    return !ends || *ends > 1;
}

bool watching() { return enter() && controlling(); }

} // namespace

std::uint64_t channelOf(int descriptor) {
    const std::uint32_t process = thisProcess().number;
    if (const std::uint64_t* channel = channels->byDescriptor.find(slotOf(process, descriptor)))
        return *channel;
    return kChannelBit | (std::uint64_t{1} << 61) | slotOf(process, descriptor);
}

bool isInternalChannel(std::uint32_t process, int descriptor) {
    const std::uint64_t* channel = channels->byDescriptor.find(slotOf(process, descriptor));
    return channel && isWhole(*channel) && (!channels->openToOutside || !anyOutsideProgram());
}

bool mayFill(int descriptor) {
    struct stat status{};
    return fstat(descriptor, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
}

void noteOwnChannel(int descriptor) { note(descriptor, newChannel()); }

void noteCopiedDescriptor(int from, int to) { noteCopy(from, to); }

void forgetDescriptor(int descriptor) { forget(descriptor); }

void noteNamedChannel(int descriptor) {
    std::uint64_t& channel = channels->byFile[fileIdentity(descriptor)];
    if (channel == 0)
        channel = newChannel();
    note(descriptor, channel);
}

void noteConnected(int descriptor) {
    const std::uint64_t own = hashOfAddress(descriptor, getsockname), other = hashOfAddress(descriptor, getpeername);
    if (own == 0 || other == 0)
        return;
    std::uint64_t& channel = channels->byConnection[(own + other) | 1];
    if (channel == 0)
        channel = newChannel();
    ++channels->ends[channel];
    note(descriptor, channel);
}

void noteOpened(int descriptor) {
    if (const std::uint64_t* channel = channels->byFile.find(fileIdentity(descriptor)))
        note(descriptor, *channel);
    else
        forget(descriptor);
}

void inheritChannels(std::uint32_t parent, std::uint32_t child) {
    struct Entry {
        std::uint64_t descriptor, channel;
    };
    sched::Vector<Entry> inherited;
    channels->byDescriptor.forEach([&](std::uint64_t slot, std::uint64_t channel) {
        if (slot >> 32 == parent)
            inherited.push({slot & 0xffffffffu, channel});
    });
    for (const Entry& entry : inherited)
        channels->byDescriptor[(static_cast<std::uint64_t>(child) << 32) | entry.descriptor] = entry.channel;
}

void publishChannels() {
    channels->byDescriptor.forEach([](std::uint64_t slot, std::uint64_t channel) {
        const int descriptor = static_cast<int>(slot & 0xffffffffu) - 1;
        if (slot >> 32 == thisProcess().number && mayFill(descriptor))
            channels->byFile[fileIdentity(descriptor)] = channel;
    });
}

/// What cannot be told apart, as event counters, keeps its channel by number.
void rediscoverChannels() {
    for (int descriptor = 0; descriptor < kDescriptorsLookedAt; ++descriptor) {
        struct stat status{};
        if (fstat(descriptor, &status) != 0)
            forget(descriptor);
        else if (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode))
            noteOpened(descriptor);
    }
}

void openChannelsToOutside() { channels->openToOutside = true; }

bool wereOpenToOutside() { return channels->openToOutside; }

void resetChannels() {
    channels->byDescriptor.clear();
    channels->byFile.clear();
    channels->byConnection.clear();
    channels->ends.clear();
    channels->created = 0;
    channels->openToOutside = false;
}

DEADHEAT_INTERCEPT(int, pipe, int* ends) {
    const int result = forward_pipe(ends);
    if (result == 0 && watching())
        notePair(ends);
    return result;
}

DEADHEAT_INTERCEPT(int, pipe2, int* ends, int flags) {
    const int result = forward_pipe2(ends, flags);
    if (result == 0 && watching())
        notePair(ends);
    return result;
}

DEADHEAT_INTERCEPT(int, socketpair, int domain, int type, int protocol, int* ends) {
    const int result = forward_socketpair(domain, type, protocol, ends);
    if (result == 0 && watching())
        notePair(ends);
    return result;
}

DEADHEAT_INTERCEPT(int, eventfd, unsigned value, int flags) {
    const int result = forward_eventfd(value, flags);
    if (result >= 0 && watching())
        note(result, newChannel());
    return result;
}

DEADHEAT_INTERCEPT(int, epoll_create, int size) {
    const int result = forward_epoll_create(size);
    if (result >= 0 && watching())
        note(result, newChannel());
    return result;
}

DEADHEAT_INTERCEPT(int, epoll_create1, int flags) {
    const int result = forward_epoll_create1(flags);
    if (result >= 0 && watching())
        note(result, newChannel());
    return result;
}

/// A set of descriptors is the run's own as long as all in it are.
DEADHEAT_INTERCEPT(int, epoll_ctl, int set, int operation, int descriptor, epoll_event* event) {
    const int result = forward_epoll_ctl(set, operation, descriptor, event);
    if (result == 0 && watching() && operation == EPOLL_CTL_ADD &&
        !channels->byDescriptor.find(slotOf(thisProcess().number, descriptor)))
        forget(set);
    return result;
}

DEADHEAT_INTERCEPT(int, dup, int descriptor) {
    const int result = forward_dup(descriptor);
    if (result >= 0 && watching())
        noteCopy(descriptor, result);
    return result;
}

DEADHEAT_INTERCEPT(int, dup2, int from, int to) {
    const int result = forward_dup2(from, to);
    if (result >= 0 && from != to && watching())
        noteCopy(from, to);
    return result;
}

DEADHEAT_INTERCEPT(int, dup3, int from, int to, int flags) {
    const int result = forward_dup3(from, to, flags);
    if (result >= 0 && watching())
        noteCopy(from, to);
    return result;
}

/// The end of a file may be what somebody waits for.
DEADHEAT_INTERCEPT(int, close, int descriptor) {
    ThreadRecord* self = enter();
    forgetSignalDescriptor(descriptor);
    if (!self || !controlling())
        return forward_close(descriptor);
    forgetTimerOf(descriptor);
    noteFileClosed(*self, descriptor);
    if (!channels->byDescriptor.find(slotOf(thisProcess().number, descriptor)))
        return forward_close(descriptor);
    Call call(*self, DEADHEAT_CALLER);
    reach(*self, operationOn(sched::OperationKind::descriptorClose, nullptr, channelOf(descriptor), call.place()));
    forget(descriptor);
    return forward_close(descriptor);
}

} // namespace deadheat::intercept
