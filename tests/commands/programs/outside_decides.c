// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The program does more at every run, because it counts its runs in a file.
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_int count;

static void* work(void* unused) {
    ++count;
    return unused;
}

int main(void) {
    pthread_t thread;
    struct stat runs;
    const int file = open("runs", O_CREAT | O_WRONLY | O_APPEND, 0644);
    fstat(file, &runs);
    if (write(file, "x", 1) != 1)
        return 2;
    pthread_create(&thread, NULL, work, NULL);
    for (long i = 0; i < runs.st_size; ++i)
        ++count;
    pthread_join(thread, NULL);
    return 1;
}
