// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handles kept in containers and members: who joins them before they are destroyed?
#include <array>
#include <list>
#include <map>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

void work();
void parse(int value) {
    if (value < 0) {
        throw std::invalid_argument("negative");
    }
}

void vectorJoinedOk() {
    std::vector<std::thread> workers;
    for (int i = 0; i < 4; ++i) {
        workers.emplace_back(work);
    }
    for (auto& worker : workers) {
        worker.join();
    }
}

void vectorNeverJoinedBad() {
    std::vector<std::thread> workers;
    workers.emplace_back(work); // expect: unjoined-thread "workers"
}

void vectorJoinedInPartBad() {
    std::vector<std::thread> workers;
    workers.emplace_back(work); // missed: unjoined-thread "workers"
    workers.emplace_back(work); // partner: unjoined-thread
    workers.front().join();
}

void vectorClearedBad() {
    std::vector<std::thread> workers;
    workers.push_back(std::thread(work)); // false-alarm: unjoined-thread
    workers.clear();                      // expect: unjoined-thread "workers"
}

void vectorClearedAfterJoinOk() {
    std::vector<std::thread> workers;
    workers.push_back(std::thread(work));
    for (std::thread& worker : workers) {
        worker.join();
    }
    workers.clear();
}

void vectorJoinedByIndexOk() {
    std::vector<std::thread> workers;
    for (int i = 0; i < 4; ++i) {
        workers.push_back(std::thread(work));
    }
    for (std::size_t i = 0; i < workers.size(); ++i) {
        if (workers[i].joinable()) {
            workers[i].join();
        }
    }
}

void joinedUntilEmptyOk() {
    std::list<std::thread> workers;
    workers.emplace_back(work);
    while (!workers.empty()) {
        workers.front().join();
        workers.pop_front();
    }
}

void exceptionWhileTheVectorRunsBad(int value) {
    std::vector<std::thread> workers;
    for (int i = 0; i < 4; ++i) {
        workers.emplace_back(work); // expect: unjoined-thread "workers"
    }
    parse(value);
    for (auto& worker : workers) {
        worker.join();
    }
}

void arrayJoinedOk() {
    std::array<std::thread, 2> pair{std::thread(work), std::thread(work)};
    for (auto& thread : pair) {
        thread.join();
    }
}

void plainArrayBad() {
    std::thread pair[2];
    pair[0] = std::thread(work); // missed: unjoined-thread "pair"
}

void vectorOfJoiningThreadsOk() {
    std::vector<std::jthread> workers;
    for (int i = 0; i < 4; ++i) {
        workers.emplace_back(work);
    }
}

class NeverJoinsBad {
public:
    void start() {
        thread_ = std::thread(work); // missed: unjoined-thread "thread_"
    }

private:
    std::thread thread_;
};

class JoinsInDestructorOk {
public:
    void start() {
        stop();
        thread_ = std::thread(work);
    }
    void stop() {
        if (thread_.joinable()) {
            thread_.join();
        }
    }
    ~JoinsInDestructorOk() { stop(); }

private:
    std::thread thread_;
};

class JoinsOnlySometimesBad {
public:
    explicit JoinsOnlySometimesBad(bool wait) : wait_(wait), thread_(work) {} // missed: unjoined-thread "thread_"
    ~JoinsOnlySometimesBad() {
        if (wait_) {
            thread_.join();
        }
    }

private:
    bool wait_;
    std::thread thread_;
};

class RestartsBad { // a second start() overwrites a running thread
public:
    void start() {
        thread_ = std::thread(work); // missed: unjoined-thread "thread_"
    }
    ~RestartsBad() {
        if (thread_.joinable()) {
            thread_.join();
        }
    }

private:
    std::thread thread_;
};

class ConstructorThrowsBad { // no destructor runs for a half-made object
public:
    explicit ConstructorThrowsBad(int value) : thread_(work) { // missed: unjoined-thread "thread_"
        parse(value);
    }
    ~ConstructorThrowsBad() { thread_.join(); }

private:
    std::thread thread_;
};

class StartedLastOk {
public:
    explicit StartedLastOk(int value) {
        parse(value);
        thread_ = std::thread(work);
    }
    ~StartedLastOk() { thread_.join(); }

private:
    std::thread thread_;
};

class JoiningMemberOk {
public:
    void start() { thread_ = std::jthread(work); }

private:
    std::jthread thread_;
};

class DetachesOk {
public:
    void start() {
        thread_ = std::thread(work);
        thread_.detach();
    }

private:
    std::thread thread_;
};

class GroupOk {
public:
    ~GroupOk() { joinAll(); }
    template <typename Work>
    void add(Work&& task) {
        threads_.emplace_back(std::forward<Work>(task));
    }
    void joinAll() {
        for (auto& thread : threads_) {
            if (thread.joinable()) {
                thread.join();
            }
        }
        threads_.clear();
    }

private:
    std::vector<std::thread> threads_;
};
void instantiatesTheGroupOk() {
    GroupOk group;
    group.add(work);
}

class GroupBad {
public:
    void add() {
        threads_.emplace_back(work); // missed: unjoined-thread "threads_"
    }

private:
    std::vector<std::thread> threads_;
};

class NamedOk {
public:
    ~NamedOk() {
        for (auto& [name, thread] : threads_) {
            thread.join();
        }
    }
    void start(int name) { threads_.emplace(name, std::thread(work)); }

private:
    std::map<int, std::thread> threads_;
};

class PointerMemberOk {
public:
    void start() { thread_ = std::make_unique<std::thread>(work); }
    ~PointerMemberOk() {
        if (thread_) {
            thread_->join();
        }
    }

private:
    std::unique_ptr<std::thread> thread_;
};

void pairMadeWithAHandleOk() {
    std::list<std::pair<int, std::thread>> named;
    named.push_back(std::make_pair(1, std::thread(work)));
    for (auto& entry : named) {
        entry.second.join();
    }
}
