// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Included first into every file of the runtime (by the build): the compiler turns copies into calls of memcpy and the
// like, which ThreadSanitizer intercepts; it would then see, and judge, the runtime's own memory. The names are bound to
// its internal copies instead, as its own code does (sanitizer_redefine_builtins.h).
__asm__(".set memcpy, __sanitizer_internal_memcpy");
__asm__(".set memmove, __sanitizer_internal_memmove");
__asm__(".set memset, __sanitizer_internal_memset");
__asm__(".set strlen, _ZN11__sanitizer15internal_strlenEPKc");
__asm__(".set strcmp, _ZN11__sanitizer15internal_strcmpEPKcS1_");
__asm__(".set strncmp, _ZN11__sanitizer16internal_strncmpEPKcS1_m");
__asm__(".set strncpy, _ZN11__sanitizer16internal_strncpyEPcPKcm");
__asm__(".set strchr, _ZN11__sanitizer15internal_strchrEPKci");
__asm__(".set strrchr, _ZN11__sanitizer16internal_strrchrEPKci");
__asm__(".set strstr, _ZN11__sanitizer15internal_strstrEPKcS1_");
