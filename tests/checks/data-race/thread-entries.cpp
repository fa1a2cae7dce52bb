// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every way C++ code gets to run in a thread of its own: what the started code touches must be seen.
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace function_object {
struct Counter {
    int* count;
    void operator()() const {
        ++*count; // expect: data-race
    }
};
int callOperatorBad() {
    int count = 0;
    std::thread a(Counter{&count});
    std::thread b(Counter{&count});
    a.join();
    b.join();
    return count;
}
} // namespace function_object

namespace bound_arguments {
int total, safe;
std::mutex mutex;
void add(int& sum, int amount) {
    sum += amount; // expect: data-race "total"
}
void bindWithARefBad() {
    auto one = std::bind(add, std::ref(total), 1);
    auto two = std::bind(add, std::ref(total), 2);
    std::thread a(one);
    std::thread b(two);
    a.join();
    b.join();
}
void addSafely(std::mutex& lock, int& sum, int amount) {
    std::lock_guard guard(lock);
    sum += amount;
}
void bindWithTheLockOk() {
    std::thread a(std::bind(addSafely, std::ref(mutex), std::ref(safe), 1));
    std::thread b(addSafely, std::ref(mutex), std::ref(safe), 2);
    a.join();
    b.join();
}
} // namespace bound_arguments

namespace std_function {
int calls;
void countCall() {
    ++calls; // expect: data-race "calls"
}
void storedInAStdFunctionBad() {
    std::function<void()> work = countCall;
    std::thread a(work);
    std::thread b(work);
    a.join();
    b.join();
}
int lambdaCalls;
void storedLambdaBad() {
    std::function<void()> work = [] {
        ++lambdaCalls; // expect: data-race "lambdaCalls"
    };
    std::thread a(work);
    std::thread b(std::move(work));
    a.join();
    b.join();
}
} // namespace std_function

namespace through_a_starter {
template <typename Work>
std::thread launch(Work&& work) {
    return std::thread(std::forward<Work>(work));
}
int value;
void templateWrapperBad() {
    std::thread a = launch([] {
        ++value; // expect: data-race "value"
    });
    std::thread b = launch([] {
        ++value; // expect: data-race "value"
    });
    a.join();
    b.join();
}
class Runner {
public:
    explicit Runner(std::function<void()> work) : thread_(std::move(work)) {}
    ~Runner() { thread_.join(); }
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;

private:
    std::thread thread_;
};
int steps;
void classThatRunsWhatItIsGivenBad() {
    Runner a([] {
        ++steps; // expect: data-race "steps"
    });
    Runner b([] {
        ++steps; // expect: data-race "steps"
    });
}
} // namespace through_a_starter

namespace virtual_entry {
class Service {
public:
    virtual ~Service() = default;
    std::thread start() {
        return std::thread([this] { run(); });
    }

protected:
    virtual void run() = 0;
};
class Logger : public Service {
public:
    int lines = 0;

protected:
    void run() override {
        ++lines; // expect: data-race "lines"
    }
};
int overriddenRunBad() {
    Logger logger;
    std::thread thread = logger.start();
    int seen = logger.lines; // expect: data-race
    thread.join();
    return seen;
}
} // namespace virtual_entry

namespace lambda_forms {
class Meter {
public:
    void capturedThisBad() {
        std::thread thread([this] {
            ++ticks_; // expect: data-race "ticks_"
        });
        ++ticks_; // expect: data-race
        thread.join();
    }
    void capturedCopyOk() {
        std::thread thread([copy = *this]() mutable { ++copy.ticks_; });
        ++ticks_;
        thread.join();
    }

private:
    int ticks_ = 0;
};
void entry() {
    Meter meter;
    meter.capturedThisBad();
    Meter other;
    other.capturedCopyOk();
}
void defaultCaptureBad() {
    int local = 0;
    auto work = [&] {
        local += 1; // expect: data-race "local"
    };
    std::thread a(work);
    std::thread b(work);
    a.join();
    b.join();
}
} // namespace lambda_forms

namespace packaged {
int result;
int compute() {
    result = 7; // expect: data-race "result"
    return result;
}
int packagedTaskBad() {
    std::packaged_task<int()> task(compute);
    std::future<int> future = task.get_future();
    std::thread thread(std::move(task));
    int early = result; // expect: data-race
    thread.join();
    return early + future.get();
}
} // namespace packaged

namespace recursive_start {
int nodes;
void walk(int depth) {
    ++nodes; // expect: data-race "nodes"
    if (depth > 0) {
        std::thread left(walk, depth - 1); // false-alarm: unjoined-thread
        walk(depth - 1);
        left.join();
    }
}
void threadStartsItselfBad() { walk(3); }
} // namespace recursive_start

namespace library_writes {
std::string shared;
void setShared() {
    shared = "new"; // expect: data-race "shared"
}
std::size_t stringIsWrittenByALibraryCallBad() {
    std::thread thread(setShared);
    std::size_t size = shared.size(); // expect: data-race
    thread.join();
    return size;
}
void appendAndSwap(std::string& text, std::vector<int>& numbers) {
    text.append("x");   // expect: data-race "text"
    numbers.resize(10); // expect: data-race "numbers"
}
void referencesIntoLibraryObjectsBad() {
    std::string text;
    std::vector<int> numbers;
    std::thread a(appendAndSwap, std::ref(text), std::ref(numbers));
    std::thread b(appendAndSwap, std::ref(text), std::ref(numbers));
    a.join();
    b.join();
}
void constMethodsOnly(const std::vector<int>& numbers, long* sum) {
    for (int number : numbers) {
        *sum += number;
    }
}
long manyReadersOfAVectorOk() {
    const std::vector<int> numbers{1, 2, 3};
    long one = 0, two = 0;
    std::thread a(constMethodsOnly, std::cref(numbers), &one);
    std::thread b(constMethodsOnly, std::cref(numbers), &two);
    a.join();
    b.join();
    return one + two;
}
} // namespace library_writes
