// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Guards that the source names. No majority and no thread is needed.
#include <mutex>

#define GUARDED_BY(lock) __attribute__((guarded_by(lock)))
#define REQUIRES(lock) __attribute__((exclusive_locks_required(lock)))
#define NO_ANALYSIS __attribute__((no_thread_safety_analysis))

class __attribute__((lockable)) Mutex {
public:
    void lock() __attribute__((exclusive_lock_function())) { native_.lock(); }
    void unlock() __attribute__((unlock_function())) { native_.unlock(); }

private:
    std::mutex native_;
};
class Holder {
public:
    explicit Holder(Mutex& mutex) : mutex_(mutex) { mutex_.lock(); }
    ~Holder() { mutex_.unlock(); }

private:
    Mutex& mutex_;
};

class Base {
protected:
    Mutex mutex_;
};
class Account : private Base {
public:
    explicit Account(int balance) : balance_(balance) {} // fine: nobody else has it yet
    void depositOk(int amount) {
        Holder holder(mutex_);
        balance_ += amount;
        audit();
    }
    int balanceBad() const {
        return balance_; // expect: data-race(declared-guard) "mutex_"
    }
    void resetBad() {
        balance_ = 0; // expect: data-race(declared-guard) "mutex_"
        mutex_.lock();
        mutex_.unlock();
    }
    void addLockedOk(int amount) REQUIRES(mutex_) { balance_ += amount; }
    void guessOk() NO_ANALYSIS { ++balance_; }

private:
    void audit() { lastOk_ = balance_; } // fine: called with the lock only
    int balance_ GUARDED_BY(mutex_);
    int lastOk_ GUARDED_BY(this->mutex_) = 0;
};
int useAccount(Account& account) {
    account.depositOk(1);
    account.addLockedOk(2);
    account.guessOk();
    account.resetBad();
    return account.balanceBad();
}

static Mutex registryMutex;
static int registered GUARDED_BY(registryMutex);
static int unlisted GUARDED_BY(registryMutex);
void registerOk() {
    Holder holder(registryMutex);
    ++registered;
}
int registeredBad() {
    return registered; // expect: data-race(declared-guard) "registryMutex"
}
void neverUnderItsGuardBad() {
    ++unlisted; // expect: data-race(declared-guard) "registryMutex"
}

struct Shard {
    std::mutex mutex;
    int hits __attribute__((guarded_by(mutex))) = 0;
};
int sumOk(Shard* shards, int count) {
    int sum = 0;
    for (int i = 0; i < count; ++i) {
        std::lock_guard guard(shards[i].mutex);
        sum += shards[i].hits;
    }
    return sum;
}
int freshOk() { // fine: this function's own
    Shard shard;
    shard.hits = 3;
    return shard.hits;
}
