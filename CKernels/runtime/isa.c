#include "ft_runtime.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[FT_ISA_COUNT] = {"portable", "avx2", "avx512", "avx512bf16"};

const char *ft_isa_name(ft_isa isa) {
    return (unsigned)isa < FT_ISA_COUNT ? names[isa] : NULL;
}

ft_isa ft_isa_detected(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c")))
        return FT_ISA_PORTABLE;
    if (!(__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
          __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")))
        return FT_ISA_AVX2;
    return __builtin_cpu_supports("avx512bf16") ? FT_ISA_AVX512_BF16 : FT_ISA_AVX512;
#else
    return FT_ISA_PORTABLE;
#endif
}

static ft_isa requested_or_detected(void) {
    ft_isa detected = ft_isa_detected();
    const char *request = getenv("FLASHTRACE_ISA");
    for (int isa = 0; request && isa <= (int)detected; isa++)
        if (strcmp(request, names[isa]) == 0) return (ft_isa)isa;
    return detected;
}

ft_isa ft_isa_best(void) {
    static atomic_int cached = -1;
    int isa = atomic_load_explicit(&cached, memory_order_relaxed);
    if (isa < 0) {
        isa = requested_or_detected();
        atomic_store_explicit(&cached, isa, memory_order_relaxed);
    }
    return (ft_isa)isa;
}
