// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A pool of two slots hands out three permissions.
// EXPECT: data-race
#include <atomic>
#include <semaphore>
#include <thread>
#include <vector>

#ifdef FIXED
constexpr int kPermissions = 2;
#else
constexpr int kPermissions = 3;
#endif
static std::counting_semaphore<3> permissions{kPermissions};
static std::atomic<unsigned> next{0};
static int slots[2];
static std::atomic<bool> taken[2];

static void useSlot() {
    permissions.acquire();
    unsigned mine = next++ % 2;
#ifdef FIXED
    while (taken[mine].exchange(true))
        mine = 1 - mine;
#endif
    ++slots[mine];
    taken[mine] = false;
    permissions.release();
}

int main() {
    std::vector<std::thread> users;
    for (int i = 0; i < 3; ++i)
        users.emplace_back(useSlot);
    for (std::thread& user : users)
        user.join();
}
