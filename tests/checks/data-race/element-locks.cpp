// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A lock per element: the same index, a merely similar one, and an index that moved on.
#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

constexpr std::size_t kSlots = 8;

namespace parallel_arrays {
std::mutex locks[kSlots];
int counts[kSlots], shifted[kSlots], moved[kSlots];
void add(std::size_t i) {
    std::lock_guard guard(locks[i]);
    ++counts[i];
}
void sameIndexOk() {
    std::thread a(add, 1);
    std::thread b(add, 1);
    a.join();
    b.join();
}
void addToNext(std::size_t i) {
    std::lock_guard guard(locks[i]);
    ++shifted[i];     // partner: data-race
    ++shifted[i + 1]; // missed: data-race "shifted"
}
void neighboursIndexBad() {
    std::thread a(addToNext, 1);
    std::thread b(addToNext, 2);
    a.join();
    b.join();
}
void addAfterStep(std::size_t i) {
    std::lock_guard guard(locks[i]);
    i = (i + 1) % kSlots;
    ++moved[i]; // expect: data-race "moved"
}
void addInPlace(std::size_t i) {
    std::lock_guard guard(locks[i]);
    ++moved[i]; // partner: data-race
}
void indexMovedOnBad() {
    std::thread a(addAfterStep, 1);
    std::thread b(addInPlace, 2);
    a.join();
    b.join();
}
} // namespace parallel_arrays

namespace constant_indices {
std::mutex locks[2];
int left, right, crossed;
void goLeft() {
    std::lock_guard guard(locks[0]);
    ++left;
    ++crossed; // expect: data-race(wrong-lock) "crossed"
}
void goRight() {
    std::lock_guard guard(locks[1]);
    ++right;
    ++crossed; // expect: data-race(wrong-lock) "crossed"
}
void twoElementsAreTwoLocksBad() {
    std::thread a(goLeft);
    std::thread b(goRight);
    a.join();
    b.join();
}
std::mutex one[2];
int center;
void goCenter() {
    std::lock_guard guard(one[0]);
    ++center;
}
void oneElementIsOneLockOk() {
    std::thread a(goCenter);
    std::thread b(goCenter);
    a.join();
    b.join();
}
} // namespace constant_indices

namespace distinct_elements {
int cells[2], table[2];
void fillFirst() { cells[0] = 1; }
void fillSecond() { cells[1] = 1; }
void differentConstantElementsOk() {
    std::thread a(fillFirst);
    std::thread b(fillSecond);
    a.join();
    b.join();
}
void fillTable() {
    table[1] = 1; // expect: data-race "table"
}
void sameConstantElementBad() {
    std::thread a(fillTable);
    std::thread b(fillTable);
    a.join();
    b.join();
}
} // namespace distinct_elements

namespace elements_by_thread_number {
int results[kSlots];
void work(std::size_t number) { results[number] = 1; }
void eachThreadItsOwnElementOk() {
    std::vector<std::thread> workers;
    for (std::size_t i = 0; i < kSlots; ++i) {
        workers.emplace_back(work, i);
    }
    for (auto& worker : workers) {
        worker.join();
    }
}
int first[kSlots];
void workOnFirst() {
    first[0] += 1; // expect: data-race "first"
}
void allThreadsTheSameElementBad() {
    std::vector<std::thread> workers;
    for (std::size_t i = 0; i < kSlots; ++i) {
        workers.emplace_back(workOnFirst);
    }
    for (auto& worker : workers) {
        worker.join();
    }
}
} // namespace elements_by_thread_number

namespace bucket_structs {
struct Bucket {
    std::mutex mutex;
    int items = 0;
    int stolen = 0;
};
class Table {
public:
    void add(const std::string& key) {
        Bucket& bucket = buckets_[std::hash<std::string>{}(key) % kSlots];
        std::lock_guard guard(bucket.mutex);
        ++bucket.items;
    }
    void addDirectly(std::size_t index) {
        std::lock_guard guard(buckets_[index].mutex);
        ++buckets_[index].items;
    }
    void steal(std::size_t from, std::size_t to) {
        std::lock_guard guard(buckets_[from].mutex);
        ++buckets_[to].stolen; // missed: data-race "stolen"
    }

private:
    std::array<Bucket, kSlots> buckets_;
};
void lockInTheElementOk() {
    Table table;
    std::thread a(&Table::add, &table, "one");
    std::thread b(&Table::add, &table, "two");
    std::thread c(&Table::addDirectly, &table, 3);
    a.join();
    b.join();
    c.join();
}
void lockInAnotherElementBad() {
    Table table;
    std::thread a(&Table::steal, &table, 1, 3);
    std::thread b(&Table::steal, &table, 2, 3);
    a.join();
    b.join();
}
} // namespace bucket_structs

namespace one_lock_for_all_elements {
std::mutex mutex;
std::vector<int> values(kSlots);
void set(std::size_t i) {
    std::lock_guard guard(mutex);
    values[i] = 1;
}
void everyElementUnderOneLockOk() {
    std::thread a(set, 1);
    std::thread b(set, 2);
    a.join();
    b.join();
}
std::vector<int> loose(kSlots);
void setLoose(std::size_t i) {
    std::lock_guard guard(mutex);
    loose[i] = 1;
}
void setLooseUnlocked(std::size_t i) {
    loose[i] = 2; // expect: data-race "loose"
}
void oneWriterForgetsTheLockBad() {
    std::thread a(setLoose, 1);
    std::thread b(setLooseUnlocked, 1);
    a.join();
    b.join();
}
} // namespace one_lock_for_all_elements

namespace striped_locks {
std::array<std::mutex, 4> stripes;
int cells[kSlots];
void add(std::size_t i) {
    std::lock_guard guard(stripes[i % stripes.size()]);
    ++cells[i];
}
void stripeOfTheIndexOk() {
    std::thread a(add, 1);
    std::thread b(add, 5);
    a.join();
    b.join();
}
std::array<std::mutex, 4> small;
int wide[kSlots];
void addByHalf(std::size_t i) {
    std::lock_guard guard(small[i / 2]);
    ++wide[i]; // missed: data-race "wide"
}
void addByRest(std::size_t i) {
    std::lock_guard guard(small[i % 4]);
    ++wide[i]; // missed: data-race "wide"
}
void twoWaysToPickTheStripeBad() {
    std::thread a(addByHalf, 3);
    std::thread b(addByRest, 3);
    a.join();
    b.join();
}
} // namespace striped_locks

namespace map_of_locked_values {
struct Entry {
    std::mutex mutex;
    int uses = 0;
};
std::map<int, Entry> entries;
void use(int key) {
    Entry& entry = entries.at(key);
    std::lock_guard guard(entry.mutex);
    ++entry.uses;
}
void entryUnderItsOwnLockOk() {
    entries[1].uses = 0;
    std::thread a(use, 1);
    std::thread b(use, 1);
    a.join();
    b.join();
}
} // namespace map_of_locked_values
