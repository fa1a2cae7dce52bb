// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What an object that ends only points to does not end with it: a lease that goes back to its pool uses a pool that others use, too.
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace ended_by_others {

struct Connection {
    int queries = 0;
};

class Pool {
public:
    class Lease {
    public:
        Lease(Pool& pool, std::unique_ptr<Connection> connection) : pool_(&pool), connection_(std::move(connection)) {}
        Lease(Lease&& other) noexcept : pool_(other.pool_), connection_(std::move(other.connection_)) {}
        ~Lease() {
            if (connection_)
                pool_->give(std::move(connection_));
        }
        Connection* operator->() { return connection_.get(); }

    private:
        Pool* pool_;
        std::unique_ptr<Connection> connection_;
    };

    Lease take() {
        std::lock_guard<std::mutex> lock(mutex_);
        ++taken_;
        if (free_.empty())
            return Lease(*this, std::make_unique<Connection>());
        std::unique_ptr<Connection> connection = std::move(free_.back());
        free_.pop_back();
        return Lease(*this, std::move(connection));
    }

private:
    void give(std::unique_ptr<Connection> connection) {
        {
            std::lock_guard<std::mutex> lock(mutex_);
            free_.push_back(std::move(connection));
        }
        --taken_; // expect: data-race "taken_"
    }
    std::mutex mutex_;
    std::vector<std::unique_ptr<Connection>> free_;
    int taken_ = 0;
};

void use() {
    Pool pool;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&pool] {
            Pool::Lease lease = pool.take();
            ++lease->queries;
        });
    for (auto& thread : threads)
        thread.join();
}

// The loop that takes what is pending swaps it out.
class Loop {
public:
    void post(int task) {
        std::lock_guard<std::mutex> lock(mutex_);
        pending_.push_back(task);
    }
    int runOk() {
        std::vector<int> now;
        {
            std::lock_guard<std::mutex> lock(mutex_);
            now.swap(pending_);
        }
        return static_cast<int>(now.size());
    }
    int runBad() {
        std::vector<int> now;
        now.swap(pending_); // expect: data-race "pending_"
        return static_cast<int>(now.size());
    }

private:
    std::mutex mutex_;
    std::vector<int> pending_;
};

void loopOk() {
    Loop loop;
    std::thread runner([&loop] { loop.runOk(); });
    loop.post(1);
    runner.join();
}
void loopBad() {
    Loop loop;
    std::thread runner([&loop] { loop.runBad(); });
    loop.post(1);
    runner.join();
}

} // namespace ended_by_others
