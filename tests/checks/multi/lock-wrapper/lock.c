// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locks behind a table of functions.
#include "lock.h"

#include <stddef.h>

static void take(struct lock* lock) { pthread_mutex_lock(&lock->raw); }
static void give(struct lock* lock) { pthread_mutex_unlock(&lock->raw); }
const struct lock_operations locks = {take, give};
void lock_init(struct lock* lock) { pthread_mutex_init(&lock->raw, NULL); }
