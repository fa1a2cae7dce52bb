// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Adapters over <deadheat/task.h> for pools and executors that are not changed themselves:
//
//     pool.submit(deadheat::asTask([&] { ... })); // any queue of functions
//
// Asio's executors have an adapter of their own, <deadheat/asio.h>. std::async needs none: each call has a thread of its own.
// Wrap a std::packaged_task, not the function in it, which is called from within std::call_once, where a task cannot begin.
//
// A wrapped callable remembers who made it. Called by another thread it is a task of its own, ordered after the place where it
// was wrapped; called by the same thread it is an ordinary call. What the caller does afterwards comes after the task.
#pragma once

#include <deadheat/task.h>

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include <pthread.h>

namespace deadheat {

/// Where a task was submitted, as an edge to where it begins. An empty one begins nothing.
class Submission {
public:
    Submission() = default;
    Submission(const Submission& other)
        : token_(other.token_), place_(other.place_), submitter_(other.submitter_), executed_(other.executed_) {
        submit();
    }
    Submission(Submission&& other) noexcept
        : token_(std::move(other.token_)), place_(std::exchange(other.place_, nullptr)), submitter_(other.submitter_),
          executed_(other.executed_) {
        submit();
    }
    Submission& operator=(Submission other) noexcept {
        token_.swap(other.token_);
        place_ = other.place_;
        submitter_ = other.submitter_;
        executed_ = other.executed_;
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

    class Execution;
    class Scope;

private:
    /// Still in the hands of the submitter, who may move a task on, into a queue's memory, or call it.
    __attribute__((noinline, disable_sanitizer_instrumentation)) bool isBeingSubmitted() const {
        return pthread_equal(pthread_self(), submitter_) && (!executed_ || executing_ == place_);
    }
    __attribute__((noinline, disable_sanitizer_instrumentation)) bool isOrdinaryCall() const {
        return isBeingSubmitted() && (!executed_ || tasksHere_ > 0);
    }
    void submit() const {
        if (place_ && deadheat_task_submitted && isBeingSubmitted())
            deadheat_task_submitted(place_);
    }

    static inline thread_local const char* executing_ = nullptr;
    static inline thread_local int tasksHere_ = 0; ///< that have begun and not ended

    std::shared_ptr<char> token_;
    char* place_ = nullptr;
    pthread_t submitter_ = {};
    bool executed_ = false; ///< it was submitted within an Execution
};

/// While an executor is given a task. Called before that is over, by the same thread, it is an ordinary call when a task has
/// given it, and a task when the executor's own loop has, as for a timer that went off. Later it is a task whoever calls it.
class Submission::Execution {
public:
    explicit Execution(Submission& submission) : before_(std::exchange(executing_, submission.place_)) {
        submission.executed_ = true;
    }
    Execution(const Execution&) = delete;
    ~Execution() { executing_ = before_; }

private:
    const char* before_;
};

/// The call of a task. ThreadSanitizer must not see what this reads: the thread that calls a task has moved it about.
class Submission::Scope {
public:
    __attribute__((noinline, disable_sanitizer_instrumentation)) explicit Scope(const Submission& submission)
        : isTask_(submission.place_ && deadheat_task_enter && !submission.isOrdinaryCall() &&
                  deadheat_task_enter(&task_, submission.place_)) {
        tasksHere_ += isTask_;
    }
    Scope(const Scope&) = delete;
    __attribute__((noinline, disable_sanitizer_instrumentation)) ~Scope() {
        tasksHere_ -= isTask_;
        if (isTask_)
            deadheat_task_leave(&task_);
    }

private:
    deadheat_task task_;
    bool isTask_;
};

template <typename Callable>
class Task {
public:
    explicit Task(Callable callable, Submission submission = Submission::here())
        : callable_(std::move(callable)), submission_(std::move(submission)) {}

    template <typename... Arguments>
    std::invoke_result_t<Callable&, Arguments...> operator()(Arguments&&... arguments) {
        const Submission::Scope scope(submission_);
        return std::invoke(callable_, std::forward<Arguments>(arguments)...);
    }
    template <typename... Arguments>
    std::invoke_result_t<const Callable&, Arguments...> operator()(Arguments&&... arguments) const {
        const Submission::Scope scope(submission_);
        return std::invoke(callable_, std::forward<Arguments>(arguments)...);
    }

    const Callable& callable() const noexcept { return callable_; }

private:
    Callable callable_;
    Submission submission_;
};

template <typename Callable>
Task<std::decay_t<Callable>> asTask(Callable&& callable) {
    return Task<std::decay_t<Callable>>(std::forward<Callable>(callable));
}

} // namespace deadheat
