// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Exclusiveness that no lock at the access shows: whose turn it is, who took the node off the list, who dropped the last reference.
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace head_of_the_queue {
struct Writer {
    bool done = false;
    std::condition_variable changed;
};
std::mutex mutex;
std::deque<Writer*> writers;
long written = 0;
void rotateLocked() { written = 0; }
void write(int bytes) {
    Writer self;
    std::unique_lock lock(mutex);
    writers.push_back(&self);
    while (!self.done && &self != writers.front()) {
        self.changed.wait(lock);
    }
    if (bytes > 100) {
        rotateLocked();
    }
    lock.unlock();
    written += bytes; // false-alarm: data-race
    lock.lock();
    writers.pop_front();
    if (!writers.empty()) {
        writers.front()->changed.notify_one();
    }
}
void onlyTheHeadWritesOk() {
    std::thread one(write, 1), other(write, 2);
    one.join();
    other.join();
}
} // namespace head_of_the_queue

namespace taken_off_a_list {
struct Job {
    Job* next = nullptr;
    int result = 0;
};
std::mutex mutex;
Job* jobs = nullptr;
void put(int value) {
    Job* job = new Job;
    job->result = value;
    std::lock_guard lock(mutex);
    job->next = jobs;
    jobs = job;
}
Job* take() {
    std::lock_guard lock(mutex);
    Job* job = jobs;
    if (job) {
        jobs = job->next;
    }
    return job;
}
void work() {
    while (Job* job = take()) {
        job->result += 1; // whoever took it is alone with it
        delete job;
    }
}
void ownersOfNodesOk() {
    put(1);
    std::thread one(work), other(work);
    put(2);
    one.join();
    other.join();
}
void workTwice() {
    std::lock_guard lock(mutex);
    if (jobs) {
        jobs->result += 1;
    }
}
Job shared;
void useWithoutTakingBad() {
    auto use = [] {
        shared.result += 1; // expect: data-race "result"
    };
    std::thread one(use), other(use);
    one.join();
    other.join();
}
} // namespace taken_off_a_list

namespace copies_of_a_value {
struct Options {
    bool tls = false;
};
struct Client {
    std::mutex mutex;
    Options options; // guarded
    void set(const Options& given) {
        std::lock_guard lock(mutex);
        options = given;
    }
    bool isSecure() {
        std::lock_guard lock(mutex);
        return options.tls;
    }
    void clear() {
        std::lock_guard lock(mutex);
        options.tls = false;
    }
};
struct Server {
    Options options; // set before it starts
    bool isSecure() const { return options.tls; }
};
bool aMemberOfTheSameTypeElsewhereOk(Client& client, Server& server) {
    client.set(server.options);
    client.clear();
    return client.isSecure() && server.isSecure();
}
} // namespace copies_of_a_value

namespace one_worker_for_each_object {
class Connection {
public:
    void start() {
        if (!thread_.joinable()) {
            thread_ = std::thread(&Connection::run, this);
        }
    }
    ~Connection() {
        if (thread_.joinable()) {
            thread_.join();
        }
    }

private:
    void run() {
        for (int i = 0; i < 10; ++i) {
            ++bytes_;
        }
    }
    long bytes_ = 0;
    std::thread thread_;
};
void eachWorkerHasItsObjectOk() {
    Connection one, other;
    one.start();
    other.start();
}
} // namespace one_worker_for_each_object

namespace last_reference {
class Node {
public:
    void drop() {
        bool last;
        {
            std::lock_guard lock(mutex_);
            last = --references_ == 0;
        }
        if (last) {
            delete this;
        }
    }
    void use() {
        std::lock_guard lock(mutex_);
        ++references_;
        uses_ += 1;
    }
    long uses() {
        std::lock_guard lock(mutex_);
        return uses_;
    }

private:
    ~Node() { uses_ = 0; }
    std::mutex mutex_;
    int references_ = 1;
    long uses_ = 0;
};
void destroyedByTheLastOwnerOk() {
    Node* node = new Node;
    node->use();
    std::thread other([node] { node->drop(); });
    node->drop();
    other.join();
}
} // namespace last_reference

namespace many_workers_for_one_object {
class Pool {
public:
    explicit Pool(int workers) {
        for (int i = 0; i < workers; ++i) {
            workers_.emplace_back(&Pool::work, this);
        }
    }
    ~Pool() {
        for (auto& worker : workers_) {
            worker.join();
        }
    }

private:
    void work() {
        ++done_; // expect: data-race "done_"
    }
    long done_ = 0;
    std::vector<std::thread> workers_;
};
void aCollectionOfHandlesIsManyThreadsBad() { Pool pool(4); }

struct Counter {
    long count = 0;
};
Counter counter;
void countUp(Counter* given) {
    ++given->count; // expect: data-race "count"
}
std::thread startOne() { return std::thread(countUp, &counter); }
void oneStartRunTwiceBad() {
    std::thread one = startOne(), other = startOne();
    one.join();
    other.join();
}
} // namespace many_workers_for_one_object

namespace derived_destructors {
class Runner {
public:
    virtual ~Runner() { thread_.join(); }
    void start() { thread_ = std::thread(&Runner::loop, this); }

protected:
    virtual void step() = 0;

private:
    void loop() {
        step(); // partner: data-race
    }
    std::thread thread_;
};
class Meter : public Runner {
public:
    ~Meter() override { // expect: data-race(virtual-call)
        value_ = 0;     // partner: data-race
    }

private:
    void step() override { value_ += 1; } // expect: data-race "value_"
    long value_ = 0;
};
void theBaseJoinsTooLateBad() {
    Meter meter;
    meter.start();
}
} // namespace derived_destructors

namespace observers {
std::vector<std::function<void()>> observers;
void notifyAll() {
    for (auto& observer : observers) {
        observer();
    }
}
void calledByEveryThreadBad() {
    int calls = 0;
    observers.push_back([&calls] {
        ++calls; // expect: data-race "calls"
    });
    std::thread one(notifyAll), other(notifyAll);
    one.join();
    other.join();
}
} // namespace observers

namespace handles_in_members {
class OneMember { // a second start would end the program
public:
    void start() {
        if (!thread_.joinable())
            thread_ = std::thread(&OneMember::loop, this);
    }
    ~OneMember() { thread_.join(); }

private:
    void loop() { ++rounds_; }
    long rounds_ = 0;
    std::thread thread_;
};
OneMember first, second;
void oneThreadForEachObjectOk() {
    first.start();
    second.start();
}

class TwoMembers {
public:
    void start() {
        one_ = std::thread(&TwoMembers::loop, this);
        other_ = std::thread(&TwoMembers::loop, this);
    }
    ~TwoMembers() {
        one_.join();
        other_.join();
    }

private:
    void loop() {
        ++rounds_; // expect: data-race "rounds_"
    }
    long rounds_ = 0;
    std::thread one_, other_;
};
TwoMembers both;
void twoThreadsForOneObjectBad() { both.start(); }

class LetGo {
public:
    void start() {
        thread_ = std::thread([this] {
            ++rounds_; // expect: data-race "rounds_"
        });
        thread_.detach();
    }

private:
    long rounds_ = 0;
    std::thread thread_;
};
LetGo letGo;
void startedAgainAfterDetachBad() {
    letGo.start();
    letGo.start();
}
} // namespace handles_in_members
