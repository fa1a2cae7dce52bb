// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For a pool that is a queue of std::function<void()> and whose source stays as it is: compile everything that uses it with
//
//     deadheat-c++ -include deadheat/function_tasks.h ...
//
// Every std::function<void()> that is called by another thread than the one that made it is a task of its own then
// (<deadheat/tasks.h>). It replaces the class template's instance, so it must come before all other headers, and in all
// translation units that exchange such functions.
#pragma once

#include <functional>

namespace deadheat {
struct Invocation {}; ///< what the function underneath takes, so that it is another type
} // namespace deadheat

#include <deadheat/tasks.h>

#include <typeinfo>

template <>
class std::function<void()> {
    using Underlying = std::function<void(deadheat::Invocation)>;

    template <typename Callable>
    struct Adapter {
        std::decay_t<Callable> callable;
        void operator()(deadheat::Invocation) { std::invoke(callable); }
    };

    template <typename Callable>
    static constexpr bool isForeign =
        !std::is_same_v<std::decay_t<Callable>, function> && std::is_invocable_v<std::decay_t<Callable>&>;

    template <typename Callable>
    static constexpr bool isFunction = false;
    template <typename Signature>
    static constexpr bool isFunction<std::function<Signature>> = true;

    template <typename Callable>
    static bool isEmpty(const Callable& callable) {
        if constexpr (std::is_pointer_v<Callable> || std::is_member_pointer_v<Callable>)
            return callable == nullptr;
        else if constexpr (isFunction<Callable>)
            return !static_cast<bool>(callable);
        else
            return false;
    }

public:
    using result_type = void;

    function() noexcept = default;
    function(std::nullptr_t) noexcept {}
    template <typename Callable, typename = std::enable_if_t<isForeign<Callable>>>
    function(Callable&& callable) {
        if (isEmpty(callable))
            return;
        underlying_ = Adapter<Callable>{std::forward<Callable>(callable)};
        submission_ = deadheat::Submission::here();
    }
    function(const function&) = default;
    function(function&& other) noexcept { swap(other); }
    function& operator=(const function&) = default;
    function& operator=(function&& other) noexcept {
        function(std::move(other)).swap(*this);
        return *this;
    }
    function& operator=(std::nullptr_t) noexcept {
        function().swap(*this);
        return *this;
    }
    template <typename Callable, typename = std::enable_if_t<isForeign<Callable>>>
    function& operator=(Callable&& callable) {
        function(std::forward<Callable>(callable)).swap(*this);
        return *this;
    }

    void swap(function& other) noexcept {
        underlying_.swap(other.underlying_);
        std::swap(submission_, other.submission_);
    }
    explicit operator bool() const noexcept { return static_cast<bool>(underlying_); }
    void operator()() const {
        const deadheat::Submission::Scope scope(submission_);
        underlying_(deadheat::Invocation{});
    }

    const std::type_info& target_type() const noexcept { return underlying_.target_type(); }
    template <typename T>
    T* target() noexcept {
        auto* adapter = underlying_.template target<Adapter<T>>();
        return adapter ? &adapter->callable : nullptr;
    }

private:
    Underlying underlying_;
    deadheat::Submission submission_;
};

namespace std {
inline void swap(function<void()>& a, function<void()>& b) noexcept { a.swap(b); }
} // namespace std
