// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <functional>

void startInBackground(std::function<void()> work);
void waitForBackground();
