// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A growing array on sched/memory.h. The standard containers are not used inside a tested program: they would tie a C
// program to the C++ library and enter its allocator. Not copyable; no exceptions.
#pragma once

#include "runtime/sched/memory.h"

#include <cstddef>
#include <utility>

namespace deadheat::sched {

template <typename T>
class Vector {
public:
    constexpr Vector() = default;
    Vector(const Vector&) = delete;
    Vector& operator=(const Vector&) = delete;
    ~Vector() {
        clear();
        release(items_, capacity_ * sizeof(T));
    }

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    T* begin() { return items_; }
    T* end() { return items_ + size_; }
    const T* begin() const { return items_; }
    const T* end() const { return items_ + size_; }
    T& operator[](std::size_t index) { return items_[index]; }
    const T& operator[](std::size_t index) const { return items_[index]; }
    T& back() { return items_[size_ - 1]; }
    const T& back() const { return items_[size_ - 1]; }

    void push(T item) {
        if (size_ == capacity_)
            grow();
        new (items_ + size_++) T(std::move(item));
    }
    void pop() { items_[--size_].~T(); }
    void clear() {
        while (size_ > 0)
            pop();
    }
    void insert(std::size_t index, T item) {
        push(std::move(item));
        for (std::size_t i = size_ - 1; i > index; --i)
            std::swap(items_[i], items_[i - 1]);
    }
    /// Keeps the order of the others.
    void erase(std::size_t index) {
        for (std::size_t i = index; i + 1 < size_; ++i)
            items_[i] = std::move(items_[i + 1]);
        pop();
    }
    bool contains(const T& wanted) const { return indexOf(wanted) < size_; }
    /// size() when absent.
    std::size_t indexOf(const T& wanted) const {
        std::size_t i = 0;
        while (i < size_ && !(items_[i] == wanted))
            ++i;
        return i;
    }
    void eraseValue(const T& wanted) {
        if (const std::size_t index = indexOf(wanted); index < size_)
            erase(index);
    }

private:
    void grow() {
        const std::size_t wanted = capacity_ ? capacity_ * 2 : 8;
        T* bigger = static_cast<T*>(allocate(wanted * sizeof(T)));
        for (std::size_t i = 0; i < size_; ++i) {
            new (bigger + i) T(std::move(items_[i]));
            items_[i].~T();
        }
        release(items_, capacity_ * sizeof(T));
        items_ = bigger;
        capacity_ = wanted;
    }

    T* items_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

} // namespace deadheat::sched
