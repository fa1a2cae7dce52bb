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

bool exists(const char* path) { return rawSyscall(SYS_faccessat, AT_FDCWD, reinterpret_cast<long>(path), F_OK) == 0; }

void noteRemoved(Kind kind, const char* name) {
    for (std::uint32_t i = 0; i < made().count; ++i)
        if (LeftObject& object = made().objects[i];
            object.kind == kind && std::strncmp(object.name, withoutSlash(name), sizeof object.name) == 0)
            object.kind = Kind::none;
}

void remove(const LeftObject& object) {
    char path[sizeof object.name + 32];
    switch (object.kind) {
    case Kind::none: break;
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

bool watching() { return enter() && controlling(); }

/// `find` looks for an object of the key that is there already.
template <typename Get, typename Find>
int getObject(Kind kind, key_t key, int flags, Get get, Find find) {
    if (!watching())
        return get();
    const bool isNew = key == IPC_PRIVATE || ((flags & IPC_CREAT) && find() < 0);
    const int id = get();
    if (isNew && id >= 0)
        noteMade(kind, id, "");
    return id;
}

} // namespace

void noteMade(Kind kind, int id, const char* name) {
    if (made().count >= sched::LeftObjects::kMost)
        return;
    LeftObject& object = made().objects[made().count++];
    object.kind = kind;
    object.id = id;
    std::strncpy(object.name, withoutSlash(name), sizeof object.name - 1);
}

bool existsInSharedMemory(const char* prefix, const char* name) {
    char path[sizeof LeftObject::name + 32];
    pathOf(prefix, name, path, sizeof path);
    return exists(path);
}

void removeLeftObjects() {
    for (std::uint32_t i = 0; i < made().count; ++i)
        remove(made().objects[i]);
    made().count = 0;
}

DEADHEAT_INTERCEPT_LIBRARY(int, shm_open, const char* name, int flags, mode_t mode) {
    const bool makes = watching() && (flags & O_CREAT) && !existsInSharedMemory("", name);
    const int descriptor = library_shm_open()(name, flags, mode);
    if (makes && descriptor >= 0)
        noteMade(Kind::memory, 0, name);
    return descriptor;
}

DEADHEAT_INTERCEPT_LIBRARY(int, shm_unlink, const char* name) {
    if (watching())
        noteRemoved(Kind::memory, name);
    return library_shm_unlink()(name);
}

DEADHEAT_INTERCEPT(int, sem_unlink, const char* name) {
    if (watching())
        noteRemoved(Kind::semaphore, name);
    return forward_sem_unlink(name);
}

DEADHEAT_INTERCEPT_LIBRARY(int, mq_unlink, const char* name) {
    if (watching())
        noteRemoved(Kind::queue, name);
    return library_mq_unlink()(name);
}

DEADHEAT_INTERCEPT_LIBRARY(int, semget, key_t key, int count, int flags) {
    return getObject(
        Kind::semaphoreSet, key, flags, [=] { return library_semget()(key, count, flags); },
        [=] { return library_semget()(key, 0, 0); });
}

DEADHEAT_INTERCEPT_LIBRARY(int, shmget, key_t key, std::size_t bytes, int flags) {
    return getObject(
        Kind::segment, key, flags, [=] { return library_shmget()(key, bytes, flags); },
        [=] { return library_shmget()(key, 0, 0); });
}

DEADHEAT_INTERCEPT_LIBRARY(int, msgget, key_t key, int flags) {
    return getObject(
        Kind::messages, key, flags, [=] { return library_msgget()(key, flags); },
        [=] { return library_msgget()(key, 0); });
}

} // namespace deadheat::intercept
