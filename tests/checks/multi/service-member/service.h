// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <thread>

class ServiceOk {
public:
    ~ServiceOk();
    void start();
    void stop();

private:
    void run();
    int rounds_ = 0;
    std::thread thread_;
};

class ServiceBad {
public:
    void start();

private:
    void run();
    int rounds_ = 0;
    std::thread thread_;
};
