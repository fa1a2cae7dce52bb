// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <pthread.h>

struct lock {
    pthread_mutex_t raw;
};
struct lock_operations {
    void (*take)(struct lock*);
    void (*give)(struct lock*);
};
extern const struct lock_operations locks;
void lock_init(struct lock* lock);
