// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "service.h"

int main() {
    ServiceOk ok;
    ok.start();
    ServiceBad bad;
    bad.start();
}
