// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the process variants need from POSIX: memory that parent and children share, a mutex that works across
// processes, and a child that runs one function. Every failure ends the program with the reason.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <new>

#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace demos {

[[noreturn]] inline void fail(const char* what) {
    std::perror(what);
    std::exit(EXIT_FAILURE);
}

// A T in memory that stays shared with every process forked from now on. It lives until the last of them ends.
template <typename T>
T* makeShared() {
    void* memory = mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        fail("mmap");
    }
    return new (memory) T{};
}

inline void initProcessShared(pthread_mutex_t* mutex) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(mutex, &attributes);
    pthread_mutexattr_destroy(&attributes);
}

// Runs work() in a child process; returns the child's id to the parent.
template <typename Work>
pid_t startProcess(Work work) {
    const pid_t child = fork();
    if (child == -1) {
        fail("fork");
    }
    if (child == 0) {
        work();
        _exit(EXIT_SUCCESS);
    }
    return child;
}

inline void waitForProcess(pid_t child) {
    int status = 0;
    if (waitpid(child, &status, 0) == -1) {
        fail("waitpid");
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != EXIT_SUCCESS) {
        std::fprintf(stderr, "process %d failed\n", static_cast<int>(child));
        std::exit(EXIT_FAILURE);
    }
}

} // namespace demos
