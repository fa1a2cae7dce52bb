// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Plain data, used by a program with one thread and by a program that sets it before it starts threads.
#include "library.h"

static int current;

void setLevel(int level) { current = level; }
int level() { return current; }
