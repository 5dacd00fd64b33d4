// The tile of integer products, for every instruction set. Sums of codes are short chains of integer additions, so a few
// rows at a time suffice to fill the CPU, and leave registers for the totals.
#if FT_LANES == 16
#define CODE_ROWS TILE_ROWS
#else
#define CODE_ROWS 2
#endif

// totals[r][n] += first factor of row r * factors[n] * sum of code products over 2 * `words` steps
FT_INLINE void FT_NAME(add_codes)(size_t vectors, size_t words, const uint32_t *a, const uint32_t *b,
                                  const float *scales, const float *factors, ft_vf totals[CODE_ROWS][TILE_VECTORS]) {
    ft_vi sums[CODE_ROWS][TILE_VECTORS] = {};
#pragma clang loop unroll_count(4)
    for (size_t word = 0; word < words; word++, a += TILE_ROWS, b += vectors * FT_LANES) {
        ft_vi column[TILE_VECTORS];
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) column[v] = (ft_vi)ft_load((const float *)b + v * FT_LANES);
#pragma clang loop unroll(full)
        for (int r = 0; r < CODE_ROWS; r++) {
            ft_vi row = (ft_vi){} + (int32_t)a[r];
#pragma clang loop unroll(full)
            for (size_t v = 0; v < vectors; v++) sums[r][v] += FT_NAME(pair_products)(row, column[v]);
        }
        __asm__ volatile("" ::: "memory"); // loads stay in their step, as in the tile of f32
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < CODE_ROWS; r++)
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) {
            ft_vf scaled = __builtin_convertvector(sums[r][v], ft_vf) * ft_splat(scales[r]);
            totals[r][v] += scaled * ft_load(factors + v * FT_LANES);
        }
}

FT_INLINE void FT_NAME(add_offsets)(size_t vectors, const float *sums, const float *offsets,
                                    ft_vf totals[CODE_ROWS][TILE_VECTORS]) {
#pragma clang loop unroll(full)
    for (int r = 0; r < CODE_ROWS; r++)
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) totals[r][v] += ft_splat(sums[r]) * ft_load(offsets + v * FT_LANES);
}

FT_INLINE void FT_NAME(code_groups)(ft_code_layout layout, size_t vectors, size_t groups, const uint32_t *a,
                                    const uint32_t *b, ft_vf totals[TILE_ROWS][TILE_VECTORS]) {
    const size_t words = FT_CODE_GROUP / 2, half = words / 2, columns = vectors * FT_LANES;
    const float *scales = (const float *)(a + groups * words * TILE_ROWS), *sums = scales + groups * TILE_ROWS;
    const float *first = (const float *)(b + groups * words * columns), *second = first + groups * columns;
    for (size_t g = 0; g < groups; g++, a += words * TILE_ROWS, b += words * columns) {
#pragma clang loop unroll(full)
        for (size_t r = 0; r < TILE_ROWS; r += CODE_ROWS) {
            if (layout == FT_CODES_WITH_OFFSET) {
                FT_NAME(add_codes)(vectors, words, a + r, b, scales + r, first, totals + r);
                FT_NAME(add_offsets)(vectors, sums + r, second, totals + r);
            } else {
                FT_NAME(add_codes)(vectors, half, a + r, b, scales + r, first, totals + r);
                FT_NAME(add_codes)(vectors, half, a + r + half * TILE_ROWS, b + half * columns, scales + r, second,
                                   totals + r);
            }
        }
        scales += TILE_ROWS, sums += TILE_ROWS, first += columns, second += columns;
    }
}

FT_INLINE void FT_NAME(sum_i16)(ft_code_layout layout, size_t vectors, size_t groups, const uint32_t *a,
                                const uint32_t *b, float *c, size_t ldc, int accumulate) {
    ft_vf totals[TILE_ROWS][TILE_VECTORS] = {};
    if (layout == FT_CODES_WITH_OFFSET)
        FT_NAME(code_groups)(FT_CODES_WITH_OFFSET, vectors, groups, a, b, totals);
    else
        FT_NAME(code_groups)(FT_CODES_IN_HALVES, vectors, groups, a, b, totals);
    FT_NAME(store_tile)(vectors, totals, c, ldc, accumulate);
}

static void FT_NAME(tile_i16)(ft_code_layout layout, size_t groups, const uint32_t *a, const uint32_t *b, float *c,
                              size_t ldc, int accumulate) {
    FT_NAME(sum_i16)(layout, TILE_VECTORS, groups, a, b, c, ldc, accumulate);
}

static void FT_NAME(narrow_i16)(ft_code_layout layout, size_t groups, const uint32_t *a, const uint32_t *b, float *c,
                                size_t ldc, int accumulate) {
    FT_NAME(sum_i16)(layout, NARROW_VECTORS, groups, a, b, c, ldc, accumulate);
}

#undef CODE_ROWS
