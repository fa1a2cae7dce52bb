// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Who owns the object: fresh and unpublished, moved, copied, handed over, or shared after all.
#include <functional>
#include <memory>
#include <mutex>
#include <queue>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace fresh_until_published {
struct Job {
    int state = 0;
};
std::mutex mutex;
std::vector<Job*> jobs;
void create() {
    Job* job = new Job;
    job->state = 1;
    std::lock_guard guard(mutex);
    jobs.push_back(job);
}
void finishAll() {
    std::lock_guard guard(mutex);
    for (Job* job : jobs) {
        job->state = 2;
    }
}
void initialisedBeforePublishingOk() {
    std::thread a(create);
    std::thread b(finishAll);
    a.join();
    b.join();
}
std::vector<Job*> careless;
void createAndTouch() {
    Job* job = new Job;
    {
        std::lock_guard guard(mutex);
        careless.push_back(job);
    }
    job->state = 1; // expect: data-race "state"
}
void finishCareless() {
    std::lock_guard guard(mutex);
    for (Job* job : careless) {
        job->state = 2; // partner: data-race
    }
}
void touchedAfterPublishingBad() {
    std::thread a(createAndTouch);
    std::thread b(finishCareless);
    a.join();
    b.join();
}
} // namespace fresh_until_published

namespace private_to_each_thread {
struct Buffer {
    int used = 0;
};
void fillOwn() {
    auto buffer = std::make_unique<Buffer>();
    for (int i = 0; i < 10; ++i) {
        ++buffer->used;
    }
}
void heapObjectPerThreadOk() {
    std::thread a(fillOwn);
    std::thread b(fillOwn);
    a.join();
    b.join();
}
void fillLocal() {
    Buffer buffer;
    Buffer* alias = &buffer;
    ++alias->used;
}
void localPerThreadOk() {
    std::thread a(fillLocal);
    std::thread b(fillLocal);
    a.join();
    b.join();
}
void fill(Buffer* buffer) { ++buffer->used; }
void allocatedPerThreadInALoopOk() {
    std::vector<std::thread> threads;
    std::vector<std::unique_ptr<Buffer>> buffers;
    for (int i = 0; i < 4; ++i) {
        buffers.push_back(std::make_unique<Buffer>());
        threads.emplace_back(fill, buffers.back().get());
    }
    for (auto& thread : threads) {
        thread.join();
    }
}
void fillShared(Buffer* buffer) {
    ++buffer->used; // expect: data-race "used"
}
void allocatedOnceBeforeTheLoopBad() {
    std::vector<std::thread> threads;
    auto buffer = std::make_unique<Buffer>();
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back(fillShared, buffer.get());
    }
    for (auto& thread : threads) {
        thread.join();
    }
}
} // namespace private_to_each_thread

namespace copied_and_moved {
struct Message {
    std::string text;
    int size = 0;
};
void readCopy(Message message) { message.size += 1; }
void readReference(Message& message) {
    message.size += 1; // expect: data-race "size"
}
void copiedIntoTheThreadOk() {
    Message message;
    std::thread reader(readCopy, message);
    message.size = 3;
    reader.join();
}
void referredToByTheThreadBad() {
    Message message;
    std::thread reader(readReference, std::ref(message));
    message.size = 3; // expect: data-race
    reader.join();
}
void consume(std::unique_ptr<Message> message) { message->size += 1; }
void movedIntoTheThreadOk() {
    auto message = std::make_unique<Message>();
    message->size = 3;
    std::thread consumer(consume, std::move(message));
    consumer.join();
}
void movedButStillAliasedBad() {
    auto message = std::make_unique<Message>();
    Message* alias = message.get();
    std::thread consumer([owned = std::move(message)] {
        owned->size += 1; // expect: data-race
    });
    alias->size = 3; // expect: data-race
    consumer.join();
}
} // namespace copied_and_moved

namespace handed_over_by_a_queue {
struct Order {
    int lines = 0;
};
std::mutex mutex;
std::queue<std::unique_ptr<Order>> orders;
void produce() {
    auto order = std::make_unique<Order>();
    order->lines = 3;
    std::lock_guard guard(mutex);
    orders.push(std::move(order));
}
void consume() {
    std::unique_ptr<Order> order;
    {
        std::lock_guard guard(mutex);
        if (orders.empty()) {
            return;
        }
        order = std::move(orders.front());
        orders.pop();
    }
    order->lines += 1;
}
void ownerChangesUnderTheLockOk() {
    std::thread producer(produce);
    std::thread one(consume);
    std::thread other(consume);
    producer.join();
    one.join();
    other.join();
}
} // namespace handed_over_by_a_queue

namespace shared_pointers {
struct Config {
    int level = 0;
};
void readLevel(std::shared_ptr<const Config> config, int* out) { *out = config->level; }
void countIsThreadSafeOk() {
    auto config = std::make_shared<Config>();
    config->level = 2;
    int one = 0, two = 0;
    std::thread a(readLevel, config, &one);
    std::thread b(readLevel, config, &two);
    config.reset();
    a.join();
    b.join();
}
void raiseLevel(std::shared_ptr<Config> config) {
    config->level += 1; // expect: data-race "level"
}
void pointeeIsNotBad() {
    auto config = std::make_shared<Config>();
    std::thread a(raiseLevel, config);
    std::thread b(raiseLevel, config);
    a.join();
    b.join();
}
std::shared_ptr<Config> current = std::make_shared<Config>();
void replaceCurrent() {
    current = std::make_shared<Config>(); // expect: data-race "current"
}
int pointerVariableItselfBad() {
    std::thread writer(replaceCurrent);
    std::shared_ptr<Config> mine = current; // expect: data-race
    writer.join();
    return mine->level;
}
std::mutex mutex;
std::shared_ptr<Config> guarded = std::make_shared<Config>();
void replaceGuarded() {
    auto fresh = std::make_shared<Config>();
    std::lock_guard guard(mutex);
    guarded = std::move(fresh);
}
int snapshotUnderTheLockOk() {
    std::thread writer(replaceGuarded);
    std::shared_ptr<Config> mine;
    {
        std::lock_guard guard(mutex);
        mine = guarded;
    }
    writer.join();
    return mine->level;
}
} // namespace shared_pointers

namespace construction_and_destruction {
class Eager {
public:
    Eager() : thread_([this] { run(); }) {
        limit_ = 10; // expect: data-race "limit_"
    }
    ~Eager() { thread_.join(); }

private:
    void run() {
        if (limit_ > 5) { // partner: data-race
            limit_ = 5;   // partner: data-race
        }
    }
    int limit_ = 0;
    std::thread thread_;
};
void startedBeforeTheConstructorEndsBad() { Eager eager; }
class Patient {
public:
    Patient() {
        limit_ = 10;
        thread_ = std::thread([this] { run(); });
    }
    ~Patient() {
        thread_.join();
        limit_ = 0;
    }

private:
    void run() {
        if (limit_ > 5) {
            limit_ = 5;
        }
    }
    int limit_ = 0;
    std::thread thread_;
};
void startedLastInTheConstructorOk() { Patient patient; }
} // namespace construction_and_destruction

namespace deleted_while_in_use {
struct Task {
    int progress = 0;
};
void advance(Task* task) {
    task->progress = 1; // partner: data-race
}
void deletedBesideTheThreadBad() {
    Task* task = new Task;
    std::thread(advance, task).detach();
    delete task; // expect: data-race
}
void advanceJoined(Task* task) { task->progress = 1; }
void deletedAfterJoinOk() {
    Task* task = new Task;
    std::thread worker(advanceJoined, task);
    worker.join();
    delete task;
}
void advanceAndDelete(Task* task) {
    task->progress = 1;
    delete task;
}
void deletedByTheThreadThatOwnsItOk() {
    Task* task = new Task;
    task->progress = 3;
    std::thread(advanceAndDelete, task).detach();
}
} // namespace deleted_while_in_use
