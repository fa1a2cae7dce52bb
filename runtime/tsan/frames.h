// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Program counters as the launcher can resolve them later: "module+0xoffset". All counters are return addresses, with the number
// of their program (programs.h).
#pragma once

#include "runtime/sched/json_writer.h"

#include <cstddef>
#include <cstdint>

namespace deadheat::tsan {

void writeFrames(sched::JsonWriter& json, const char* key, const std::uintptr_t* frames, std::size_t count);
void writeFrame(sched::JsonWriter& json, const char* key, std::uintptr_t frame);

/// Does the address lie in the program or one of its libraries?
bool isInModule(std::uintptr_t address);

/// A frame on ThreadSanitizer's shadow stack for code of ours that calls its interceptors: without it the caller's line
/// would be missing in every stack taken below.
class ShadowFrame {
public:
    explicit ShadowFrame(void* caller);
    ~ShadowFrame();
    ShadowFrame(const ShadowFrame&) = delete;
};

} // namespace deadheat::tsan
