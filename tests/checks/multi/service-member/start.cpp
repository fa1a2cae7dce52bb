// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "service.h"

void ServiceOk::start() {
    thread_ = std::thread([this] { run(); });
}

void ServiceBad::start() {
    thread_ = std::thread([this] { run(); }); // expect: unjoined-thread "thread_"
}
