// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whoever finds no file makes one and has the claim: two may find none. Only making it tells who was first.
// EXPECT: crash
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static char path[64];

static void* claim(void* has) {
#ifdef FIXED
    FILE* file = fopen(path, "wx");
#else
    FILE* file = access(path, F_OK) == 0 ? NULL : fopen(path, "w");
#endif
    *(int*)has = file != NULL;
    if (file)
        fclose(file);
    return NULL;
}

int main(void) {
    snprintf(path, sizeof path, "claim-%d", (int)getpid());
    pthread_t threads[2];
    int has[2] = {0, 0};
    for (int i = 0; i < 2; ++i)
        pthread_create(&threads[i], NULL, claim, &has[i]);
    for (int i = 0; i < 2; ++i)
        pthread_join(threads[i], NULL);
    remove(path);
    return has[0] + has[1] == 1 ? 0 : 1;
}
