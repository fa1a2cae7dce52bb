// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The functions of the models, as sched/function_number.h wants them.
#include "runtime/model/barrier.h"
#include "runtime/model/condition.h"
#include "runtime/model/descriptor.h"
#include "runtime/model/kernel_wait.h"
#include "runtime/model/mutex.h"
#include "runtime/model/once.h"
#include "runtime/model/outside.h"
#include "runtime/model/processes.h"
#include "runtime/model/rwlock.h"
#include "runtime/model/semaphore.h"
#include "runtime/model/signal_wait.h"
#include "runtime/model/thread_end.h"

namespace deadheat::model {

#define DEADHEAT_MODEL(Model)                                                                                          \
    DEADHEAT_FUNCTIONS const sched::ResourceFunctions Model::kFunctions = sched::functionsOfModel<Model>()
DEADHEAT_MODEL(Barrier);
DEADHEAT_MODEL(Condition);
DEADHEAT_MODEL(Descriptor);
DEADHEAT_MODEL(KernelWait);
DEADHEAT_MODEL(Mutex);
DEADHEAT_MODEL(Once);
DEADHEAT_MODEL(Outside);
DEADHEAT_MODEL(ChildWait);
DEADHEAT_MODEL(RwLock);
DEADHEAT_MODEL(Semaphore);
DEADHEAT_MODEL(SignalWait);
DEADHEAT_MODEL(ThreadEnd);
#undef DEADHEAT_MODEL

} // namespace deadheat::model
