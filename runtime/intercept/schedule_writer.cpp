// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/schedule_writer.h"

#include "runtime/intercept/os.h"
#include "runtime/sched/json_writer.h"
#include "runtime/sched/memory.h"

#include <cstring>
#include <fcntl.h>
#include <sys/syscall.h>

namespace deadheat::intercept {
namespace {

class FileText {
public:
    FileText& text(const char* text) {
        for (; *text; ++text)
            bytes_.push(*text);
        return *this;
    }
    FileText& number(std::uint64_t value) {
        char digits[24];
        MessageWriter(digits, sizeof digits).number(value);
        return text(digits);
    }
    bool save(const char* file) const {
        const long descriptor = rawSyscall(SYS_openat, AT_FDCWD, reinterpret_cast<long>(file),
                                           O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        if (descriptor < 0)
            return false;
        const long written =
            rawSyscall(SYS_write, descriptor, reinterpret_cast<long>(bytes_.begin()), static_cast<long>(bytes_.size()));
        rawSyscall(SYS_close, descriptor);
        return written == static_cast<long>(bytes_.size());
    }

private:
    sched::Vector<char> bytes_;
};

/// The program's command line as a JSON array.
void writeCommand(FileText& out) {
    DEADHEAT_PER_PROCESS static char buffer[1 << 16] = {};
    const long descriptor =
        rawSyscall(SYS_openat, AT_FDCWD, reinterpret_cast<long>("/proc/self/cmdline"), O_RDONLY | O_CLOEXEC);
    const long bytes = rawSyscall(SYS_read, descriptor, reinterpret_cast<long>(buffer), sizeof buffer - 1);
    rawSyscall(SYS_close, descriptor);
    sched::JsonWriter json;
    json.openArray("program");
    for (long at = 0; at < bytes; at += static_cast<long>(std::strlen(buffer + at)) + 1)
        json.item(buffer + at);
    json.closeArray();
    // {"program":[...]: the array is the value that the file wants.
    for (std::size_t i = std::strlen("{\"program\":"); i < json.size(); ++i) {
        const char character[2] = {json.data()[i], '\0'};
        out.text(character);
    }
}

void writeRuns(FileText& out, sched::ControlBlock& block) {
    constexpr const char* kLetters[] = {"", "t", "s", "i"};
    for (std::uint64_t i = 0; i < block.results.runs; ++i) {
        const sched::Run& run = block.recordedRuns()[i];
        out.text("run ").number(run.thread).text(kLetters[run.outcome]).text("x").number(run.count).text("\n");
    }
    for (std::uint64_t i = 0; i < block.results.picks; ++i)
        out.text("pick ").number(block.recordedPicks()[i]).text("\n");
}

} // namespace

MessageWriter& MessageWriter::text(const char* text) {
    while (*text && out_ + 1 < end_)
        *out_++ = *text++;
    *out_ = '\0';
    return *this;
}

MessageWriter& MessageWriter::number(std::uint64_t value) {
    char digits[24];
    char* at = digits + sizeof digits;
    *--at = '\0';
    do
        *--at = static_cast<char>('0' + value % 10);
    while (value /= 10);
    return text(at);
}

bool writeScheduleFile(const char* name, sched::ControlBlock& block, char* file, std::size_t bytes) {
    MessageWriter(file, bytes)
        .text(*name ? name : "explore")
        .text("-")
        .number(block.orders.seed)
        .text("-")
        .number(block.results.schedule)
        .text(".schedule");
    FileText out;
    out.text("deadheat-schedule 1\nprogram ");
    writeCommand(out);
    out.text("\nscope body\nstrategy ").text(block.orders.strategy).text("\nseed ").number(block.orders.seed);
    out.text("\nnumber ").number(block.results.schedule).text("\n");
    writeRuns(out, block);
    out.text("end\n");
    return out.save(file);
}

} // namespace deadheat::intercept
