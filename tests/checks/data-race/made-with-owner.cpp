// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// While an object is being made or destroyed nobody holds its lock, so what the lock guards is touched without it, through however
// many functions and classes.
#include <cstdlib>
#include <mutex>
#include <thread>

namespace made_with_owner {

struct Entry {
    Entry* next = nullptr;
    Entry* previous = nullptr;
    int uses = 0;
};

class Table {
public:
    Table() { resize(); }
    void add(Entry* entry) {
        entry->next = list_[0];
        list_[0] = entry;
    }
    Entry* take() {
        Entry* first = list_[0];
        if (first != nullptr)
            list_[0] = first->next;
        return first;
    }

private:
    void resize() {
        Entry** list = new Entry* [length_ + 4] {};
        for (int i = 0; i < length_; ++i) {
            Entry* next = list_[i]->next;
            list[i] = next;
        }
        delete[] list_;
        list_ = list;
        length_ += 4;
    }
    Entry** list_ = nullptr;
    int length_ = 0;
};

class Cache {
public:
    Cache() { ring_.next = ring_.previous = &ring_; }
    ~Cache() {
        for (Entry* entry = ring_.next; entry != &ring_;) {
            Entry* next = entry->next;
            release(entry);
            entry = next;
        }
    }
    void put() {
        std::lock_guard<std::mutex> lock(mutex_);
        auto* entry = new Entry;
        table_.add(entry);
        append(entry);
    }
    void drop() {
        std::lock_guard<std::mutex> lock(mutex_);
        if (Entry* entry = table_.take())
            release(entry);
    }
    void touch() {
        std::lock_guard<std::mutex> lock(mutex_);
        ++ring_.next->uses;
    }
    void touchInHaste() { ++ring_.next->uses; } // expect: data-race "next"

private:
    void append(Entry* entry) {
        entry->next = &ring_;
        entry->previous = ring_.previous;
        entry->previous->next = entry;
        entry->next->previous = entry;
    }
    void release(Entry* entry) {
        if (--entry->uses == 0) {
            entry->next->previous = entry->previous;
            entry->previous->next = entry->next;
        } else
            append(entry);
    }
    std::mutex mutex_;
    Table table_;
    Entry ring_;
};

// Another class: its own lock is not the one that guards what it touches.
class Ledger {
public:
    void add(int sum) {
        std::lock_guard<std::mutex> lock(mutex_);
        total_ += sum;
    }
    int total() {
        std::lock_guard<std::mutex> lock(mutex_);
        return total_;
    }
    void reset() {
        std::lock_guard<std::mutex> lock(mutex_);
        total_ = 0;
    }
    void addInHaste(int sum) { total_ += sum; }

private:
    std::mutex mutex_;
    int total_ = 0;
};

class Account {
public:
    explicit Account(Ledger& ledger) : ledger_(ledger) { pay(1); }
    ~Account() { pay(-1); }
    int paid() {
        std::lock_guard<std::mutex> lock(mutex_);
        return paid_;
    }

private:
    void pay(int sum) {
        ledger_.addInHaste(sum); // expect: data-race "total_"
        std::lock_guard<std::mutex> lock(mutex_);
        paid_ += sum;
    }
    std::mutex mutex_;
    Ledger& ledger_;
    int paid_ = 0;
};

// What all objects share lives on: another object's lock says nothing of it.
class Session {
public:
    Session() { count(1); }
    void reopen() {
        std::lock_guard<std::mutex> lock(mutex_);
        count(1);
    }

private:
    void count(int sum) { opened += sum; } // expect: data-race "opened"
    static int opened;
    std::mutex mutex_;
};
int Session::opened = 0;
Session first;

void serve() {
    std::thread opener([] { Session second; });
    std::thread user([] { first.reopen(); });
    opener.join();
    user.join();
}

// The destructor stops the thread after it has looked.
class Worker {
public:
    Worker() : thread_(&Worker::run, this) {}
    ~Worker() {
        report();
        thread_.join();
    }
    int done() {
        std::lock_guard<std::mutex> lock(mutex_);
        return done_;
    }

private:
    void run() {
        std::lock_guard<std::mutex> lock(mutex_);
        ++done_;
    }
    void report() {
        if (done_ == 0) // expect: data-race "done_"
            std::abort();
    }
    std::mutex mutex_;
    int done_ = 0;
    std::thread thread_;
};

} // namespace made_with_owner
