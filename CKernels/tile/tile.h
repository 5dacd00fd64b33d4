/// The register tile under every matrix product: C[m, n] (+)= sum_k A[k, m] B[k, n] for one MR x NR block.
///
/// Operands are packed panels:  A as [k][mr] f32, B as [k][nr] f32; for bfloat16, where two steps of k stand side
/// by side, A as [ceil(k/2)][mr][2] and B as [ceil(k/2)][nr][2], an odd last step padded with zero.
/// C is row-major with leading dimension ldc (elements), written whole: mr rows of nr values. With `accumulate` the
/// sums are added to what C holds, else they replace it. C overlaps neither A nor B. No alignment is required; B
/// and C aligned to 64 bytes are faster. Each value of C is summed in ascending k by one chain of fused
/// multiply-adds, so it depends on neither its place in the tile nor on the number of threads.
///
/// Operands of integer products are codes of 16 bits and f32 factors for every FT_CODE_GROUP steps: a panel holds
/// [groups][FT_CODE_GROUP / 2][lanes][2] codes, then [groups][lanes] first factors, then [groups][lanes] second ones.
///   A: x[k] = first code[k]; second = the sum of the group's x before they were rounded to codes
///   B, FT_CODES_WITH_OFFSET: w[k] = first code[k] + second
///   B, FT_CODES_IN_HALVES:   w[k] = first code[k] in the first half of the group, second code[k] in the other
/// Products of codes are summed exactly in i32, so |code| of B is at most 255 where those of A fill 16 bits.
#pragma once
#include "../quantization/codes.h"

typedef void (*ft_tile_f32)(size_t k, const float *a, const float *b, float *c, size_t ldc, int accumulate);
/// The same with A as it lies in memory, row r at a + r * lda, to the same bytes.
typedef void (*ft_tile_f32_rows)(size_t k, const float *a, size_t lda, const float *b, float *c, size_t ldc,
                                 int accumulate);
typedef void (*ft_tile_bf16)(size_t k_pairs, const uint32_t *a, const uint32_t *b, float *c, size_t ldc,
                             int accumulate);

typedef void (*ft_tile_i16)(ft_code_layout layout, size_t groups, const uint32_t *a, const uint32_t *b, float *c,
                            size_t ldc, int accumulate);

/// One instruction set's tiles. `bf16` is NULL where it has no bfloat16 products; mr and nr hold for all.
typedef struct ft_tile {
    size_t mr, nr;
    ft_tile_f32 f32;
    ft_tile_f32_rows f32_rows;
    ft_tile_bf16 bf16;
    ft_tile_i16 i16;
    const struct ft_tile *narrow; ///< one vector narrower, for columns that do not fill tiles; NULL in that one itself
} ft_tile;

/// Upper bounds over all variants, for scratch memory.
enum { FT_MAX_MR = 8, FT_MAX_NR = 48 };

/// The tile of an instruction set; NULL where the program was compiled without it.
const ft_tile *ft_tile_for(ft_isa isa);

/// 32-bit words that `k` steps take in one lane of a packed panel.
static inline size_t ft_panel_words(ft_precision precision, size_t k) {
    return precision == FT_PRECISION_BF16 ? (k + 1) / 2 : k;
}

/// The same for codes and their factors; `k` is a multiple of FT_CODE_GROUP.
static inline size_t ft_code_words(size_t k) {
    return k / 2 + 2 * (k / FT_CODE_GROUP);
}

/// The tile's product of f32 or bfloat16; panels are packed as that precision asks.
static inline void ft_tile_product(const ft_tile *tile, ft_precision precision, size_t k, const float *a,
                                   const float *b, float *c, size_t ldc, int accumulate) {
    if (precision == FT_PRECISION_BF16)
        tile->bf16((k + 1) / 2, (const uint32_t *)a, (const uint32_t *)b, c, ldc, accumulate);
    else
        tile->f32(k, a, b, c, ldc, accumulate);
}
