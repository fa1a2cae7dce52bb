// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions and generic lambdas that an algorithm calls run where it is called, with the locks held there.
#include <algorithm>
#include <any>
#include <mutex>
#include <ranges>
#include <thread>
#include <variant>
#include <vector>

std::mutex entriesLock;
std::vector<int> entries, removed;
int total;
std::variant<int, long> level;

namespace {
void addOk(int entry) { entries.push_back(entry); }
void removeBad(int entry) { removed.push_back(entry); } // expect: data-race "removed"
} // namespace

void addAll(const std::vector<int>& more) {
    std::lock_guard lock(entriesLock);
    std::ranges::for_each(more, addOk);
}
void removeAll(const std::vector<int>& more) { std::ranges::for_each(more, removeBad); }
void sumOk(unsigned count) {
    std::lock_guard lock(entriesLock);
    std::ranges::for_each(std::views::iota(0u, count), [](auto&& entry) { total += entry; });
}
void visitOk() {
    std::lock_guard lock(entriesLock);
    std::visit([](auto& value) { total += value; }, level);
}
int other;
void sumBad(unsigned count) {
    std::ranges::for_each(std::views::iota(0u, count), [](auto&& entry) {
        other += entry; // expect: data-race "other"
    });
}
void work() {
    std::vector<int> more(3);
    addAll(more);
    removeAll(more);
    sumOk(3);
    sumBad(3);
    visitOk();
    auto addOne = [](auto value) { total += value; };
    std::lock_guard lock(entriesLock);
    addOne(1);
    addOne(1L);
}

// What keeps a function calls it some time, not where it is given.
std::any kept;
int late;
void runLaterBad() { late = 1; } // expect: data-race "late"
void keep() {
    std::lock_guard lock(entriesLock);
    kept = runLaterBad;
    late = 2;
}
int lateOk() {
    std::lock_guard lock(entriesLock);
    return late;
}
void clearLateOk() {
    std::lock_guard lock(entriesLock);
    late = 0;
}
int main() {
    std::thread a(work), b(work);
    a.join();
    b.join();
}
