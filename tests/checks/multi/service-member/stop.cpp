// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "service.h"

ServiceOk::~ServiceOk() { stop(); }

void ServiceOk::stop() {
    if (thread_.joinable()) {
        thread_.join();
    }
}

void ServiceOk::run() { ++rounds_; }
void ServiceBad::run() { ++rounds_; }
