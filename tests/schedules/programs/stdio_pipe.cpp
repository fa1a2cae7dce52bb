// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A reader of lines waits for one more than the writer sends before it waits for the reader.
// EXPECT: deadlock
#include <cstdio>
#include <thread>
#include <unistd.h>

int main() {
    int ends[2], done[2];
    pipe(ends);
    pipe(done);
    FILE* lines = fdopen(ends[0], "r");
    std::thread writer([&] {
        char acknowledged;
        write(ends[1], "one\n", 4);
#ifdef FIXED
        write(ends[1], "two\n", 4);
#endif
        read(done[0], &acknowledged, 1);
    });
    char line[64];
    fgets(line, sizeof line, lines);
    fgets(line, sizeof line, lines);
    write(done[1], "x", 1);
    writer.join();
    fclose(lines);
}
