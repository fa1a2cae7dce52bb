// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "report.h"

void Report::addBad(const std::string& line) {
    lines_.push_back(line); // expect: data-race "lines_"
}

void Report::addOk(const std::string& line) {
    std::lock_guard guard(mutex_);
    kept_.push_back(line);
}
