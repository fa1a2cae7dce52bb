// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A vector of trivial elements that is one pointer wide, for tables with millions of rows whose lists are mostly empty.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

namespace deadheat::link {

template <typename T>
class CompactVector {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= 8);

public:
    CompactVector() = default;
    CompactVector(const CompactVector& other) { append(other.items()); }
    CompactVector(CompactVector&& other) noexcept : header_(std::exchange(other.header_, nullptr)) {}
    CompactVector& operator=(CompactVector other) noexcept {
        std::swap(header_, other.header_);
        return *this;
    }
    ~CompactVector() { std::free(header_); }

    bool empty() const { return size() == 0; }
    std::uint32_t size() const { return header_ ? header_->size : 0; }
    T* begin() { return header_ ? data() : nullptr; }
    T* end() { return begin() + size(); }
    const T* begin() const { return header_ ? data() : nullptr; }
    const T* end() const { return begin() + size(); }
    T& operator[](std::size_t at) { return data()[at]; }
    const T& operator[](std::size_t at) const { return data()[at]; }
    const T& back() const { return data()[header_->size - 1]; }
    std::span<const T> items() const { return {begin(), size()}; }

    void push_back(T value) {
        if (size() == capacity())
            reserve(size() < 2 ? size() + 1 : size() + size() / 2);
        data()[header_->size++] = value;
    }
    void append(std::span<const T> values) {
        if (values.empty())
            return;
        reserve(size() + static_cast<std::uint32_t>(values.size()));
        std::memcpy(static_cast<void*>(data() + header_->size), values.data(), values.size_bytes());
        header_->size += static_cast<std::uint32_t>(values.size());
    }
    /// Keeps the first `count` elements.
    void truncate(std::size_t count) {
        if (header_)
            header_->size = static_cast<std::uint32_t>(count);
    }
    void clear() { std::free(std::exchange(header_, nullptr)); }
    void reserve(std::uint32_t wanted) {
        if (wanted <= capacity())
            return;
        const bool isNew = !header_;
        void* grown = std::realloc(header_, sizeof(Header) + std::size_t{wanted} * sizeof(T));
        if (!grown)
            throw std::bad_alloc();
        header_ = static_cast<Header*>(grown);
        header_->size = isNew ? 0 : header_->size;
        header_->capacity = wanted;
    }

private:
    struct Header {
        std::uint32_t size, capacity;
    };

    std::uint32_t capacity() const { return header_ ? header_->capacity : 0; }
    T* data() { return reinterpret_cast<T*>(header_ + 1); }
    const T* data() const { return reinterpret_cast<const T*>(header_ + 1); }

    Header* header_ = nullptr;
};

} // namespace deadheat::link
