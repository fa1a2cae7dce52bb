// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/left_objects.h"

#include <algorithm>
#include <mqueue.h>
#include <semaphore.h>
#include <string>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

namespace deadheat::launch {
namespace {

using Kind = sched::LeftObject::Kind;

void remove(const sched::LeftObject& object) {
    const std::string name = std::string("/") + object.name;
    switch (object.kind.load(std::memory_order_acquire)) {
    case Kind::none:
    case Kind::unfinished: break;
    case Kind::memory: shm_unlink(name.c_str()); break;
    case Kind::semaphore: sem_unlink(name.c_str()); break;
    case Kind::queue: mq_unlink(name.c_str()); break;
    case Kind::segment: shmctl(object.id, IPC_RMID, nullptr); break;
    case Kind::semaphoreSet: semctl(object.id, 0, IPC_RMID); break;
    case Kind::messages: msgctl(object.id, IPC_RMID, nullptr); break;
    }
}

} // namespace

void removeLeftObjects(const sched::LeftObjects& left) {
    for (std::uint32_t i = 0; i < std::min(left.count.load(), sched::LeftObjects::kMost); ++i)
        remove(left.objects[i]);
}

} // namespace deadheat::launch
