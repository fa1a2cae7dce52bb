// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Containers and pointers by names of their own: what they hold is what it would be without the name.
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace pool {
struct Worker {
    int load = 0;
    int used = 0;
};
typedef Worker* WorkerPointer;
using Workers = std::vector<Worker*>;
typedef std::vector<WorkerPointer> PointersByName;
using Owned = std::map<int, std::unique_ptr<Worker>>;
} // namespace pool

class Pool {
public:
    Pool() { fixed_.push_back(new pool::Worker); }
    void add() {
        auto* worker = new pool::Worker;
        std::lock_guard<std::mutex> lock(mutex_);
        workers_.push_back(worker);
        named_.push_back(worker);
        owned_[worker->load] = std::make_unique<pool::Worker>();
    }
    int loadOk(std::size_t at) {
        pool::Worker* worker = nullptr;
        {
            std::lock_guard<std::mutex> lock(mutex_);
            worker = workers_[at];
        }
        return worker->load; // the lock is the list's
    }
    int namedOk(std::size_t at) {
        pool::WorkerPointer worker = nullptr;
        {
            std::lock_guard<std::mutex> lock(mutex_);
            worker = named_[at];
        }
        return worker->load;
    }
    void useBad() {
        for (pool::WorkerPointer worker : fixed_) {
            worker->used++; // expect: data-race
        }
    }

private:
    std::mutex mutex_;
    pool::Workers workers_;
    pool::PointersByName named_;
    pool::PointersByName fixed_; // as it was made
    pool::Owned owned_;
};

int main() {
    Pool pool;
    pool.add();
    std::thread adds([&pool] { pool.add(); });
    std::thread uses([&pool] { pool.useBad(); });
    const int load = pool.loadOk(0) + pool.namedOk(0);
    pool.useBad();
    adds.join();
    uses.join();
    return load;
}
