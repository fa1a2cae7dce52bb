// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Named and System V objects that a run has made. They outlive its processes, so what a failing schedule, which ends where it
// is, would have removed later, the server removes; of a free run that does not end by itself, the launcher.
#pragma once

#include "runtime/sched/control_block.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/ipc.h>

namespace deadheat::intercept {

/// `name` is not used for kinds with an id, nor `id` for the others.
void noteMade(sched::LeftObject::Kind kind, int id, const char* name);
void removeLeftObjects();
/// No object is known any more.
void forgetLeftObjects();

struct CreationFlags {
    int create, exclusive;
};
inline constexpr CreationFlags kOpenFlags{O_CREAT, O_EXCL}, kGetFlags{IPC_CREAT, IPC_EXCL};

/// What `call` returns for `flags`, and in `makes` whether it made the object: it is first asked for a new one, as another
/// program may make or remove one of that name at any time.
template <typename Result, typename Call>
Result makeOrOpen(int flags, CreationFlags bits, Result failed, bool& makes, Call call) {
    makes = flags & bits.create;
    const int error = errno;
    const Result result = call(makes ? flags | bits.exclusive : flags);
    if (result != failed)
        return result;
    const bool isThere = makes && !(flags & bits.exclusive) && errno == EEXIST;
    makes = false;
    if (!isThere)
        return failed;
    errno = error;
    return call(flags);
}

} // namespace deadheat::intercept
