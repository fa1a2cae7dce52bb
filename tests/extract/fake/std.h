// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The names of the standard library that tests need, without its weight: what extract knows of them it knows by name.
#pragma once

#define NULL 0
using size_t = decltype(sizeof(0));
inline void* operator new(size_t, void* where) noexcept { return where; }

namespace std {

template <class T>
struct remove_reference {
    using type = T;
};
template <class T>
struct remove_reference<T&> {
    using type = T;
};
template <class T>
struct remove_reference<T&&> {
    using type = T;
};
template <class T>
constexpr typename remove_reference<T>::type&& move(T&& t) noexcept;
template <class T>
constexpr T&& forward(typename remove_reference<T>::type& t) noexcept;
template <class T>
void swap(T& a, T& b);

template <class T>
struct reference_wrapper {
    reference_wrapper(T&);
    operator T&() const noexcept;
    T& get() const noexcept;
};
template <class T>
reference_wrapper<T> ref(T& t) noexcept;

struct mutex {
    void lock();
    bool try_lock();
    void unlock();
};
struct recursive_mutex {
    void lock();
    bool try_lock();
    void unlock();
};
struct shared_mutex {
    void lock();
    void unlock();
    void lock_shared();
    void unlock_shared();
    bool try_lock_shared();
};
struct defer_lock_t {};
struct adopt_lock_t {};
struct try_to_lock_t {};
inline constexpr defer_lock_t defer_lock{};
inline constexpr adopt_lock_t adopt_lock{};
inline constexpr try_to_lock_t try_to_lock{};
template <class M>
struct lock_guard {
    explicit lock_guard(M&);
    lock_guard(M&, adopt_lock_t);
    ~lock_guard();
};
template <class... M>
struct scoped_lock {
    explicit scoped_lock(M&...);
    ~scoped_lock();
};
template <class M>
struct unique_lock {
    unique_lock() noexcept;
    explicit unique_lock(M&);
    unique_lock(M&, defer_lock_t) noexcept;
    unique_lock(M&, adopt_lock_t);
    unique_lock(M&, try_to_lock_t);
    unique_lock(unique_lock&&) noexcept;
    unique_lock& operator=(unique_lock&&) noexcept;
    ~unique_lock();
    void lock();
    bool try_lock();
    void unlock();
    M* release() noexcept;
    bool owns_lock() const noexcept;
    explicit operator bool() const noexcept;
};
template <class M>
struct shared_lock {
    explicit shared_lock(M&);
    ~shared_lock();
};
template <class A, class B>
void lock(A&, B&);

struct condition_variable {
    void wait(unique_lock<mutex>&);
    template <class P>
    void wait(unique_lock<mutex>&, P);
    template <class D, class P>
    bool wait_for(unique_lock<mutex>&, const D&, P);
    void notify_one() noexcept;
    void notify_all() noexcept;
};
struct once_flag {};
template <class F, class... A>
void call_once(once_flag&, F&&, A&&...);
template <long N = 1>
struct counting_semaphore {
    explicit counting_semaphore(long);
    void acquire();
    bool try_acquire() noexcept;
    void release(long n = 1);
};
struct latch {
    explicit latch(long);
    void count_down(long n = 1);
    void wait() const;
    void arrive_and_wait(long n = 1);
};
template <class F = void>
struct barrier {
    explicit barrier(long);
    void arrive_and_wait();
};

struct thread {
    thread() noexcept;
    template <class F, class... A>
    explicit thread(F&&, A&&...);
    thread(thread&&) noexcept;
    thread& operator=(thread&&) noexcept;
    ~thread();
    void join();
    void detach();
    bool joinable() const noexcept;
};
struct stop_token {
    bool stop_requested() const noexcept;
};
struct jthread {
    template <class F, class... A>
    explicit jthread(F&&, A&&...);
    ~jthread();
    bool request_stop() noexcept;
};
enum class launch { async = 1, deferred = 2 };
template <class T>
struct future {
    future(future&&) noexcept;
    ~future();
    T get();
    void wait() const;
};
template <class T>
struct promise {
    promise();
    ~promise();
    future<T> get_future();
    void set_value(const T&);
};
template <class F, class... A>
future<int> async(F&&, A&&...);
template <class F, class... A>
future<int> async(launch, F&&, A&&...);
namespace this_thread {
template <class D>
void sleep_for(const D&);
void yield() noexcept;
} // namespace this_thread

enum memory_order {
    memory_order_relaxed,
    memory_order_consume,
    memory_order_acquire,
    memory_order_release,
    memory_order_acq_rel,
    memory_order_seq_cst
};
template <class T>
struct atomic {
    atomic() noexcept = default;
    constexpr atomic(T) noexcept;
    T load(memory_order = memory_order_seq_cst) const noexcept;
    void store(T, memory_order = memory_order_seq_cst) noexcept;
    T exchange(T, memory_order = memory_order_seq_cst) noexcept;
    bool compare_exchange_strong(T&, T, memory_order = memory_order_seq_cst) noexcept;
    T fetch_add(T, memory_order = memory_order_seq_cst) noexcept;
    T operator++() noexcept;
    T operator=(T) noexcept;
    operator T() const noexcept;
};
struct atomic_flag {
    bool test_and_set(memory_order = memory_order_seq_cst) noexcept;
    void clear(memory_order = memory_order_seq_cst) noexcept;
};
extern "C++" void atomic_thread_fence(memory_order) noexcept;

template <class T>
struct default_delete {};
template <class T, class D = default_delete<T>>
struct unique_ptr {
    unique_ptr() noexcept;
    unique_ptr(decltype(nullptr)) noexcept;
    explicit unique_ptr(T*) noexcept;
    unique_ptr(unique_ptr&&) noexcept;
    unique_ptr& operator=(unique_ptr&&) noexcept;
    ~unique_ptr();
    T* get() const noexcept;
    T* operator->() const noexcept;
    T& operator*() const;
    T* release() noexcept;
    void reset(T* = nullptr) noexcept;
    explicit operator bool() const noexcept;
};
template <class T, class... A>
unique_ptr<T> make_unique(A&&...);
template <class T, class D>
bool operator==(const unique_ptr<T, D>&, decltype(nullptr)) noexcept;
template <class T>
struct shared_ptr {
    shared_ptr() noexcept;
    explicit shared_ptr(T*);
    template <class D>
    shared_ptr(unique_ptr<T, D>&&);
    shared_ptr(const shared_ptr&) noexcept;
    shared_ptr& operator=(const shared_ptr&) noexcept;
    ~shared_ptr();
    T* operator->() const noexcept;
    T& operator*() const noexcept;
    void reset() noexcept;
};
template <class T, class... A>
shared_ptr<T> make_shared(A&&...);

template <class S>
struct function;
template <class R, class... A>
struct function<R(A...)> {
    function() noexcept;
    template <class F>
    function(F);
    function(const function&);
    function(function&&) noexcept;
    function& operator=(const function&);
    function& operator=(function&&) noexcept;
    template <class F>
    function& operator=(F&&);
    ~function();
    R operator()(A...) const;
    explicit operator bool() const noexcept;
};
template <class F>
struct _Bind {
    template <class... A>
    void operator()(A&&...);
};
template <class F, class... A>
_Bind<F> bind(F&&, A&&...);
template <int N>
struct _Placeholder {};
namespace placeholders {
extern const _Placeholder<1> _1;
}
template <class F, class... A>
void invoke(F&&, A&&...);

template <class E>
struct initializer_list {
    const E* array;
    size_t count;
};
template <class A, class B>
struct pair {
    A first;
    B second;
    pair(const A&, const B&);
};
template <size_t I, class A, class B>
auto& get(pair<A, B>& p) noexcept;
template <class T>
struct _List_iterator {
    T& operator*() const;
    T* operator->() const;
    _List_iterator& operator++();
    bool operator!=(const _List_iterator&) const;
};
template <class T>
struct vector {
    vector();
    vector(initializer_list<T>);
    ~vector();
    T& operator[](size_t);
    T& back();
    T* begin();
    T* end();
    size_t size() const noexcept;
    bool empty() const noexcept;
    void push_back(const T&);
    void push_back(T&&);
    template <class... A>
    T& emplace_back(A&&...);
    void pop_back();
    void clear() noexcept;
};
template <class K, class V>
struct map {
    ~map();
    V& operator[](const K&);
    _List_iterator<pair<const K, V>> find(const K&);
    _List_iterator<pair<const K, V>> begin();
    _List_iterator<pair<const K, V>> end();
    template <class... A>
    void emplace(A&&...);
    size_t count(const K&) const;
};
template <class C>
struct basic_string {
    basic_string(const C*);
    basic_string(const basic_string&);
    ~basic_string();
    size_t size() const noexcept;
    basic_string& operator+=(const C*);
};
using string = basic_string<char>;
template <class It, class F>
F for_each(It first, It last, F f);
template <class It, class F>
It find_if(It first, It last, F f);
struct suspend_never {
    bool await_ready() const noexcept;
    void await_suspend(void*) const noexcept;
    void await_resume() const noexcept;
};

[[noreturn]] void terminate() noexcept;

} // namespace std
