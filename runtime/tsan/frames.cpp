// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/tsan/frames.h"

#include "runtime/tsan/programs.h"

#include <cstring>

extern "C" {
void __tsan_func_entry(void* caller);
void __tsan_func_exit();
}

namespace deadheat::tsan {
namespace {

constexpr std::size_t kPathBytes = 4096;

void appendHex(char* end, std::uintptr_t value) {
    char digits[2 * sizeof value];
    std::size_t count = 0;
    do
        digits[count++] = "0123456789abcdef"[value & 15];
    while (value >>= 4);
    while (count > 0)
        *end++ = digits[--count];
    *end = '\0';
}

} // namespace

void writeFrame(sched::JsonWriter& json, const char* key, std::uintptr_t frame) {
    char text[kPathBytes + 24];
    std::uintptr_t offset = 0;
    if (!frame || !findModule(frame - 1, text, kPathBytes, offset)) {
        text[0] = '\0';
        offset = frame;
    }
    char* end = text + std::strlen(text);
    std::memcpy(end, "+0x", 3);
    appendHex(end + 3, offset);
    json.text(key, text);
}

void writeFrames(sched::JsonWriter& json, const char* key, const std::uintptr_t* frames, std::size_t count) {
    json.openArray(key);
    for (std::size_t i = 0; i < count && frames[i]; ++i)
        writeFrame(json, nullptr, frames[i]);
    json.closeArray();
}

bool isInModule(std::uintptr_t address) {
    char path[1];
    std::uintptr_t offset = 0;
    return findModule(address, path, sizeof path, offset);
}

ShadowFrame::ShadowFrame(void* caller) { __tsan_func_entry(caller); }
ShadowFrame::~ShadowFrame() { __tsan_func_exit(); }

} // namespace deadheat::tsan
