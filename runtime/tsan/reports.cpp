// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Uses the report interface meant for debuggers (__tsan_get_report_*), which has everything but the locks held at each
// access; those stand in the text, which is kept as well.
#include "runtime/tsan/reports.h"

#include "runtime/sched/json_writer.h"
#include "runtime/sched/memory.h"
#include "runtime/tsan/frames.h"
#include "runtime/tsan/programs.h"

#include <cstdint>
#include <cstring>

using Uptr = std::uintptr_t;

extern "C" {
void __tsan_init();
void __real__ZN11__sanitizer10ReportFile5WriteEPKcm(void* file, const char* text, Uptr bytes);
int __tsan_get_report_data(void* report, const char** description, int* count, int* stacks, int* accesses,
                           int* locations, int* mutexes, int* threads, int* uniqueThreads, void** sleepTrace,
                           Uptr traceSize);
int __tsan_get_report_stack(void* report, Uptr index, void** trace, Uptr traceSize);
int __tsan_get_report_mop(void* report, Uptr index, int* tid, void** address, int* size, int* write, int* atomic,
                          void** trace, Uptr traceSize);
int __tsan_get_report_loc(void* report, Uptr index, const char** type, void** address, Uptr* start, Uptr* size,
                          int* tid, int* descriptor, int* suppressable, void** trace, Uptr traceSize);
int __tsan_get_report_mutex(void* report, Uptr index, Uptr* id, void** address, int* destroyed, void** trace,
                            Uptr traceSize);
int __tsan_get_report_thread(void* report, Uptr index, int* tid, unsigned long long* osId, int* running,
                             const char** name, int* parent, void** trace, Uptr traceSize);
}

namespace deadheat::tsan {
namespace {

constexpr Uptr kTrace = 64;

DEADHEAT_PER_PROCESS RecordSink sink = nullptr;
DEADHEAT_PER_PROCESS CreationOf creationOf = nullptr;
/// The text of the report being printed. ThreadSanitizer holds its report lock from the first line to __tsan_on_report.
DEADHEAT_SHARED sched::Shared<sched::Vector<char>> textBuffer;

sched::Vector<char>& text() { return *textBuffer; }

struct Trace {
    void* frames[kTrace] = {};
    void write(sched::JsonWriter& json) const {
        json.openArray("stack");
        for (std::size_t i = 0; i < kTrace && frames[i]; ++i)
            writeFrame(json, nullptr, withProgram(reinterpret_cast<Uptr>(frames[i])));
        json.closeArray();
    }
};

void writeStacks(sched::JsonWriter& json, void* report, int count) {
    json.openArray("stacks");
    for (int i = 0; i < count; ++i) {
        Trace trace;
        __tsan_get_report_stack(report, static_cast<Uptr>(i), trace.frames, kTrace);
        json.openObject();
        trace.write(json);
        json.closeObject();
    }
    json.closeArray();
}

void writeAccesses(sched::JsonWriter& json, void* report, int count) {
    json.openArray("accesses");
    for (int i = 0; i < count; ++i) {
        Trace trace;
        int tid = 0, size = 0, write = 0, atomic = 0;
        void* address = nullptr;
        __tsan_get_report_mop(report, static_cast<Uptr>(i), &tid, &address, &size, &write, &atomic, trace.frames,
                              kTrace);
        json.openObject();
        json.number("thread", static_cast<std::uint64_t>(tid));
        writeFrame(json, "data", withProgram(reinterpret_cast<Uptr>(address)) + 1);
        json.number("size", static_cast<std::uint64_t>(size));
        json.flag("write", write != 0);
        json.flag("atomic", atomic != 0);
        trace.write(json);
        json.closeObject();
    }
    json.closeArray();
}

void writeLocations(sched::JsonWriter& json, void* report, int count) {
    json.openArray("locations");
    for (int i = 0; i < count; ++i) {
        Trace trace;
        const char* type = "";
        void* address = nullptr;
        Uptr start = 0, size = 0;
        int tid = 0, descriptor = 0, suppressable = 0;
        __tsan_get_report_loc(report, static_cast<Uptr>(i), &type, &address, &start, &size, &tid, &descriptor,
                              &suppressable, trace.frames, kTrace);
        json.openObject();
        json.text("type", type);
        json.number("thread", static_cast<std::uint64_t>(tid));
        json.number("start", start);
        json.number("size", size);
        json.number("descriptor", static_cast<std::uint64_t>(descriptor));
        writeFrame(json, "data", withProgram(reinterpret_cast<Uptr>(address)) + 1);
        trace.write(json);
        json.closeObject();
    }
    json.closeArray();
}

void writeMutexes(sched::JsonWriter& json, void* report, int count) {
    json.openArray("mutexes");
    for (int i = 0; i < count; ++i) {
        Trace trace;
        Uptr id = 0;
        void* address = nullptr;
        int destroyed = 0;
        __tsan_get_report_mutex(report, static_cast<Uptr>(i), &id, &address, &destroyed, trace.frames, kTrace);
        json.openObject();
        json.number("id", id);
        writeFrame(json, "data", withProgram(reinterpret_cast<Uptr>(address)) + 1);
        trace.write(json);
        json.closeObject();
    }
    json.closeArray();
}

void writeThreads(sched::JsonWriter& json, void* report, int count) {
    json.openArray("threads");
    for (int i = 0; i < count; ++i) {
        Trace trace;
        int tid = 0, running = 0, parent = 0;
        unsigned long long osId = 0;
        const char* name = nullptr;
        __tsan_get_report_thread(report, static_cast<Uptr>(i), &tid, &osId, &running, &name, &parent, trace.frames,
                                 kTrace);
        json.openObject();
        json.number("id", static_cast<std::uint64_t>(tid));
        json.number("parent", static_cast<std::uint64_t>(parent < 0 ? 0 : parent));
        json.flag("running", running != 0);
        json.text("name", name ? name : "");
        if (const Frames created = creationOf(osId); created.count > 0)
            writeFrames(json, "stack", created.begin, created.count);
        else
            trace.write(json);
        json.closeObject();
    }
    json.closeArray();
}

void writeReport(void* report) {
    const char* description = "";
    int count = 0, stacks = 0, accesses = 0, locations = 0, mutexes = 0, threads = 0, uniqueThreads = 0;
    Trace sleep;
    __tsan_get_report_data(report, &description, &count, &stacks, &accesses, &locations, &mutexes, &threads,
                           &uniqueThreads, sleep.frames, kTrace);
    sched::JsonWriter json;
    json.text("record", "tsan");
    json.text("kind", description);
    writeStacks(json, report, stacks);
    writeAccesses(json, report, accesses);
    writeLocations(json, report, locations);
    writeMutexes(json, report, mutexes);
    writeThreads(json, report, threads);
    json.text("text", text().begin(), text().size());
    json.finish();
    sink(json.data(), json.size());
}

} // namespace

void captureReports(RecordSink newSink, CreationOf newCreationOf) {
    sink = newSink;
    creationOf = newCreationOf;
}

void ensureStarted() { __tsan_init(); }

extern "C" __attribute__((visibility("default"))) void __sanitizer_on_print(const char* line) {
    if (!sink)
        return;
    for (; *line; ++line)
        text().push(*line);
}

/// ReportFile::Write. No descriptor will do for the text: the program may close it and give its number to a file of its own, and a
/// forked child opens a file of its own in its place.
extern "C" __attribute__((visibility("default"))) void
__wrap__ZN11__sanitizer10ReportFile5WriteEPKcm(void* file, const char* printed, Uptr bytes) {
    if (!sink)
        __real__ZN11__sanitizer10ReportFile5WriteEPKcm(file, printed, bytes);
}

extern "C" __attribute__((visibility("default"))) void __tsan_on_report(void* report) {
    if (!sink)
        return;
    writeReport(report);
    text().clear();
}

} // namespace deadheat::tsan
