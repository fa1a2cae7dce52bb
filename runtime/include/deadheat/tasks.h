// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Adapters over <deadheat/task.h> for pools and executors that are not changed themselves:
//
//     pool.submit(deadheat::asTask([&] { ... })); // any queue of functions
//
// Not for Asio: its workers keep memory from one handler to the next, and strands order what nobody sees (docs/runtime.md).
// std::async needs none: each call has a thread of its own. Wrap a std::packaged_task, not the function in it, which is called
// from within std::call_once, where a task cannot begin.
//
// A wrapped callable remembers who made it. Called by another thread it is a task of its own, ordered after the place where it
// was wrapped; called by the same thread it is an ordinary call.
#pragma once

#include <deadheat/task.h>

#include <memory>
#include <type_traits>
#include <utility>

#include <pthread.h>

namespace deadheat {

/// Where a task was submitted, as an edge to where it begins. An empty one begins nothing.
class Submission {
public:
    Submission() = default;
    Submission(const Submission& other) : token_(other.token_), place_(other.place_), submitter_(other.submitter_) {
        submit();
    }
    Submission(Submission&& other) noexcept
        : token_(std::move(other.token_)), place_(std::exchange(other.place_, nullptr)), submitter_(other.submitter_) {
        submit();
    }
    Submission& operator=(Submission other) noexcept {
        token_.swap(other.token_);
        place_ = other.place_;
        submitter_ = other.submitter_;
        submit();
        return *this;
    }
    static Submission here() {
        Submission submission;
        submission.token_ = std::make_shared<char>();
        submission.place_ = submission.token_.get();
        submission.submitter_ = pthread_self();
        submission.submit();
        return submission;
    }

    /// Reads its members while the task before is not over, so ThreadSanitizer must not see it: the new task, which is not
    /// ordered after that one, will destroy them.
    __attribute__((noinline, disable_sanitizer_instrumentation)) void begin() const {
        if (!place_ || !deadheat_task_begin || pthread_equal(pthread_self(), submitter_))
            return;
        deadheat_task_begin();
        deadheat_task_taken(place_);
    }

private:
    /// The submitter may move a task on, into a queue's memory: that is before the task as well.
    void submit() const {
        if (place_ && deadheat_task_submitted && pthread_equal(pthread_self(), submitter_))
            deadheat_task_submitted(place_);
    }

    std::shared_ptr<char> token_;
    char* place_ = nullptr;
    pthread_t submitter_ = {};
};

template <typename Callable>
class Task {
public:
    explicit Task(Callable callable) : callable_(std::move(callable)) {}

    template <typename... Arguments>
    decltype(auto) operator()(Arguments&&... arguments) {
        submission_.begin();
        return callable_(std::forward<Arguments>(arguments)...);
    }

private:
    Callable callable_;
    Submission submission_ = Submission::here();
};

template <typename Callable>
Task<std::decay_t<Callable>> asTask(Callable&& callable) {
    return Task<std::decay_t<Callable>>(std::forward<Callable>(callable));
}

} // namespace deadheat
