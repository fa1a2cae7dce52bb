// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The only thread that ever holds both locks takes them one way, then the other: nobody can wait for it crosswise.
#include "locks.h"

#include <thread>

int main() {
    std::thread reader(readRedOk);
    redBlackOk();
    blackRedOk();
    reader.join();
}
