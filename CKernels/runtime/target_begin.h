// Opens a region whose functions are compiled for one instruction set. A file defines FT_VARIANT as one of the
// numbers of ft_isa and includes, in this order: this header, one or more bodies, target_end.h. In between:
//   FT_LANES      f32 lanes of a vector        FT_NAME(x)   x with the instruction set's suffix
//   ft_vf, ft_vi  vectors of FT_LANES f32 / i32, and ft_vf_u, ft_vi_u, the same without alignment, for memory
// Bodies include what they need of the system before the region opens; this header brings the vector intrinsics.
#include "ft_runtime.h"
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define FT_PASTE_(a, b) a##_##b
#define FT_PASTE(a, b) FT_PASTE_(a, b)
#define FT_NAME(x) FT_PASTE(x, FT_SUFFIX)

#if FT_VARIANT == 0
#define FT_SUFFIX portable
#define FT_LANES 4
#elif FT_VARIANT == 1
#define FT_SUFFIX avx2
#define FT_LANES 8
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#elif FT_VARIANT == 2
#define FT_SUFFIX avx512
#define FT_LANES 16
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c"))),              \
                             apply_to = function)
#elif FT_VARIANT == 3
#define FT_SUFFIX avx512bf16
#define FT_LANES 16
#pragma clang attribute push(__attribute__((target("avx512bf16,avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c"))),   \
                             apply_to = function)
#else
#error "FT_VARIANT must be a number of ft_isa"
#endif

typedef float ft_vf __attribute__((vector_size(FT_LANES * 4)));
typedef float ft_vf_u __attribute__((vector_size(FT_LANES * 4), aligned(4)));
typedef int32_t ft_vi __attribute__((vector_size(FT_LANES * 4)));
typedef int32_t ft_vi_u __attribute__((vector_size(FT_LANES * 4), aligned(4)));

#define FT_INLINE static inline __attribute__((always_inline, unused))

FT_INLINE ft_vf ft_load(const float *p) {
    return *(const ft_vf_u *)p;
}

FT_INLINE void ft_store(float *p, ft_vf v) {
    *(ft_vf_u *)p = v;
}

// Subtracting zero changes no value and is free, where adding zero would turn -0 to 0 and cost an addition.
FT_INLINE ft_vf ft_splat(float x) {
    return x - (ft_vf){};
}

/// Lane by lane: a where mask is all ones, b where it is zero (the result of a vector comparison).
FT_INLINE ft_vf ft_select(ft_vi mask, ft_vf a, ft_vf b) {
    return (ft_vf)((mask & (ft_vi)a) | (~mask & (ft_vi)b));
}

FT_INLINE ft_vf ft_max(ft_vf a, ft_vf b) {
    return ft_select(a > b, a, b);
}

FT_INLINE ft_vf ft_abs(ft_vf v) {
    return (ft_vf)((ft_vi)v & 0x7fffffff);
}

/// A bit for each lane of a comparison's result, lane 0 the lowest.
FT_INLINE uint32_t ft_bits(ft_vi mask) {
    typedef _Bool lanes __attribute__((ext_vector_type(FT_LANES)));
    lanes set = __builtin_convertvector(mask, lanes);
    uint32_t bits = 0;
    memcpy(&bits, &set, sizeof set);
    return bits & ((1u << FT_LANES) - 1); // fewer lanes than a byte has bits leave the others undefined
}

/// 0, 1, 2, ...
FT_INLINE ft_vi ft_iota(void) {
    ft_vi lanes;
    for (int i = 0; i < FT_LANES; i++) lanes[i] = i;
    return lanes;
}
