// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Threads that have shared out the elements of an array among themselves, and such as only look like it.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace own_elements {

constexpr unsigned kWorkers = 4;

template <class Function>
void parallelFor(std::size_t n, Function function) {
    std::vector<std::thread> threads;
    const std::size_t chunk = (n + kWorkers - 1) / kWorkers;
    for (unsigned w = 0; w < kWorkers; ++w)
        threads.emplace_back([=, &function] {
            for (std::size_t i = w * chunk; i < std::min(n, (w + 1) * chunk); ++i)
                function(i);
        });
    for (auto& thread : threads)
        thread.join();
}

int square(std::vector<int>& values) {
    std::vector<int> squares(values.size());
    parallelFor(values.size(), [&](std::size_t i) { squares[i] = values[i] * values[i]; });
    return squares[0];
}

// What an element says chooses another one.
int countDigits(const std::vector<int>& values) {
    std::array<int, 10> digits{};
    parallelFor(values.size(), [&](std::size_t i) {
        ++digits[values[i]]; // expect: data-race "digits"
    });
    return digits[0];
}

int ranks() {
    std::vector<int> out(kWorkers);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < kWorkers; ++i)
        threads.emplace_back([&out, i] { out[i] += 1; });
    for (auto& thread : threads)
        thread.join();
    return out[0];
}

int drawn() {
    std::vector<int> out(kWorkers);
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < kWorkers; ++i)
        threads.emplace_back([&] {
            for (std::size_t at = next++; at < out.size(); at = next++)
                out[at] = 1;
        });
    for (auto& thread : threads)
        thread.join();
    return out[0];
}

// The reference that each closure has is to another element.
int sums(int n) {
    std::vector<int> totals(kWorkers, 0);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < totals.size(); ++i)
        threads.emplace_back([&total = totals[i], n] {
            for (int k = 0; k < n; ++k)
                total += k;
        });
    for (auto& thread : threads)
        thread.join();
    return totals[0];
}

int sumsInFirst(int n) {
    std::vector<int> totals(kWorkers, 0);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < totals.size(); ++i)
        threads.emplace_back([&total = totals[0], n] {
            for (int k = 0; k < n; ++k)
                total += k; // expect: data-race "totals"
        });
    for (auto& thread : threads)
        thread.join();
    return totals[0];
}

// All of them begin with the first.
int all() {
    std::vector<int> out(kWorkers);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < kWorkers; ++i)
        threads.emplace_back([&] {
            for (std::size_t at = 0; at < out.size(); ++at)
                out[at] += 1; // expect: data-race "out"
        });
    for (auto& thread : threads)
        thread.join();
    return out[0];
}

// A key chooses the same bucket in all threads.
std::size_t hashOf(const std::string& key) { return key.size() * 31; }
int buckets(const std::vector<std::string>& keys) {
    std::vector<int> counts(16);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < kWorkers; ++i)
        threads.emplace_back([&] {
            for (const std::string& key : keys) {
                std::size_t bucket = hashOf(key) % 16;
                ++counts[bucket]; // expect: data-race "counts"
            }
        });
    for (auto& thread : threads)
        thread.join();
    return counts[0];
}

int probedBuckets(const std::vector<std::string>& keys) {
    std::vector<int> slots(16);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < kWorkers; ++i)
        threads.emplace_back([&] {
            for (const std::string& key : keys) {
                std::size_t at = hashOf(key) % 16;
                while (slots[at] != 0)
                    at = (at + 1) % 16;
                slots[at] = 1; // expect: data-race "slots"
            }
        });
    for (auto& thread : threads)
        thread.join();
    return slots[0];
}

unsigned current;
int chosenByAll() {
    std::vector<int> out(kWorkers);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < kWorkers; ++i)
        threads.emplace_back([&] {
            out[current] += 1; // expect: data-race "out"
        });
    for (auto& thread : threads)
        thread.join();
    return out[0];
}

struct Worker {
    std::thread thread;
    long executed = 0;
};

class Group {
public:
    explicit Group(unsigned count) {
        for (unsigned i = 0; i < count; ++i)
            workers_.push_back(std::make_unique<Worker>());
        for (unsigned i = 0; i < count; ++i)
            workers_[i]->thread = std::thread([this, i] { ++workers_[i]->executed; });
    }
    ~Group() {
        for (auto& worker : workers_)
            worker->thread.join();
    }

private:
    std::vector<std::unique_ptr<Worker>> workers_;
};
int useGroup() {
    Group group(kWorkers);
    return 0;
}

} // namespace own_elements
