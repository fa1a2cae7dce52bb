// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Prints its last words in the last of its destructors, into a buffer that is written out later still; with an argument
// they tell who was first.
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>

static atomic_int first;
static int tells;

static void* run(void* number) {
    int nobody = 0;
    atomic_compare_exchange_strong(&first, &nobody, (int)(long)number);
    return NULL;
}

__attribute__((destructor)) static void tell(void) { printf("end %d", tells ? first : 0); }

int main(int argc, char** argv) {
    (void)argv;
    tells = argc > 1;
    pthread_t threads[2];
    for (long i = 0; i < 2; ++i)
        pthread_create(&threads[i], NULL, run, (void*)(i + 1));
    for (int i = 0; i < 2; ++i)
        pthread_join(threads[i], NULL);
    return 0;
}
