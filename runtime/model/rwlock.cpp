// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/rwlock.h"

namespace deadheat::model {

bool RwLock::available(sched::ThreadId, const sched::Operation& operation) const {
    return operation.kind == sched::OperationKind::readLock ? mayRead() : mayWrite();
}

void RwLock::holders(sched::ThreadId, const sched::Operation& operation, sched::Vector<sched::ThreadId>& out) const {
    if (writer_ != sched::kNoThread)
        out.push(writer_);
    if (operation.kind != sched::OperationKind::readLock)
        for (const sched::ThreadId reader : readers_)
            out.push(reader);
    else if (writersGoFirst())
        for (const sched::ThreadId writer : writersToBe_)
            out.push(writer);
}

void RwLock::release(sched::ThreadId who) {
    if (writer_ == who)
        writer_ = sched::kNoThread;
    else
        readers_.eraseValue(who);
}

void RwLock::reset() {
    writer_ = sched::kNoThread;
    readers_.clear();
    writersToBe_.clear();
}

} // namespace deadheat::model
