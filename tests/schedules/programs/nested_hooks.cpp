// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Hooks inside hooks: an initialiser that runs once starts a thread, whose thread-local destructor locks, allocates with an
// allocator that locks, and initialises a static object that joins another thread.
// EXPECT: data-race
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

static std::mutex mutex;
static std::once_flag once;
static long allocations;

template <typename T>
struct CountingAllocator {
    using value_type = T;
    T* allocate(std::size_t count) {
#ifdef FIXED
        std::lock_guard<std::mutex> lock(mutex);
#endif
        ++allocations;
        return static_cast<T*>(std::malloc(count * sizeof(T)));
    }
    void deallocate(T* memory, std::size_t) { std::free(memory); }
    bool operator==(const CountingAllocator&) const { return true; }
};
using Numbers = std::vector<int, CountingAllocator<int>>;

struct JoinsAnother {
    JoinsAnother() {
        std::thread another([] { Numbers{1}; });
        another.join();
    }
};

struct LastWords {
    Numbers numbers;
    ~LastWords() {
        numbers.push_back(2);
        static JoinsAnother made;
    }
};
static thread_local LastWords lastWords;

static void initialise() {
    std::thread inner([] { lastWords.numbers.push_back(1); });
    inner.join();
}

int main() {
    const auto work = [] {
        std::call_once(once, initialise);
        lastWords.numbers.push_back(3);
    };
    std::thread a(work), b(work);
    a.join();
    b.join();
}
