// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/session.h"

#include "runtime/intercept/os.h"
#include "runtime/intercept/thread_record.h"
#include "runtime/sched/memory.h"
#include "runtime/tsan/reports.h"

#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

namespace deadheat::intercept {
namespace {

DEADHEAT_PER_PROCESS sched::ControlBlock* block = nullptr;
DEADHEAT_PER_PROCESS Activity current = Activity::passive;

/// Where the control block lies in every process of a run, also after exec, because what is in it points into it. Memory that
/// ThreadSanitizer leaves to the program and the kernel gives to nobody who does not ask.
#if defined(__x86_64__)
constexpr long kPlace = 0x10'0000'0000;
#else
constexpr long kPlace = 0x20'0000'0000;
#endif

sched::ControlBlock* mapControlBlock(const char* path) {
    const long descriptor = rawSyscall(SYS_openat, AT_FDCWD, reinterpret_cast<long>(path), O_RDWR | O_CLOEXEC);
    if (descriptor < 0)
        return nullptr;
    const long memory =
        rawSyscall(SYS_mmap, kPlace, static_cast<long>(sched::ControlBlock::kBytes), PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_NORESERVE | MAP_FIXED_NOREPLACE, descriptor, 0);
    rawSyscall(SYS_close, descriptor);
    return memory < 0 && memory > -4096 ? nullptr : reinterpret_cast<sched::ControlBlock*>(memory);
}

void append(std::atomic<std::uint64_t>& used, char* area, std::size_t capacity, const char* bytes, std::size_t count) {
    const std::uint64_t at = used.fetch_add(count, std::memory_order_relaxed);
    if (at + count <= capacity)
        std::memcpy(area + at, bytes, count);
}

/// The last one with this number: the kernel may use it again.
tsan::Frames creationOf(unsigned long long thread) {
    for (std::size_t i = threadRecordCount(); i-- > 0;)
        if (const ThreadRecord& record = threadRecordAt(i); static_cast<unsigned long long>(record.tid) == thread)
            return {record.created.frames, record.created.frames[0] ? Backtrace::kFrames : 0};
    return {};
}

} // namespace

bool openSession() {
    sched::setChunkSource(mapZeroed);
    const char* path = std::getenv(sched::kControlVariable);
    if (!path)
        return false;
    block = mapControlBlock(path);
    if (!block || block->magic != sched::ControlBlock::kMagic || block->version != sched::ControlBlock::kVersion) {
        complain("cannot use the control block of another version of Deadheat: ", path);
        endProcess(2);
    }
    adoptSession(*block);
    return true;
}

void adoptSession(sched::ControlBlock& adopted) {
    block = &adopted;
    tsan::captureReports(submitBytes, creationOf);
}

bool hasSession() { return block != nullptr; }

Activity activity() { return current; }
void setActivity(Activity wanted) { current = wanted; }
sched::ControlBlock& control() { return *block; }

void submitRecord(const sched::JsonWriter& record) { submitBytes(record.data(), record.size()); }

void submitNotice(const sched::JsonWriter& record) {
    append(block->results.reportBytes, block->reports(), sched::ControlBlock::kReportBytes, record.data(),
           record.size());
}

void submitBytes(const char* bytes, std::size_t count) {
    append(block->results.reportBytes, block->reports(), sched::ControlBlock::kReportBytes, bytes, count);
    block->results.findings.fetch_add(1, std::memory_order_relaxed);
}

void appendLog(const char* bytes, std::size_t count) {
    append(block->results.logBytes, block->log(), sched::ControlBlock::kLogBytes, bytes, count);
}

void reportUnsupported(const char* what) {
    sched::Unsteered& unsteered = control().unsteered;
    for (std::uint32_t i = 0; i < unsteered.count; ++i)
        if (std::strncmp(unsteered.names[i], what, sched::Unsteered::kBytes - 1) == 0)
            return;
    if (unsteered.count < sched::Unsteered::kNames)
        std::strncpy(unsteered.names[unsteered.count++], what, sched::Unsteered::kBytes - 1);
}

} // namespace deadheat::intercept
