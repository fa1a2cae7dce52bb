// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers of Asio as tasks (<deadheat/tasks.h>), of standalone Asio (1.22 to 1.38) or Boost.Asio (1.74), whichever the
// translation unit includes before. Give I/O objects, strands and post this executor instead of the context's own:
//
//     asio::thread_pool pool(4);
//     asio::post(deadheat::tasksOn(pool), [] { ... });
//     auto strand = asio::make_strand(deadheat::tasksOn(pool)); // or deadheat::tasksOn(strand)
//     asio::steady_timer timer(deadheat::tasksOn(pool));
//
// A strand's executor must be the adapter, not the adapter's a strand that it cannot see, as in an any_io_executor: handlers of
// one strand follow each other because what runs them one after the other is the task. A context that a single thread is to run,
// now and ever, is a strand as well, and needs no adapter.
#pragma once

#include <deadheat/tasks.h>

#if defined(ASIO_DETAIL_CONFIG_HPP)
#include <asio/associated_allocator.hpp>
#include <asio/associated_executor.hpp>
#include <asio/detail/call_stack.hpp>
#include <asio/detail/thread_context.hpp>
#include <asio/detail/thread_info_base.hpp>
#include <asio/execution/executor.hpp>
#include <asio/prefer.hpp>
#include <asio/query.hpp>
#include <asio/require.hpp>
#include <asio/strand.hpp>
#define DEADHEAT_ASIO asio
#ifdef ASIO_EXECUTION_EXECUTE_HPP
#define DEADHEAT_ASIO_HAS_EXECUTE
#endif
#define DEADHEAT_ASIO_KIND standalone_asio
#elif defined(BOOST_ASIO_DETAIL_CONFIG_HPP)
#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/detail/call_stack.hpp>
#include <boost/asio/detail/thread_context.hpp>
#include <boost/asio/detail/thread_info_base.hpp>
#include <boost/asio/execution/executor.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/require.hpp>
#include <boost/asio/strand.hpp>
#define DEADHEAT_ASIO boost::asio
#ifdef BOOST_ASIO_EXECUTION_EXECUTE_HPP
#define DEADHEAT_ASIO_HAS_EXECUTE
#endif
#define DEADHEAT_ASIO_KIND boost_asio
#else
#error "include Asio's headers before <deadheat/asio.h>"
#endif

namespace deadheat {
inline namespace DEADHEAT_ASIO_KIND { // units of one program may differ in it

/// Asio's threads keep freed blocks for their next handlers, which is memory that two tasks share with no order between them.
/// Asio takes the innermost entry of the thread's call stack for where they are kept, so each task gets one of its own.
class OwnBlocks {
    using Context = DEADHEAT_ASIO::detail::thread_context;
    using Blocks = DEADHEAT_ASIO::detail::thread_info_base;

    Context key_;
    Blocks blocks_;
    DEADHEAT_ASIO::detail::call_stack<Context, Blocks>::context entry_{&key_, blocks_};
};

template <typename Function>
struct HandlerTask {
    Function function;
    void operator()() {
        OwnBlocks blocks;
        function();
    }
};

template <typename Inner>
class TaskExecutor {
    template <typename Function>
    using TaskOf = Task<HandlerTask<std::decay_t<Function>>>;

public:
    TaskExecutor(Inner inner) noexcept : inner_(std::move(inner)) {}

    template <typename Function>
    void execute(Function&& function) const {
        Submission submission = Submission::here();
        const Submission::Execution execution(submission);
        TaskOf<Function> task({std::forward<Function>(function)}, std::move(submission));
#ifdef DEADHEAT_ASIO_HAS_EXECUTE // an executor's own is private then
        DEADHEAT_ASIO::execution::execute(inner_, std::move(task));
#else
        inner_.execute(std::move(task));
#endif
    }

    template <typename Property, typename Executor = const Inner&>
    auto query(const Property& property) const
        noexcept(noexcept(DEADHEAT_ASIO::query(std::declval<Executor>(), property)))
            -> decltype(DEADHEAT_ASIO::query(std::declval<Executor>(), property)) {
        return DEADHEAT_ASIO::query(inner_, property);
    }
    template <typename Property, typename Executor = const Inner&>
    auto require(const Property& property) const
        -> TaskExecutor<std::decay_t<decltype(DEADHEAT_ASIO::require(std::declval<Executor>(), property))>> {
        return DEADHEAT_ASIO::require(inner_, property);
    }
    template <typename Property, typename Executor = const Inner&>
    auto prefer(const Property& property) const
        -> TaskExecutor<std::decay_t<decltype(DEADHEAT_ASIO::prefer(std::declval<Executor>(), property))>> {
        return DEADHEAT_ASIO::prefer(inner_, property);
    }

    friend bool operator==(const TaskExecutor& a, const TaskExecutor& b) noexcept { return a.inner_ == b.inner_; }
    friend bool operator!=(const TaskExecutor& a, const TaskExecutor& b) noexcept { return a.inner_ != b.inner_; }

private:
    Inner inner_;
};

/// The executor whose functions are tasks. Not for io_context::strand, which is no executor in this sense.
template <typename Inner>
auto tasksOn(const Inner& executor)
    -> std::enable_if_t<DEADHEAT_ASIO::execution::is_executor<Inner>::value, TaskExecutor<Inner>> {
    return executor;
}

/// The same for a context or an I/O object.
template <typename Context>
auto tasksOn(Context& context) -> TaskExecutor<std::decay_t<decltype(context.get_executor())>> {
    return context.get_executor();
}

/// The same strand with its handlers as tasks.
template <typename Inner>
DEADHEAT_ASIO::strand<TaskExecutor<Inner>> tasksOn(const DEADHEAT_ASIO::strand<Inner>& strand) {
    return strand;
}

} // namespace DEADHEAT_ASIO_KIND
} // namespace deadheat

/// What is bound to a function stays bound to it as a task.
template <typename Callable, typename Executor>
struct DEADHEAT_ASIO::associated_executor<deadheat::Task<Callable>, Executor> {
    using type = typename associated_executor<Callable, Executor>::type;
    static type get(const deadheat::Task<Callable>& task, const Executor& otherwise = Executor()) noexcept {
        return associated_executor<Callable, Executor>::get(task.callable(), otherwise);
    }
};
template <typename Callable, typename Allocator>
struct DEADHEAT_ASIO::associated_allocator<deadheat::Task<Callable>, Allocator> {
    using type = typename associated_allocator<Callable, Allocator>::type;
    static type get(const deadheat::Task<Callable>& task, const Allocator& otherwise = Allocator()) noexcept {
        return associated_allocator<Callable, Allocator>::get(task.callable(), otherwise);
    }
};

#undef DEADHEAT_ASIO
#undef DEADHEAT_ASIO_KIND
#undef DEADHEAT_ASIO_HAS_EXECUTE
