#include "fma_loop.h"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

// As many chains as hide the latency of two units and fit the registers.
enum { CHAINS = 12 };

#define LOOP(suffix, bytes, target)                                                                                    \
    target static float run_##suffix(uint64_t steps) {                                                                 \
        typedef float vector __attribute__((vector_size(bytes)));                                                      \
        vector chain[CHAINS] = {}, factor = 0.5f - (vector){}, term = 1.0f - (vector){};                               \
        for (uint64_t i = 0; i < steps; i++) {                                                                         \
            _Pragma("clang loop unroll(full)") for (int c = 0; c < CHAINS; c++) chain[c] = chain[c] * factor + term;   \
        }                                                                                                              \
        for (int c = 1; c < CHAINS; c++) chain[0] += chain[c];                                                         \
        return chain[0][0];                                                                                            \
    }

LOOP(128, 16, )
#if defined(__x86_64__)
LOOP(256, 32, __attribute__((target("avx2,fma"))))
LOOP(512, 64, __attribute__((target("avx512f"))))

__attribute__((target("avx512f,avx512bf16"))) static float run_bf16(uint64_t steps) {
    __m512 chain[CHAINS];
    __m512bh factor = (__m512bh)_mm512_set1_epi32(0x3f003f00);
    for (int c = 0; c < CHAINS; c++) chain[c] = _mm512_setzero_ps();
    for (uint64_t i = 0; i < steps; i++) {
#pragma clang loop unroll(full)
        for (int c = 0; c < CHAINS; c++) chain[c] = _mm512_dpbf16_ps(chain[c], factor, factor);
    }
    for (int c = 1; c < CHAINS; c++) chain[0] = _mm512_add_ps(chain[0], chain[c]);
    return _mm512_cvtss_f32(chain[0]);
}
#endif

static const struct {
    float (*run)(uint64_t steps);
    uint64_t operations;
} loops[] = {
    [FMA_128] = {run_128, 2 * 4 * CHAINS},
#if defined(__x86_64__)
    [FMA_256] = {run_256, 2 * 8 * CHAINS},
    [FMA_512] = {run_512, 2 * 16 * CHAINS},
    [FMA_BF16] = {run_bf16, 4 * 16 * CHAINS},
#endif
};

static int exists(fma_width width) {
    return (unsigned)width < sizeof loops / sizeof loops[0];
}

uint64_t fma_operations(fma_width width) {
    return exists(width) ? loops[width].operations : 0;
}

float fma_run(fma_width width, uint64_t steps) {
    return exists(width) ? loops[width].run(steps) : 0;
}
