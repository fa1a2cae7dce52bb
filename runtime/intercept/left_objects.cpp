// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/left_objects.h"

#include "runtime/intercept/call.h"

#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace deadheat::intercept {
namespace {

using sched::LeftObject;
using Kind = LeftObject::Kind;

sched::LeftObjects& made() { return control().results.left; }

const char* withoutSlash(const char* name) { return name + (name[0] == '/'); }

void pathOf(const char* prefix, const char* name, char* out, std::size_t bytes) {
    std::snprintf(out, bytes, "/dev/shm/%s%s", prefix, withoutSlash(name));
}

void noteRemoved(Kind kind, const char* name) {
    for (std::uint32_t i = 0; i < made().count; ++i)
        if (LeftObject& object = made().objects[i];
            object.kind.load(std::memory_order_acquire) == kind &&
            std::strncmp(object.name, withoutSlash(name), sizeof object.name) == 0)
            object.kind = Kind::none;
}

void remove(const LeftObject& object) {
    char path[sizeof object.name + 32];
    switch (object.kind.load(std::memory_order_acquire)) {
    case Kind::none:
    case Kind::unfinished: break;
    case Kind::memory:
    case Kind::semaphore:
        pathOf(object.kind == Kind::semaphore ? "sem." : "", object.name, path, sizeof path);
        rawSyscall(SYS_unlinkat, AT_FDCWD, reinterpret_cast<long>(path), 0);
        break;
    case Kind::queue: rawSyscall(SYS_mq_unlink, reinterpret_cast<long>(object.name)); break;
    case Kind::segment: rawSyscall(SYS_shmctl, object.id, IPC_RMID, 0); break;
    case Kind::semaphoreSet: rawSyscall(SYS_semctl, object.id, 0, IPC_RMID, 0); break;
    case Kind::messages: rawSyscall(SYS_msgctl, object.id, IPC_RMID, 0); break;
    }
}

template <typename Get>
int getObject(Kind kind, key_t key, int flags, Get get) {
    if (!enter())
        return get(flags);
    bool makes = false;
    const int id = key == IPC_PRIVATE ? get(flags) : makeOrOpen(flags, kGetFlags, -1, makes, get);
    if (id >= 0 && (makes || key == IPC_PRIVATE))
        noteMade(kind, id, "");
    return id;
}

/// Null when there are too many.
LeftObject* claimObject() {
    for (std::uint32_t i = 0; i < sched::LeftObjects::kMost; ++i) {
        Kind free = Kind::none;
        if (!made().objects[i].kind.compare_exchange_strong(free, Kind::unfinished))
            continue;
        std::uint32_t count = made().count.load();
        while (count <= i && !made().count.compare_exchange_weak(count, i + 1)) {
        }
        return &made().objects[i];
    }
    return nullptr;
}

} // namespace

void noteMade(Kind kind, int id, const char* name) {
    LeftObject* const object = claimObject();
    if (!object)
        return;
    object->id = id;
    std::strncpy(object->name, withoutSlash(name), sizeof object->name - 1);
    object->kind.store(kind, std::memory_order_release);
}

void removeLeftObjects() {
    for (std::uint32_t i = 0; i < made().count; ++i)
        remove(made().objects[i]);
    forgetLeftObjects();
}

void forgetLeftObjects() {
    for (std::uint32_t i = 0; i < made().count; ++i)
        made().objects[i].kind = Kind::none;
    made().count = 0;
}

DEADHEAT_INTERCEPT_LIBRARY(int, shm_open, const char* name, int flags, mode_t mode) {
    if (!enter())
        return library_shm_open()(name, flags, mode);
    bool makes = false;
    const auto open = [=](int how) { return library_shm_open()(name, how, mode); };
    const int descriptor = makeOrOpen(flags, kOpenFlags, -1, makes, open);
    if (makes && descriptor >= 0)
        noteMade(Kind::memory, 0, name);
    return descriptor;
}

DEADHEAT_INTERCEPT_LIBRARY(int, shm_unlink, const char* name) {
    if (enter())
        noteRemoved(Kind::memory, name);
    return library_shm_unlink()(name);
}

DEADHEAT_INTERCEPT(int, sem_unlink, const char* name) {
    if (enter())
        noteRemoved(Kind::semaphore, name);
    return forward_sem_unlink(name);
}

DEADHEAT_INTERCEPT_LIBRARY(int, mq_unlink, const char* name) {
    if (enter())
        noteRemoved(Kind::queue, name);
    return library_mq_unlink()(name);
}

DEADHEAT_INTERCEPT_LIBRARY(int, semget, key_t key, int count, int flags) {
    return getObject(Kind::semaphoreSet, key, flags, [=](int how) { return library_semget()(key, count, how); });
}

DEADHEAT_INTERCEPT_LIBRARY(int, shmget, key_t key, std::size_t bytes, int flags) {
    return getObject(Kind::segment, key, flags, [=](int how) { return library_shmget()(key, bytes, how); });
}

DEADHEAT_INTERCEPT_LIBRARY(int, msgget, key_t key, int flags) {
    return getObject(Kind::messages, key, flags, [=](int how) { return library_msgget()(key, how); });
}

} // namespace deadheat::intercept
