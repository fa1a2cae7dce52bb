// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declared guards whose class has more members than the native mutex: who holds it, how often it was taken.
#include <map>
#include <pthread.h>

#define TSA(x) __attribute__((x))

class TSA(capability("mutex")) Mutex {
public:
    Mutex() { pthread_mutex_init(&native_, nullptr); }
    ~Mutex() { pthread_mutex_destroy(&native_); }
    void lock() TSA(acquire_capability()) {
        pthread_mutex_lock(&native_);
        holder_ = 1;
    }
    void unlock() TSA(release_capability()) {
        holder_ = 0;
        pthread_mutex_unlock(&native_);
    }

private:
    pthread_mutex_t native_;
    int holder_ = 0;
};
class TSA(scoped_lockable) Guard {
public:
    explicit Guard(Mutex& mutex) TSA(acquire_capability(mutex)) : mutex_(mutex) { mutex_.lock(); }
    ~Guard() TSA(release_capability()) { mutex_.unlock(); }

private:
    Mutex& mutex_;
};

class Channel {
public:
    void callOk(long id, void* out) {
        Guard guard(mutex_);
        outstanding_[id] = out;
        last_ = id;
    }
    void callBad(long id, void* out) {
        {
            Guard guard(mutex_);
        }
        outstanding_[id] = out; // expect: data-race(declared-guard) "mutex_"
    }
    long lastBad() const {
        return last_; // expect: data-race(declared-guard) "mutex_"
    }
    void anotherLockBad(long id) {
        Guard guard(other_);
        last_ = id; // expect: data-race(declared-guard) "mutex_"
    }
    void byHandOk(long id) {
        mutex_.lock();
        last_ = id;
        mutex_.unlock();
    }

private:
    Mutex mutex_, other_;
    std::map<long, void*> outstanding_ TSA(guarded_by(mutex_));
    long last_ TSA(guarded_by(mutex_)) = 0;
};
Channel channel;
