// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Leaves a byte for each run.
#include <fcntl.h>
#include <unistd.h>

int main(void) {
    const int file = open("runs", O_CREAT | O_WRONLY | O_APPEND, 0644);
    return write(file, "x", 1) == 1 ? 0 : 1;
}
