// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Objects from the heap that all threads share: made once, reached through weak pointers, made by an inherited constructor, or handed
// round in a queue although they have a lock of their own.
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace never_destroyed {
class Registry {
public:
    static Registry& instance() {
        static Registry* registry = new Registry;
        return *registry;
    }
    void addBad(const std::string& name) { ++uses_[name]; } // expect: data-race "uses_"
    void addOk(const std::string& name) {
        std::lock_guard<std::mutex> lock(mutex_);
        ++sums_[name];
    }

private:
    std::mutex mutex_;
    std::map<std::string, int> uses_, sums_;
};
void run() {
    std::thread a([] { Registry::instance().addBad("a"), Registry::instance().addOk("a"); });
    std::thread b([] { Registry::instance().addBad("b"), Registry::instance().addOk("b"); });
    a.join();
    b.join();
}
} // namespace never_destroyed

namespace made_once {
class Settings {
public:
    static Settings& get() {
        std::call_once(flag_, [] { settings_ = std::make_unique<Settings>(); });
        return *settings_;
    }
    void countBad() { ++reads_; } // expect: data-race "reads_"
    int limitOk() const { return limit_; }

private:
    static std::once_flag flag_;
    static std::unique_ptr<Settings> settings_;
    int reads_ = 0, limit_ = 8;
};
std::once_flag Settings::flag_;
std::unique_ptr<Settings> Settings::settings_;
void run() {
    std::thread a([] { Settings::get().countBad(), Settings::get().limitOk(); });
    std::thread b([] { Settings::get().countBad(), Settings::get().limitOk(); });
    a.join();
    b.join();
}
} // namespace made_once

namespace weakly_held {
struct Listener {
    void hearBad() { ++heard; } // expect: data-race "heard"
    void hearOk() {
        std::lock_guard<std::mutex> lock(mutex);
        ++told;
    }
    std::mutex mutex;
    int heard = 0, told = 0;
};
void run() {
    auto listener = std::make_shared<Listener>();
    std::vector<std::weak_ptr<Listener>> listeners;
    listeners.push_back(listener);
    auto publish = [&listeners] {
        for (auto& weak : listeners)
            if (auto strong = weak.lock()) {
                strong->hearBad();
                strong->hearOk();
            }
    };
    std::thread a(publish), b(publish);
    a.join();
    b.join();
}
} // namespace weakly_held

namespace inherited_constructor {
struct Counter {
    explicit Counter(int& target) : target_(target) {}
    void addBad() { ++target_; } // expect: data-race
    int& target_;
};
struct NamedCounter : Counter {
    using Counter::Counter;
};
void run() {
    int total = 0, other = 0;
    auto counter = std::make_unique<NamedCounter>(total);
    NamedCounter ownOk(other);
    std::thread a([&] { counter->addBad(); });
    counter->addBad();
    a.join();
    ownOk.addBad();
}
} // namespace inherited_constructor

namespace handed_round {
struct Actor {
    void send(int message) {
        std::lock_guard<std::mutex> lock(mutex);
        box.push_back(message);
        seen.push_back(message);
    }
    void runBad() {
        std::deque<int> batch;
        batch.swap(box); // expect: data-race "box"
    }
    void runOk() {
        std::deque<int> batch;
        std::lock_guard<std::mutex> lock(mutex);
        batch.swap(seen);
    }
    std::mutex mutex;
    std::deque<int> box, seen;
};
struct Plain {
    int value = 0;
};
class Queue {
public:
    void put(std::shared_ptr<Actor> actor) {
        std::lock_guard<std::mutex> lock(mutex_);
        actors_.push_back(std::move(actor));
    }
    void putPlain(std::unique_ptr<Plain> plain) {
        std::lock_guard<std::mutex> lock(mutex_);
        plain_.push_back(std::move(plain));
    }
    void workOk() {
        std::unique_ptr<Plain> plain;
        {
            std::lock_guard<std::mutex> lock(mutex_);
            if (plain_.empty())
                return;
            plain = std::move(plain_.front());
            plain_.pop_front();
        }
        ++plain->value;
    }
    void work() {
        std::shared_ptr<Actor> actor;
        {
            std::lock_guard<std::mutex> lock(mutex_);
            if (actors_.empty())
                return;
            actor = std::move(actors_.front());
            actors_.pop_front();
        }
        actor->runBad();
        actor->runOk();
    }

private:
    std::mutex mutex_;
    std::deque<std::shared_ptr<Actor>> actors_;
    std::deque<std::unique_ptr<Plain>> plain_;
};
void run() {
    Queue queue;
    auto actor = std::make_shared<Actor>();
    std::thread a([&] { queue.work(), queue.workOk(); });
    std::thread b([&] { queue.work(), queue.workOk(); });
    for (int i = 0; i < 9; ++i) {
        actor->send(i);
        queue.put(actor);
        auto plain = std::make_unique<Plain>();
        plain->value = i;
        queue.putPlain(std::move(plain));
    }
    a.join();
    b.join();
}
} // namespace handed_round

// The constructor makes the object that its thread and the callers share.
namespace behind_a_pointer {
struct Impl {
    void run() {
        std::lock_guard<std::mutex> lock(mutex);
        ++done;
        ++safe;
    }
    std::mutex mutex;
    int done = 0, safe = 0;
    std::thread thread;
};
class Made {
public:
    Made() : impl_(std::make_unique<Impl>()) {
        impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
    }
    ~Made() { impl_->thread.join(); }
    int doneBad() const { return impl_->done; } // expect: data-race "done"
    int doneOk() const {
        std::lock_guard<std::mutex> lock(impl_->mutex);
        return impl_->safe;
    }

private:
    std::unique_ptr<Impl> impl_;
};
struct Numbers {
    int sum = 0, count = 0;
};
class Braced {
public:
    Braced() : numbers_{std::make_unique<Numbers>()} {}
    void addBad() { ++numbers_->sum; } // expect: data-race "sum"
    int countOk() const { return numbers_->count; }

private:
    std::unique_ptr<Numbers> numbers_;
};
void run() {
    Made made;
    made.doneBad();
    made.doneOk();
    Braced braced;
    std::thread thread([&] { braced.addBad(), braced.countOk(); });
    braced.addBad();
    braced.countOk();
    thread.join();
}
} // namespace behind_a_pointer

// A wait that says whether its predicate holds.
namespace stopped_wait {
class Sampler {
public:
    Sampler() : thread_([this](std::stop_token stop) { run(stop); }) {}
    ~Sampler() {
        thread_.request_stop();
        changed_.notify_all();
    }
    void add(int value) {
        std::lock_guard<std::mutex> lock(mutex_);
        pending_.push_back(value);
        changed_.notify_one();
    }
    long sumBad() const { return sum_; } // expect: data-race "sum_"
    long countOk() {
        std::lock_guard<std::mutex> lock(mutex_);
        return count_;
    }

private:
    void run(std::stop_token stop) {
        std::unique_lock<std::mutex> lock(mutex_);
        while (changed_.wait(lock, stop, [this] { return !pending_.empty(); })) {
            for (int value : pending_)
                sum_ += value;
            ++count_;
            pending_.clear();
        }
    }
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::vector<int> pending_;
    long sum_ = 0, count_ = 0;
    std::jthread thread_;
};
void run() {
    Sampler sampler;
    sampler.add(1);
    sampler.sumBad();
    sampler.countOk();
}
} // namespace stopped_wait

int main() {
    behind_a_pointer::run();
    stopped_wait::run();
    never_destroyed::run();
    made_once::run();
    weakly_held::run();
    inherited_constructor::run();
    handed_round::run();
}
