// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How an interceptor begins. DEADHEAT_INTERCEPT defines the program's view of a function that ThreadSanitizer intercepts
// as well: `intercept_NAME` becomes the symbol NAME (stronger than ThreadSanitizer's weak one), `forward_NAME` is
// ThreadSanitizer's. A `Call` tells whether the call is the program's own and in which mode; while it lives, hooks that
// are reached again on this thread pass through.
#pragma once

#include "runtime/intercept/os.h"
#include "runtime/intercept/session.h"
#include "runtime/intercept/thread_record.h"
#include "runtime/tsan/frames.h"

#define DEADHEAT_EXPORT extern "C" __attribute__((visibility("default")))

#define DEADHEAT_INTERCEPT(result, name, ...)                                                                          \
    extern "C" result forward_##name(__VA_ARGS__) __asm__("__interceptor_" #name);                                     \
    DEADHEAT_EXPORT result intercept_##name(__VA_ARGS__) __asm__(#name);                                               \
    DEADHEAT_EXPORT result intercept_##name(__VA_ARGS__)

/// For a function that ThreadSanitizer leaves alone: `library_NAME()` is the C library's.
#define DEADHEAT_INTERCEPT_LIBRARY(result, name, ...)                                                                  \
    static auto library_##name() {                                                                                     \
        static const auto function = reinterpret_cast<result (*)(__VA_ARGS__)>(libraryFunction(#name));                \
        return function;                                                                                               \
    }                                                                                                                  \
    DEADHEAT_EXPORT result intercept_##name(__VA_ARGS__) __asm__(#name);                                               \
    DEADHEAT_EXPORT result intercept_##name(__VA_ARGS__)

#define DEADHEAT_CALLER __builtin_return_address(0)
#define DEADHEAT_FRAME __builtin_frame_address(0)

namespace deadheat::intercept {

/// The calling thread when the runtime has something to do for this call, else null: then forward and nothing else.
inline ThreadRecord* enter() {
    if (activity() == Activity::passive)
        return nullptr;
    ThreadRecord* self = currentThread();
    return self && self->depth == 0 ? self : nullptr;
}

inline bool controlling() { return activity() == Activity::controlling; }

class Call {
public:
    Call(ThreadRecord& thread, void* callerPlace)
        : self(thread), caller(thread.actsFor ? thread.actsFor : callerPlace), frame_(caller) {
        self.actsFor = nullptr;
        ++self.depth;
    }
    ~Call() { --self.depth; }
    Call(const Call&) = delete;

    std::uint64_t place() const { return reinterpret_cast<std::uint64_t>(caller); }

    ThreadRecord& self;
    void* caller;

private:
    tsan::ShadowFrame frame_;
};

/// For a function that is built on an interceptor: the next call is made for its caller.
class OnBehalf {
public:
    explicit OnBehalf(void* caller) : self_(enter()) {
        if (self_)
            self_->actsFor = caller;
    }
    ~OnBehalf() {
        if (self_)
            self_->actsFor = nullptr;
    }
    OnBehalf(const OnBehalf&) = delete;

private:
    ThreadRecord* self_;
};

/// Free running: a call that may block in the kernel. `self` may be null.
class FreeCall {
public:
    FreeCall(ThreadRecord* self, void* caller) : self_(self) {
        if (self_)
            self_->calledFrom = caller;
    }
    ~FreeCall() {
        if (self_)
            self_->calledFrom = nullptr;
    }
    FreeCall(const FreeCall&) = delete;

private:
    ThreadRecord* self_;
};

/// Lets the program's own code run inside an interceptor: a start routine, an initialiser.
class ProgramCode {
public:
    explicit ProgramCode(ThreadRecord& self) : self_(self), depth_(self.depth) { self.depth = 0; }
    ~ProgramCode() { self_.depth = depth_; }
    ProgramCode(const ProgramCode&) = delete;

private:
    ThreadRecord& self_;
    std::uint32_t depth_;
};

} // namespace deadheat::intercept
