// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/failure_report.h"

#include "runtime/intercept/child_processes.h"
#include "runtime/intercept/object_key.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/session.h"
#include "runtime/intercept/shared_memory.h"
#include "runtime/intercept/split_updates.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/tsan/frames.h"

namespace deadheat::intercept {
namespace {

void writeStack(sched::JsonWriter& json, const char* key, const Backtrace& stack) {
    tsan::writeFrames(json, key, stack.frames, Backtrace::kFrames);
}

void writeObject(sched::JsonWriter& json, sched::ResourceKind kind, std::uint64_t key) {
    json.text("kind", sched::describe(kind));
    json.number("address", addressOfKey(key));
    json.number("number", numberOf(kind, key));
    tsan::writeFrame(json, "data", frameOfKey(key));
}

void writeWait(sched::JsonWriter& json, const ThreadRecord& thread) {
    const Wait& wait = thread.wait;
    json.openObject("waits");
    json.text("operation", sched::describe(wait.operation));
    if (wait.resource == sched::ResourceKind::thread) {
        json.text("kind", "thread");
        json.number("number", reinterpret_cast<const ThreadRecord*>(wait.address)->id);
    } else if (wait.resource == sched::ResourceKind::process) {
        json.text("kind", "process");
        json.number("number", wait.number);
    } else if (wait.resource == sched::ResourceKind::descriptor) {
        json.text("kind", "descriptor");
        json.number("descriptor", addressOfKey(wait.address));
    } else {
        writeObject(json, wait.resource, wait.address);
    }
    json.flag("missedSignal", missedSignal(wait));
    writeStack(json, "stack", wait.where);
    json.closeObject();
}

void writeSystemCallWait(sched::JsonWriter& json, const ThreadRecord& thread) {
    json.openObject("waits");
    json.text("kind", thread.blockedIn);
    json.number("descriptor", thread.blockedOn);
    const auto place = reinterpret_cast<std::uintptr_t>(thread.calledFrom);
    tsan::writeFrames(json, "stack", &place, 1);
    json.closeObject();
}

void writeThread(sched::JsonWriter& json, const ThreadRecord& thread, std::uint32_t process) {
    json.openObject();
    json.number("id", thread.id);
    json.number("process", process);
    json.flag("startsProcess", thread.startsProcess);
    if (controlling() && processTable().at(thread.process).stoppedBy != 0)
        json.number("stoppedBy", static_cast<std::uint64_t>(processTable().at(thread.process).stoppedBy));
    json.number("tasks", thread.tasks);
    if (thread.parent != sched::kNoThread || thread.startsProcess) {
        writeStack(json, "created", thread.created);
    }
    if (isWaiting(thread))
        writeWait(json, thread);
    else if (thread.blockedIn)
        writeSystemCallWait(json, thread);
    json.openArray("held");
    for (const Held& held : thread.held) {
        json.openObject();
        writeObject(json, held.kind, held.address);
        json.flag("shared", held.shared);
        writeStack(json, "stack", held.where);
        json.closeObject();
    }
    json.closeArray();
    json.closeObject();
}

/// `process` is the number of this process in a free run, else null.
void writeThreads(sched::JsonWriter& json, const std::uint32_t* process) {
    json.openArray("threads");
    for (std::size_t i = 0; i < threadRecordCount(); ++i) {
        const ThreadRecord& thread = threadRecordAt(i);
        if (!thread.finished.load(std::memory_order_acquire))
            writeThread(json, thread, process ? *process : thread.process);
    }
    json.closeArray();
}

const char* nameOf(StuckKind kind) {
    switch (kind) {
    case StuckKind::deadlock: return "deadlock";
    case StuckKind::livelock: return "livelock";
    case StuckKind::dump: break;
    }
    return "dump";
}

} // namespace

void reportStuck(StuckKind kind, const sched::Vector<sched::ThreadId>& cycle, bool holderEnded) {
    sched::JsonWriter json;
    json.text("record", nameOf(kind));
    json.flag("holderEnded", holderEnded);
    json.openArray("cycle");
    for (const sched::ThreadId id : cycle)
        json.item(std::uint64_t{id});
    json.closeArray();
    writeThreads(json, nullptr);
    json.finish();
    if (kind == StuckKind::dump)
        submitNotice(json);
    else
        submitRecord(json);
}

void reportStandstill(std::uint32_t process) {
    sched::JsonWriter json;
    json.text("record", "deadlock");
    json.flag("amongProcesses", true);
    json.openArray("cycle");
    json.closeArray();
    writeThreads(json, &process);
    json.finish();
    submitRecord(json);
}

void noteLeftBehind() {
    for (std::size_t i = 1; i < threadRecordCount(); ++i) {
        ThreadRecord& thread = threadRecordAt(i);
        if (&thread == currentThread() || thread.process != currentThread()->process) // the first called exit
            continue;
        thread.leftAtEnd = !thread.joined && !thread.detached;
        thread.leftRunning = !thread.finished.load(std::memory_order_acquire);
    }
}

void reportLeftBehind() {
    for (std::size_t i = 1; i < threadRecordCount(); ++i) {
        const ThreadRecord& thread = threadRecordAt(i);
        if (!thread.leftAtEnd || thread.joined || thread.detached || thread.process != currentThread()->process)
            continue;
        sched::JsonWriter json;
        json.text("record", "thread-left");
        json.number("id", thread.id);
        json.flag("running", thread.leftRunning);
        writeStack(json, "created", thread.created);
        json.finish();
        submitRecord(json);
    }
    reportUnwaitedChildren();
}

namespace {

struct AccessBy {
    sched::ThreadId thread;
    std::uint64_t bytes;
    bool write;
    bool atomic;
};

void writeAccess(sched::JsonWriter& json, const AccessBy& access, const Backtrace& where) {
    const ThreadRecord& thread = threadRecordAt(access.thread);
    json.openObject();
    json.number("id", access.thread);
    json.number("process", thread.process);
    json.number("size", access.bytes);
    json.flag("write", access.write);
    json.flag("atomic", access.atomic);
    writeStack(json, "stack", where);
    writeStack(json, "created", thread.created);
    json.flag("startsProcess", thread.startsProcess);
    json.closeObject();
}

void writeAccess(sched::JsonWriter& json, const shm::Access& access, std::uint64_t bytes) {
    writeAccess(json, {access.thread, bytes, access.write, access.atomic}, stackOfAccess(access));
}

std::uint64_t bytesOf(const shm::Access& access) {
    return static_cast<std::uint64_t>(__builtin_popcount(access.bytes));
}

} // namespace

void reportProcessRace(std::uint64_t offset, std::uint64_t bytes, const shm::Access& now, const shm::Access& before) {
    sched::JsonWriter json;
    json.text("record", "process-race");
    json.number("offset", offset);
    json.openArray("accesses");
    writeAccess(json, now, bytes);
    writeAccess(json, before, bytesOf(before));
    json.closeArray();
    json.finish();
    submitRecord(json);
}

void reportLostUpdate(const AtomicAccess& store, const AtomicAccess& lost, const AtomicAccess& load) {
    sched::JsonWriter json;
    json.text("record", "lost-update");
    json.openArray("accesses");
    for (const AtomicAccess* access : {&store, &lost, &load})
        writeAccess(json, {access->thread, access->bytes, access != &load, true}, access->where);
    json.closeArray();
    json.finish();
    submitRecord(json);
}

void reportTooManyProcesses() {
    sched::JsonWriter json;
    json.text("record", "too-many-processes");
    json.number("limit", sched::Results::kProcesses - 1);
    writeStack(json, "created", threadRecordAt(threadRecordCount() - 1).created);
    json.finish();
    submitRecord(json);
}

void reportCrash(const model::Process& process, int signal) {
    sched::JsonWriter json;
    json.text("record", "child-crash");
    json.number("process", process.number);
    json.number("signal", static_cast<std::uint64_t>(signal));
    writeStack(json, "created", threadRecordAt(process.mainThread).created);
    json.finish();
    submitRecord(json);
}

} // namespace deadheat::intercept
