// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <unistd.h>

namespace deadheat::launch {

/// Closes a file descriptor when it goes.
class Descriptor {
public:
    explicit Descriptor(int number = -1) : number_(number) {}
    ~Descriptor() { reset(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    void reset(int number = -1) {
        if (number_ >= 0)
            close(number_);
        number_ = number;
    }
    int get() const { return number_; }

private:
    int number_;
};

} // namespace deadheat::launch
