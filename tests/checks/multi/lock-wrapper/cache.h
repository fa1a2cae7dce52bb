// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

void cache_init(void);
void cache_put_ok(int value);
int cache_get_ok(void);
int cache_hits_bad(void);
