// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "library.h"

int main() {
    setLevel(1);
    setLevel(2);
    return level();
}
