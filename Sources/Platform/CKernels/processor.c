#include "CKernels.h"

#if defined(__x86_64__)

/* The C runtime reads cpuid, and whether the kernel saves the wide registers, once before main;
 * these only look at what it found. */

bool processor_has_avx2(void) { return __builtin_cpu_supports("avx2"); }

bool processor_has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
}

bool processor_has_pclmul(void) { return __builtin_cpu_supports("pclmul"); }

#endif
