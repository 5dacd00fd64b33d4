// One tile for every instruction set: TILE_ROWS x (vectors * FT_LANES) accumulators stay in registers, of TILE_VECTORS or
// of NARROW_VECTORS vectors a row.
#include "tile_shape.h"

FT_INLINE void FT_NAME(store_tile)(size_t vectors, ft_vf acc[TILE_ROWS][TILE_VECTORS], float *c, size_t ldc,
                                   int accumulate) {
#pragma clang loop unroll(full)
    for (int r = 0; r < TILE_ROWS; r++)
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) {
            float *p = c + (size_t)r * ldc + v * FT_LANES;
            ft_store(p, accumulate ? ft_load(p) + acc[r][v] : acc[r][v]);
        }
}

// The sums of a row are done here, before the next row's value is loaded: with the values of two rows at hand 16 registers
// do not suffice, and a column would stay in memory.
FT_INLINE void FT_NAME(finish_row)(size_t vectors, ft_vf sums[TILE_VECTORS]) {
    (void)vectors, (void)sums;
#if FT_VARIANT == 1
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) __asm__ volatile("" : "+x"(sums[v]));
#endif
}

// A value of row r and step p of A stands at a[r * row + p * step].
FT_INLINE void FT_NAME(sum_f32)(size_t vectors, size_t k, const float *a, size_t row, size_t step, const float *b,
                                float *c, size_t ldc, int accumulate) {
    ft_vf acc[TILE_ROWS][TILE_VECTORS] = {};
#pragma clang loop unroll_count(4)
    for (size_t p = 0; p < k; p++, a += step, b += vectors * FT_LANES) {
        ft_vf column[TILE_VECTORS];
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) column[v] = ft_load(b + v * FT_LANES);
#pragma clang loop unroll(full)
        for (size_t r = 0; r < TILE_ROWS; r++) {
            ft_vf value = ft_splat(a[r * row]);
#pragma clang loop unroll(full)
            for (size_t v = 0; v < vectors; v++) acc[r][v] += value * column[v];
            FT_NAME(finish_row)(vectors, acc[r]);
        }
        // Loads stay in their step: with those of later steps hoisted, registers do not suffice and sums spill.
        __asm__ volatile("" ::: "memory");
    }
    FT_NAME(store_tile)(vectors, acc, c, ldc, accumulate);
}

static void FT_NAME(tile_f32)(size_t k, const float *a, const float *b, float *c, size_t ldc, int accumulate) {
    FT_NAME(sum_f32)(TILE_VECTORS, k, a, 1, TILE_ROWS, b, c, ldc, accumulate);
}

static void FT_NAME(tile_rows)(size_t k, const float *a, size_t lda, const float *b, float *c, size_t ldc,
                               int accumulate) {
    FT_NAME(sum_f32)(TILE_VECTORS, k, a, lda, 1, b, c, ldc, accumulate);
}

static void FT_NAME(narrow_f32)(size_t k, const float *a, const float *b, float *c, size_t ldc, int accumulate) {
    FT_NAME(sum_f32)(NARROW_VECTORS, k, a, 1, TILE_ROWS, b, c, ldc, accumulate);
}

static void FT_NAME(narrow_rows)(size_t k, const float *a, size_t lda, const float *b, float *c, size_t ldc,
                                 int accumulate) {
    FT_NAME(sum_f32)(NARROW_VECTORS, k, a, lda, 1, b, c, ldc, accumulate);
}

#if FT_VARIANT == 3
FT_INLINE void FT_NAME(sum_bf16)(size_t vectors, size_t k_pairs, const uint32_t *a, const uint32_t *b, float *c,
                                 size_t ldc, int accumulate) {
    ft_vf acc[TILE_ROWS][TILE_VECTORS] = {};
#pragma clang loop unroll_count(4)
    for (size_t p = 0; p < k_pairs; p++, a += TILE_ROWS, b += vectors * FT_LANES) {
        __m512i column[TILE_VECTORS];
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) column[v] = _mm512_loadu_si512(b + v * FT_LANES);
#pragma clang loop unroll(full)
        for (int r = 0; r < TILE_ROWS; r++) {
            __m512bh row = (__m512bh)_mm512_set1_epi32((int)a[r]);
#pragma clang loop unroll(full)
            for (size_t v = 0; v < vectors; v++)
                acc[r][v] = (ft_vf)_mm512_dpbf16_ps((__m512)acc[r][v], row, (__m512bh)column[v]);
        }
    }
    FT_NAME(store_tile)(vectors, acc, c, ldc, accumulate);
}

static void FT_NAME(tile_bf16)(size_t k_pairs, const uint32_t *a, const uint32_t *b, float *c, size_t ldc,
                               int accumulate) {
    FT_NAME(sum_bf16)(TILE_VECTORS, k_pairs, a, b, c, ldc, accumulate);
}

static void FT_NAME(narrow_bf16)(size_t k_pairs, const uint32_t *a, const uint32_t *b, float *c, size_t ldc,
                                 int accumulate) {
    FT_NAME(sum_bf16)(NARROW_VECTORS, k_pairs, a, b, c, ldc, accumulate);
}
#define TILE_BF16 FT_NAME(tile_bf16)
#define NARROW_BF16 FT_NAME(narrow_bf16)
#else
#define TILE_BF16 NULL
#define NARROW_BF16 NULL
#endif

#include "../runtime/pair_products_body.h"
#include "tile_i16_body.h"

static const ft_tile FT_NAME(narrow_tile) = {
    .mr = TILE_ROWS,
    .nr = NARROW_VECTORS * FT_LANES,
    .f32 = FT_NAME(narrow_f32),
    .f32_rows = FT_NAME(narrow_rows),
    .bf16 = NARROW_BF16,
    .i16 = FT_NAME(narrow_i16),
};
const ft_tile FT_NAME(ft_tile) = {
    .mr = TILE_ROWS,
    .nr = TILE_COLUMNS,
    .f32 = FT_NAME(tile_f32),
    .f32_rows = FT_NAME(tile_rows),
    .bf16 = TILE_BF16,
    .i16 = FT_NAME(tile_i16),
    .narrow = &FT_NAME(narrow_tile),
};

#undef TILE_BF16
#undef NARROW_BF16
