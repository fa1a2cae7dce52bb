// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which descriptors of which process belong to one channel: a pipe, a socket pair, an event counter. A channel that the run
// has made is internal to it for as long as no program that is not controlled has inherited a descriptor.
#pragma once

#include <cstdint>

namespace deadheat::intercept {

/// The channel's key for the order of events; other descriptors of the calling process have one each.
std::uint64_t channelOf(int descriptor);
bool isInternalChannel(std::uint32_t process, int descriptor);
/// Can a blocking write to it block halfway?
bool mayFill(int descriptor);

/// Only the run itself makes the descriptor ready.
void noteOwnChannel(int descriptor);
/// `to` is a copy of `from`.
void noteCopiedDescriptor(int from, int to);
/// The run has made the file behind the descriptor, a FIFO or message queue: everything that opens it is one channel.
void noteNamedChannel(int descriptor);
/// The descriptor is one end of a connection; when the run has the other, too, both are one channel.
void noteConnected(int descriptor);
/// The descriptor is of the file, which may be a named channel.
void noteOpened(int descriptor);

void forgetDescriptor(int descriptor);

/// The calling process is about to become or to start another program, which finds its channels by what they are.
void publishChannels();
/// In that program.
void rediscoverChannels();

void inheritChannels(std::uint32_t parent, std::uint32_t child);
/// From now on somebody outside may use any channel, for as long as a program runs that is not controlled.
void openChannelsToOutside();
bool wereOpenToOutside();
void resetChannels();

} // namespace deadheat::intercept
