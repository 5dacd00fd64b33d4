/// The instruction set variants of a range body, looked up by ft_isa. For bodies that gain nothing from bfloat16
/// instructions: FT_ISA_AVX512_BF16 runs the AVX-512 one.
#pragma once
#include "ft_runtime.h"

/// Declares the range bodies name_portable, name_avx2 and name_avx512.
#define FT_DECLARE_VARIANTS(name)                                                                                      \
    void name##_portable(size_t begin, size_t end, int thread, void *context);                                         \
    void name##_avx2(size_t begin, size_t end, int thread, void *context);                                             \
    void name##_avx512(size_t begin, size_t end, int thread, void *context);

/// Defines name_for(isa): NULL where the program was compiled without that variant.
#if defined(__x86_64__)
#define FT_DEFINE_LOOKUP(name)                                                                                         \
    static ft_range_body name##_for(ft_isa isa) {                                                                      \
        static const ft_range_body variants[FT_ISA_COUNT] = {name##_portable, name##_avx2, name##_avx512,              \
                                                             name##_avx512};                                           \
        return (unsigned)isa < FT_ISA_COUNT ? variants[isa] : NULL;                                                    \
    }
#else
#define FT_DEFINE_LOOKUP(name)                                                                                         \
    static ft_range_body name##_for(ft_isa isa) {                                                                      \
        return isa == FT_ISA_PORTABLE ? name##_portable : NULL;                                                        \
    }
#endif

/// Rows that a piece of a parallel loop needs so that a piece is worth claiming: about 16,384 values.
static inline size_t ft_row_grain(size_t columns) {
    return columns >= 16384 ? 1 : 16384 / (columns + 1) + 1;
}
