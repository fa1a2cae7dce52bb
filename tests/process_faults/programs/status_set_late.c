// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: ends with exit status 9
// The last destructor decides how the program ends, and in few schedules only.
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

static atomic_int first;

static void* run(void* number) {
    int nobody = 0;
    atomic_compare_exchange_strong(&first, &nobody, (int)(long)number);
    return NULL;
}

__attribute__((destructor)) static void end(void) {
    if (first == 2)
        _exit(9);
}

int main(void) {
    pthread_t threads[2];
    for (long i = 0; i < 2; ++i)
        pthread_create(&threads[i], NULL, run, (void*)(i + 1));
    for (int i = 0; i < 2; ++i)
        pthread_join(threads[i], NULL);
    return 0;
}
