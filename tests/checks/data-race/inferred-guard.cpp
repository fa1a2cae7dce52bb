// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// No thread in sight: a class that takes a lock says that it is shared, and its other accesses say which lock guards what.
#include <atomic>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

class CacheBad {
public:
    void put(int key, int value) {
        std::lock_guard guard(mutex_);
        values_[key] = value;
    }
    int get(int key) {
        std::lock_guard guard(mutex_);
        auto found = values_.find(key);
        return found == values_.end() ? 0 : found->second;
    }
    void clear() {
        std::lock_guard guard(mutex_);
        values_.clear();
    }
    bool empty() const {
        return values_.empty(); // expect: data-race(unguarded) "mutex_"
    }

private:
    mutable std::mutex mutex_;
    std::map<int, int> values_;
};

class CacheOk {
public:
    explicit CacheOk(int seed) { values_[0] = seed; }
    ~CacheOk() { values_.clear(); }
    void put(int key, int value) {
        std::lock_guard guard(mutex_);
        values_[key] = value;
    }
    int get(int key) {
        std::lock_guard guard(mutex_);
        return values_[key];
    }
    bool empty() const {
        std::lock_guard guard(mutex_);
        return values_.empty();
    }

private:
    mutable std::mutex mutex_;
    std::map<int, int> values_;
};

class CounterBad { // one locked writer, one reader that forgets
public:
    void add() {
        std::lock_guard guard(mutex_);
        ++count_;
    }
    void reset() {
        std::lock_guard guard(mutex_);
        count_ = 0;
    }
    long count() const {
        return count_; // missed: data-race(unguarded) "count_"
    }

private:
    mutable std::mutex mutex_;
    long count_ = 0;
};

class JustOutsideBad { // before and after a critical section of the same function
public:
    void before(int size) {
        used_ += size; // expect: data-race(unguarded) "used_"
        std::lock_guard guard(mutex_);
        sizes_.push_back(size);
    }
    void after() {
        std::unique_lock guard(mutex_);
        sizes_.clear();
        used_ = 0;
        guard.unlock();
        total_ += 1; // missed: data-race(unguarded) "total_"
    }
    int used() {
        std::lock_guard guard(mutex_);
        total_ += 1;
        return used_;
    }
    int total() {
        std::lock_guard guard(mutex_);
        return total_ + used_;
    }

private:
    std::mutex mutex_;
    std::vector<int> sizes_;
    int used_ = 0;
    int total_ = 0;
};

class HelperOk { // the helper is only ever called with the lock held
public:
    void add(int value) {
        std::lock_guard guard(mutex_);
        insertLocked(value);
    }
    void addTwice(int value) {
        std::lock_guard guard(mutex_);
        insertLocked(value);
        insertLocked(value);
    }

private:
    void insertLocked(int value) {
        items_.push_back(value);
        shrinkLocked();
    }
    void shrinkLocked() {
        if (items_.size() > 10) {
            items_.clear();
        }
    }
    std::mutex mutex_;
    std::vector<int> items_;
};

class HelperBad { // one caller forgets
public:
    void add(int value) {
        std::lock_guard guard(mutex_);
        insertLocked(value);
    }
    void addTwice(int value) {
        std::lock_guard guard(mutex_);
        insertLocked(value);
        insertLocked(value);
    }
    void addFast(int value) {
        insertLocked(value); // expect: data-race(unguarded)
    }

private:
    void insertLocked(int value) {
        items_.push_back(value); // partner: data-race
    }
    std::mutex mutex_;
    std::vector<int> items_;
};

class UnrelatedFieldOk { // name_ is never guarded and never changes; hits_ is atomic; limit_ is const
public:
    explicit UnrelatedFieldOk(std::string name) : name_(std::move(name)) {}
    const std::string& name() const { return name_; }
    void add(int value) {
        ++hits_;
        if (value > limit_) {
            return;
        }
        std::lock_guard guard(mutex_);
        items_.push_back(value);
    }
    int hits() const { return hits_; }

private:
    const std::string name_;
    std::atomic<int> hits_ = 0;
    const int limit_ = 10;
    std::mutex mutex_;
    std::vector<int> items_;
};

class SetOnceOk { // written by the constructor only: reading needs no lock
public:
    explicit SetOnceOk(int limit) : limit_(limit) {}
    bool add(int value) {
        std::lock_guard guard(mutex_);
        if (static_cast<int>(items_.size()) == limit_) {
            return false;
        }
        items_.push_back(value);
        return true;
    }
    int limit() const { return limit_; }

private:
    int limit_;
    std::mutex mutex_;
    std::vector<int> items_;
};

class TwoLocksOk { // each lock has fields of its own
public:
    void read() {
        std::lock_guard guard(readMutex_);
        ++reads_;
    }
    void write() {
        std::lock_guard guard(writeMutex_);
        ++writes_;
    }
    int reads() {
        std::lock_guard guard(readMutex_);
        return reads_;
    }
    int writes() {
        std::lock_guard guard(writeMutex_);
        return writes_;
    }

private:
    std::mutex readMutex_, writeMutex_;
    int reads_ = 0, writes_ = 0;
};

class TwoLocksBad { // one method takes the wrong one
public:
    void read() {
        std::lock_guard guard(readMutex_);
        ++reads_;
    }
    int reads() {
        std::lock_guard guard(readMutex_);
        return reads_;
    }
    void reset() {
        std::lock_guard guard(writeMutex_);
        reads_ = 0; // missed: data-race(wrong-guard) "readMutex_"
        writes_ = 0;
    }
    void write() {
        std::lock_guard guard(writeMutex_);
        ++writes_;
    }

private:
    std::mutex readMutex_, writeMutex_;
    int reads_ = 0, writes_ = 0;
};

class ReaderWriterBad { // a write among the readers
public:
    int get() const {
        std::shared_lock guard(mutex_);
        return value_;
    }
    void set(int value) {
        std::unique_lock guard(mutex_);
        value_ = value;
    }
    int next() {
        std::shared_lock guard(mutex_);
        return ++value_; // missed: data-race(write-under-shared-lock) "value_"
    }

private:
    mutable std::shared_mutex mutex_;
    int value_ = 0;
};

struct PublicFields { // the caller locks
    std::mutex mutex;
    int level = 0;
};
void raise(PublicFields& fields) {
    std::lock_guard guard(fields.mutex);
    ++fields.level;
}
void lower(PublicFields& fields) {
    std::lock_guard guard(fields.mutex);
    --fields.level;
}
int currentBad(PublicFields& fields) {
    return fields.level; // missed: data-race(unguarded) "level"
}

class MostlyUnlockedOk { // one method happens to touch the field under the lock; nothing says that the lock guards it
public:
    void setWidth(int width) { width_ = width; }
    int width() const { return width_; }
    int doubled() const { return 2 * width_; }
    void flush() {
        std::lock_guard guard(mutex_);
        lines_.push_back(std::string(static_cast<std::size_t>(width_), ' '));
    }

private:
    int width_ = 80;
    std::mutex mutex_;
    std::vector<std::string> lines_;
};

class CopiesOk { // constructing and assigning
public:
    CopiesOk() = default;
    CopiesOk(CopiesOk&& other) noexcept {
        std::lock_guard guard(other.mutex_);
        items_ = std::move(other.items_);
    }
    CopiesOk& operator=(const CopiesOk& other) {
        if (this != &other) {
            std::scoped_lock guard(mutex_, other.mutex_);
            items_ = other.items_;
        }
        return *this;
    }
    void add(int value) {
        std::lock_guard guard(mutex_);
        items_.push_back(value);
    }

private:
    mutable std::mutex mutex_;
    std::vector<int> items_;
};

class DeclaredBad { // the guard is written down
public:
    void set(int value) {
        std::lock_guard guard(mutex_);
        value_ = value;
    }
    int get() const {
        return value_; // expect: data-race(declared-guard) "mutex_"
    }

private:
    mutable std::mutex mutex_;
    int value_ __attribute__((guarded_by(mutex_))) = 0;
};
