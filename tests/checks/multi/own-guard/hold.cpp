// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A project's own guard: nothing here says "guard" but what it does.
#include "hold.h"

Hold::Hold(std::mutex& mutex) : mutex_(&mutex) { mutex_->lock(); }
Hold::~Hold() { mutex_->unlock(); }
