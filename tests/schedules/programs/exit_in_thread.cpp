// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A thread calls exit while another one still uses an object that exit destroys.
// EXPECT: data-race
// EXPECT: unjoined-thread
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>

static std::mutex mutex;
static std::string name = "a name that is too long to be kept in place";

int main() {
    std::thread other([] {
        std::lock_guard<std::mutex> lock(mutex);
        name += "!";
    });
#ifdef FIXED
    other.join();
#endif
    std::thread ends([] { std::exit(0); });
#ifndef FIXED
    other.join();
#endif
    ends.join();
    return 1;
}
