// One tile for every instruction set: TILE_ROWS x (TILE_VECTORS * FT_LANES) accumulators stay in registers.
#include "tile_shape.h"

FT_INLINE void FT_NAME(store_tile)(ft_vf acc[TILE_ROWS][TILE_VECTORS], float *c, size_t ldc, int accumulate) {
#pragma clang loop unroll(full)
    for (int r = 0; r < TILE_ROWS; r++)
#pragma clang loop unroll(full)
        for (int v = 0; v < TILE_VECTORS; v++) {
            float *p = c + (size_t)r * ldc + v * FT_LANES;
            ft_store(p, accumulate ? ft_load(p) + acc[r][v] : acc[r][v]);
        }
}

static void FT_NAME(tile_f32)(size_t k, const float *a, const float *b, float *c, size_t ldc, int accumulate) {
    ft_vf acc[TILE_ROWS][TILE_VECTORS] = {};
#pragma clang loop unroll_count(4)
    for (size_t p = 0; p < k; p++, a += TILE_ROWS, b += TILE_COLUMNS) {
        ft_vf column[TILE_VECTORS];
#pragma clang loop unroll(full)
        for (int v = 0; v < TILE_VECTORS; v++) column[v] = ft_load(b + v * FT_LANES);
#pragma clang loop unroll(full)
        for (int r = 0; r < TILE_ROWS; r++)
#pragma clang loop unroll(full)
            for (int v = 0; v < TILE_VECTORS; v++) acc[r][v] += ft_splat(a[r]) * column[v];
        // Loads stay in their step: with those of later steps hoisted, 16 registers do not suffice and sums spill.
        __asm__ volatile("" ::: "memory");
    }
    FT_NAME(store_tile)(acc, c, ldc, accumulate);
}

#if FT_VARIANT == 3
static void FT_NAME(tile_bf16)(size_t k_pairs, const uint32_t *a, const uint32_t *b, float *c, size_t ldc,
                               int accumulate) {
    ft_vf acc[TILE_ROWS][TILE_VECTORS] = {};
#pragma clang loop unroll_count(4)
    for (size_t p = 0; p < k_pairs; p++, a += TILE_ROWS, b += TILE_COLUMNS) {
        __m512i column[TILE_VECTORS];
#pragma clang loop unroll(full)
        for (int v = 0; v < TILE_VECTORS; v++) column[v] = _mm512_loadu_si512(b + v * FT_LANES);
#pragma clang loop unroll(full)
        for (int r = 0; r < TILE_ROWS; r++) {
            __m512bh row = (__m512bh)_mm512_set1_epi32((int)a[r]);
#pragma clang loop unroll(full)
            for (int v = 0; v < TILE_VECTORS; v++)
                acc[r][v] = (ft_vf)_mm512_dpbf16_ps((__m512)acc[r][v], row, (__m512bh)column[v]);
        }
    }
    FT_NAME(store_tile)(acc, c, ldc, accumulate);
}
#define TILE_BF16 FT_NAME(tile_bf16)
#else
#define TILE_BF16 NULL
#endif

#include "../runtime/pair_products_body.h"
#include "tile_i16_body.h"

const ft_tile FT_NAME(ft_tile) = {TILE_ROWS, TILE_COLUMNS, FT_NAME(tile_f32), TILE_BF16, FT_NAME(tile_i16)};

#undef TILE_BF16
