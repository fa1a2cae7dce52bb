// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sets as sorted vectors: small, comparable, deterministic.
#include <algorithm>

namespace deadheat::link {

template <class T> bool contains(const std::vector<T>& set, const T& value) {
    return std::binary_search(set.begin(), set.end(), value);
}

template <class T> bool insert(std::vector<T>& set, const T& value) {
    auto at = std::lower_bound(set.begin(), set.end(), value);
    if (at != set.end() && *at == value) return false;
    set.insert(at, value);
    return true;
}

template <class T> void erase(std::vector<T>& set, const T& value) {
    auto at = std::lower_bound(set.begin(), set.end(), value);
    if (at != set.end() && *at == value) set.erase(at);
}

template <class T> bool unite(std::vector<T>& set, const std::vector<T>& other) {
    if (std::includes(set.begin(), set.end(), other.begin(), other.end())) return false;
    std::vector<T> both;
    both.reserve(set.size() + other.size());
    std::set_union(set.begin(), set.end(), other.begin(), other.end(), std::back_inserter(both));
    set = std::move(both);
    return true;
}

template <class T> bool intersect(std::vector<T>& set, const std::vector<T>& other) {
    std::size_t before = set.size();
    std::erase_if(set, [&](const T& value) { return !contains(other, value); });
    return set.size() != before;
}

} // namespace deadheat::link
