// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: data-race
// EXPECT: crash
#include <thread>

struct Session {
    int requests = 0;
};

int main() {
    auto* session = new Session;
    std::thread worker([=] { session->requests = 1; });
#ifdef FIXED
    worker.join();
    delete session;
#else
    delete session;
    worker.join();
#endif
}
