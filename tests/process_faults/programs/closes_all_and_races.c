// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: data race
// NEVER: Assertion
// A program that closes every descriptor gets their numbers for its own files: what is reported must not go there, nor into any other file.
#define _GNU_SOURCE // O_TMPFILE
#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

static int value;

static void* count(void* unused) {
    ++value;
    return NULL;
}

static int filesHere(void) {
    DIR* folder = opendir(".");
    int count = 0;
    while (readdir(folder))
        ++count;
    closedir(folder);
    return count;
}

int main(void) {
    const int before = filesHere();
    for (int i = 3; i < 1024; ++i)
        close(i);
    int own[8];
    for (int i = 0; i < 8; ++i)
        own[i] = open(".", O_TMPFILE | O_RDWR, 0600);
    pthread_t thread;
    pthread_create(&thread, NULL, count, NULL);
    ++value;
    pthread_join(thread, NULL);
    for (int i = 0; i < 8; ++i) {
        assert(write(own[i], "mine", 4) == 4);
        assert(lseek(own[i], 0, SEEK_END) == 4);
    }
    assert(filesHere() == before);
    return 0;
}
