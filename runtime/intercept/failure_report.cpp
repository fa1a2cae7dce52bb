// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/failure_report.h"

#include "runtime/intercept/child_processes.h"
#include "runtime/intercept/session.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/tsan/frames.h"

namespace deadheat::intercept {
namespace {

void writeStack(sched::JsonWriter& json, const char* key, const Backtrace& stack) {
    tsan::writeFrames(json, key, stack.frames, Backtrace::kFrames);
}

void writeObject(sched::JsonWriter& json, sched::ResourceKind kind, std::uint64_t address) {
    json.text("kind", sched::describe(kind));
    json.number("address", address);
    json.number("number", numberOf(kind, address));
    tsan::writeFrame(json, "data", address + 1);
}

void writeWait(sched::JsonWriter& json, const ThreadRecord& thread) {
    const Wait& wait = thread.wait;
    json.openObject("waits");
    json.text("operation", sched::describe(wait.operation));
    if (wait.resource == sched::ResourceKind::thread) {
        json.text("kind", "thread");
        json.number("number", reinterpret_cast<const ThreadRecord*>(wait.address)->id);
    } else {
        writeObject(json, wait.resource, wait.address);
    }
    json.flag("missedSignal", missedSignal(wait));
    writeStack(json, "stack", wait.where);
    json.closeObject();
}

void writeThread(sched::JsonWriter& json, const ThreadRecord& thread) {
    json.openObject();
    json.number("id", thread.id);
    if (thread.parent != sched::kNoThread) {
        json.number("parent", thread.parent);
        writeStack(json, "created", thread.created);
    }
    if (isWaiting(thread))
        writeWait(json, thread);
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
    json.openArray("threads");
    for (std::size_t i = 0; i < threadRecordCount(); ++i) {
        const ThreadRecord& thread = threadRecordAt(i);
        if (!thread.finished.load(std::memory_order_acquire))
            writeThread(json, thread);
    }
    json.closeArray();
    json.finish();
    if (kind == StuckKind::dump)
        submitNotice(json);
    else
        submitRecord(json);
}

void reportLeftBehind() {
    for (std::size_t i = 1; i < threadRecordCount(); ++i) {
        const ThreadRecord& thread = threadRecordAt(i);
        if (thread.joined || thread.detached)
            continue;
        sched::JsonWriter json;
        json.text("record", "thread-left");
        json.number("id", thread.id);
        json.flag("running", !thread.finished.load(std::memory_order_acquire));
        writeStack(json, "created", thread.created);
        json.finish();
        submitRecord(json);
    }
    reportUnwaitedChildren();
}

} // namespace deadheat::intercept
