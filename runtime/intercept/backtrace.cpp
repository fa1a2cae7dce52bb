// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/backtrace.h"

#include "runtime/tsan/programs.h"

#include <unwind.h>

namespace deadheat::intercept {
namespace {

/// A frame further away than this is taken for garbage.
constexpr std::uintptr_t kLongestFrame = std::uintptr_t{1} << 24;

struct Walk {
    std::uintptr_t* out;
    std::size_t most;
    std::uintptr_t start;
    std::size_t count;
    bool started;
};

_Unwind_Reason_Code visit(_Unwind_Context* context, void* argument) {
    auto* walk = static_cast<Walk*>(argument);
    const std::uintptr_t frame = _Unwind_GetIP(context);
    walk->started |= frame == walk->start;
    if (!walk->started)
        return _URC_NO_REASON;
    walk->out[walk->count++] = frame;
    return walk->count < walk->most ? _URC_NO_REASON : _URC_END_OF_STACK;
}

void finish(Backtrace& out, std::size_t count) {
    if (tsan::ownProgram() != 0)
        for (std::size_t i = 0; i < count; ++i)
            out.frames[i] = tsan::withProgram(out.frames[i]);
    if (count < Backtrace::kFrames)
        out.frames[count] = 0;
}

} // namespace

void captureByFramePointer(Backtrace& out, void* caller, void* frame, std::uintptr_t stackEnd) {
    std::size_t count = 0;
    out.frames[count++] = reinterpret_cast<std::uintptr_t>(caller);
    auto at = reinterpret_cast<std::uintptr_t>(frame);
    while (count < Backtrace::kFrames && at % sizeof(void*) == 0 && at + 2 * sizeof(void*) <= stackEnd) {
        const auto* link = reinterpret_cast<const std::uintptr_t*>(at);
        if (link[0] <= at || link[0] - at > kLongestFrame || link[0] + 2 * sizeof(void*) > stackEnd)
            break;
        at = link[0];
        const std::uintptr_t next = reinterpret_cast<const std::uintptr_t*>(at)[1];
        if (next < 4096)
            break;
        if (next != out.frames[0]) // a frame of the runtime between the program's and `frame`
            out.frames[count++] = next;
    }
    finish(out, count);
}

std::size_t captureByTables(std::uintptr_t* out, std::size_t most, void* caller) {
    Walk walk{out, most, reinterpret_cast<std::uintptr_t>(caller), 0, false};
    _Unwind_Backtrace(visit, &walk);
    if (walk.count == 0)
        out[walk.count++] = walk.start;
    return walk.count;
}

void captureByTables(Backtrace& out, void* caller) {
    finish(out, captureByTables(out.frames, Backtrace::kFrames, caller));
}

} // namespace deadheat::intercept
