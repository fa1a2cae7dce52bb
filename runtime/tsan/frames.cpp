// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/tsan/frames.h"

#include <cstring>

extern "C" {
int __sanitizer_get_module_and_offset_for_pc(void* pc, char* path, std::size_t length, void** offset);
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
    void* offset = nullptr;
    if (!frame ||
        !__sanitizer_get_module_and_offset_for_pc(reinterpret_cast<void*>(frame - 1), text, kPathBytes, &offset)) {
        text[0] = '\0';
        offset = reinterpret_cast<void*>(frame);
    }
    char* end = text + std::strlen(text);
    std::memcpy(end, "+0x", 3);
    appendHex(end + 3, reinterpret_cast<std::uintptr_t>(offset));
    json.text(key, text);
}

void writeFrames(sched::JsonWriter& json, const char* key, const std::uintptr_t* frames, std::size_t count) {
    json.openArray(key);
    for (std::size_t i = 0; i < count && frames[i]; ++i)
        writeFrame(json, nullptr, frames[i]);
    json.closeArray();
}

bool findModule(std::uintptr_t address, char* path, std::size_t pathBytes, std::uintptr_t& offset) {
    void* found = nullptr;
    if (!__sanitizer_get_module_and_offset_for_pc(reinterpret_cast<void*>(address), path, pathBytes, &found))
        return false;
    offset = reinterpret_cast<std::uintptr_t>(found);
    return true;
}

bool isInModule(std::uintptr_t address) {
    char path[1];
    void* offset = nullptr;
    return __sanitizer_get_module_and_offset_for_pc(reinterpret_cast<void*>(address), path, sizeof path, &offset) != 0;
}

ShadowFrame::ShadowFrame(void* caller) { __tsan_func_entry(caller); }
ShadowFrame::~ShadowFrame() { __tsan_func_exit(); }

} // namespace deadheat::tsan
