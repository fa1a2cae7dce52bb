// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A library that is loaded while the program runs has threads and locks of its own.
// EXPECT: data-race
#include <cstdio>
#include <dlfcn.h>

int main() {
    void* library = dlopen(LOADED_LIBRARY, RTLD_NOW);
    if (!library) {
        std::puts(dlerror());
        return 1;
    }
    using Sum = int (*)(int);
    const auto sum = reinterpret_cast<Sum>(dlsym(library, "sumInThreads"));
    const bool right = sum && sum(3) == 6;
    dlclose(library);
    return right ? 0 : 1;
}
