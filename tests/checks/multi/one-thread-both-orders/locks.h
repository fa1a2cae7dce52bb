// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <mutex>

extern std::mutex red, black;
void redBlackOk();
void blackRedOk();
void readRedOk();
