// Packing and the block loop of the matrix product, for every instruction set.
#include "../quantization/round_body.h"
#include "../tile/tile_shape.h"

// `count` values as the words of one lane: as they are, or rounded to bfloat16 in pairs, an odd end filled with zero.
FT_INLINE void FT_NAME(words_of)(ft_precision precision, const float *values, size_t count, float *row) {
    if (precision == FT_PRECISION_F32) {
        memcpy(row, values, count * sizeof(float));
        return;
    }
    uint32_t *words = (uint32_t *)row;
    size_t k = 0;
#if FT_VARIANT == 3
    for (; k + 32 <= count; k += 32) {
        __m512bh pairs = _mm512_cvtne2ps_pbh(_mm512_loadu_ps(values + k + 16), _mm512_loadu_ps(values + k));
        _mm512_storeu_si512(words + k / 2, (__m512i)pairs);
    }
#endif
    for (; k < count; k += 2) words[k / 2] = FT_NAME(bf16_pair)(values[k], k + 1 < count ? values[k + 1] : 0);
}

// Groups of values rounded to codes, laid out as a lane of the tile's operand A; `depth` is a whole number of groups.
FT_INLINE void FT_NAME(codes_of)(const float *x, size_t depth, float *row) {
    float *scales = row + depth / 2, *sums = scales + depth / FT_CODE_GROUP;
    FT_NAME(round_to_codes)(x, depth, (int16_t *)row, scales, sums);
}

// rows[FT_LANES][words], `stride` apart -> panel[word * lanes + l]: lanes run fastest.
FT_INLINE void FT_NAME(interleave)(const float *rows, size_t stride, size_t words, float *panel, size_t lanes,
                                   size_t split) {
    size_t word = 0;
    for (; word + FT_LANES <= words; word += FT_LANES) {
        ft_vf square[FT_LANES];
        for (int l = 0; l < FT_LANES; l++) square[l] = ft_load(rows + (size_t)l * stride + word);
        ft_transpose(square);
        for (int i = 0; i < FT_LANES; i++) {
            float *out = panel + (word + (size_t)i) * lanes;
            if (!split) {
                ft_store(out, square[i]);
            } else { // the lanes belong to two panels of half as many lanes
                memcpy(out, &square[i], lanes * sizeof(float));
                memcpy(out + split, (const float *)&square[i] + lanes, lanes * sizeof(float));
            }
        }
    }
    for (; word < words; word++)
        for (size_t l = 0; l < FT_LANES; l++) {
            float *out = panel + word * lanes;
            out[split && l >= lanes ? split + l - lanes : l] = rows[l * stride + word];
        }
}

// FT_LANES rows at a time are one or two panels of mr.
static void FT_NAME(pack_x)(const ft_matmul_call *c, size_t group, const ft_matmul_scratch *scratch) {
    size_t first = group * FT_LANES, columns = c->w->columns;
    for (size_t k = 0, depth; k < columns; k += depth) {
        depth = ft_matmul_depth(c, k);
        size_t words = ft_matmul_words(c, depth), split = FT_LANES > TILE_ROWS ? words * TILE_ROWS : 0;
        float *block = c->packed_x + ft_matmul_words(c, k) * c->row_panels * TILE_ROWS;
        float *panel = block + first / TILE_ROWS * words * TILE_ROWS;
        if (c->precision == FT_PRECISION_F32 && first + FT_LANES <= c->m) {
            FT_NAME(interleave)(c->x + first * c->ldx + k, c->ldx, words, panel, TILE_ROWS, split);
            continue;
        }
        for (size_t l = 0; l < FT_LANES; l++) {
            float *row = scratch->rows + l * FT_MATMUL_MOST_WORDS;
            const float *x = c->x + (first + l) * c->ldx + k;
            if (first + l >= c->m)
                memset(row, 0, words * sizeof(float));
            else if (c->precision == FT_PRECISION_I16)
                FT_NAME(codes_of)(x, depth, row);
            else
                FT_NAME(words_of)(c->precision, x, depth, row);
        }
        FT_NAME(interleave)(scratch->rows, FT_MATMUL_MOST_WORDS, words, panel, TILE_ROWS, split);
    }
}

// The stored values of row n of W from k on.
FT_INLINE const uint8_t *FT_NAME(stored)(const ft_weights *w, size_t n, size_t k) {
    return (const uint8_t *)w->data + n * w->row_stride_bytes + k / ft_block_length(w->type) * ft_block_bytes(w->type);
}

// Widens the rows of W from vector `first` to `end`, a panel, in one block of k.
FT_INLINE void FT_NAME(widen_panel)(const ft_matmul_call *c, size_t first, size_t end, size_t k, size_t depth,
                                    const ft_matmul_scratch *scratch, float *packed) {
    const ft_weights *w = c->w;
    size_t blocks = depth / ft_block_length(w->type), words = ft_matmul_words(c, depth);
    for (size_t vector = first; vector < end; vector++) {
        for (size_t l = 0; l < FT_LANES; l++) {
            size_t n = vector * FT_LANES + l;
            float *row = scratch->rows + l * FT_MATMUL_MOST_WORDS;
            if (n >= w->rows) {
                memset(row, 0, words * sizeof(float));
            } else if (c->precision == FT_PRECISION_F32) {
                c->widen(FT_NAME(stored)(w, n, k), blocks, row);
            } else if (c->precision == FT_PRECISION_I16) {
                float *factors = row + depth / 2;
                c->split(FT_NAME(stored)(w, n, k), blocks, (int16_t *)row, factors, factors + depth / FT_CODE_GROUP);
            } else {
                c->widen(FT_NAME(stored)(w, n, k), blocks, scratch->wide);
                FT_NAME(words_of)(c->precision, scratch->wide, depth, row);
            }
        }
        FT_NAME(interleave)(scratch->rows, FT_MATMUL_MOST_WORDS, words, packed + (vector - first) * FT_LANES,
                            (end - first) * FT_LANES, 0);
    }
}

// Asks for part `part` of `parts` of what the next block of k will widen: weights lie in rows far apart, which the
// CPU does not foresee.
FT_INLINE void FT_NAME(prefetch_stored)(const ft_matmul_call *c, size_t row, size_t rows, size_t k, size_t part,
                                        size_t parts) {
    const ft_weights *w = c->w;
    if (k >= w->columns) return;
    size_t bytes = ft_matmul_depth(c, k) / ft_block_length(w->type) * ft_block_bytes(w->type);
    for (size_t n = rows * part / parts; n < rows * (part + 1) / parts; n++)
        for (size_t at = 0; at < bytes; at += 64) __builtin_prefetch(FT_NAME(stored)(w, row + n, k) + at, 0, 2);
}

// The product of a panel of rows of X from `row` on, which `a` holds where they are packed, with a panel of W.
FT_INLINE void FT_NAME(product)(const ft_matmul_call *c, const ft_tile *tile, size_t row, size_t k, size_t depth,
                                const float *a, const float *b, float *y, size_t ldy, int accumulate) {
    if (row < c->unpacked)
        tile->f32_rows(depth, c->x + row * c->ldx + k, c->ldx, b, y, ldy, accumulate);
    else if (c->precision == FT_PRECISION_I16)
        tile->i16(c->layout, depth / FT_CODE_GROUP, (const uint32_t *)a, (const uint32_t *)b, y, ldy, accumulate);
    else
        ft_tile_product(tile, c->precision, depth, a, b, y, ldy, accumulate);
}

// Asks for the lines of Y that a tile will write: they lie in rows far apart, and by the end of the tile they are there.
FT_INLINE void FT_NAME(prefetch_sums)(const float *y, size_t ldy, size_t columns) {
    for (size_t r = 0; r < TILE_ROWS; r++) {
        __builtin_prefetch(y + r * ldy, 1);
        __builtin_prefetch(y + r * ldy + columns - 1, 1);
    }
}

// One tile into Y; at the edges by way of `edge`.
FT_INLINE void FT_NAME(one_tile)(const ft_matmul_call *c, const ft_tile *tile, size_t k, size_t depth, const float *a,
                                 const float *b, size_t row, size_t column, int accumulate, float *edge) {
    if (row >= c->m) return; // a panel of padding
    float *y = c->y + row * c->ldy + column;
    size_t rows = c->m - row < TILE_ROWS ? c->m - row : TILE_ROWS;
    size_t columns = c->w->rows - column < tile->nr ? c->w->rows - column : tile->nr;
    if (rows == TILE_ROWS && columns == tile->nr) {
        FT_NAME(prefetch_sums)(y, c->ldy, columns);
        FT_NAME(product)(c, tile, row, k, depth, a, b, y, c->ldy, accumulate);
        return;
    }
    FT_NAME(product)(c, tile, row, k, depth, a, b, edge, tile->nr, 0);
    for (size_t r = 0; r < rows; r++)
        for (size_t n = 0; n < columns; n++) {
            float *p = y + r * c->ldy + n;
            *p = accumulate ? *p + edge[r * tile->nr + n] : edge[r * tile->nr + n];
        }
}

FT_INLINE void FT_NAME(add_bias)(const ft_matmul_call *c, size_t row, size_t end, size_t column, size_t columns) {
    for (; row < end; row++)
        for (size_t n = column; n < column + columns; n++) c->y[row * c->ldy + n] += c->bias[n];
}

// A panel of X passes by the panels of W from `first` on.
FT_INLINE void FT_NAME(row_of_tiles)(const ft_matmul_call *c, size_t first, size_t panels, size_t k, size_t depth,
                                     const float *x, size_t row, int accumulate, const ft_matmul_scratch *scratch) {
    size_t words = ft_matmul_words(c, depth), begin = ft_matmul_vector(c, first), vector = begin, end;
    for (size_t p = first; p < first + panels; p++, vector = end) {
        end = ft_matmul_vector(c, p + 1);
        FT_NAME(one_tile)(c, end - vector == TILE_VECTORS ? c->tile : c->tile->narrow, k, depth, x,
                          scratch->panels + (vector - begin) * FT_LANES * words, row, vector * FT_LANES, accumulate,
                          scratch->edge);
    }
}

// Per block of k: 1 widen the panels   2 let the panels of X pass by them
static void FT_NAME(block)(const ft_matmul_call *c, size_t column_block, size_t row_block,
                           const ft_matmul_scratch *scratch) {
    size_t first = column_block * c->block_panels, left = c->panels - first;
    size_t panels = left < c->block_panels ? left : c->block_panels;
    size_t begin = row_block * c->row_panels / c->row_blocks, end = (row_block + 1) * c->row_panels / c->row_blocks;
    size_t vector = ft_matmul_vector(c, first), column = vector * FT_LANES;
    size_t columns = ft_matmul_vector(c, first + panels) * FT_LANES - column;
    if (columns > c->w->rows - column) columns = c->w->rows - column;
    for (size_t k = 0, depth; k < c->w->columns; k += depth) {
        depth = ft_matmul_depth(c, k);
        size_t words = ft_matmul_words(c, depth);
        const float *x = c->packed_x + ft_matmul_words(c, k) * c->row_panels * TILE_ROWS;
        for (size_t p = first; p < first + panels; p++)
            FT_NAME(widen_panel)(c, ft_matmul_vector(c, p), ft_matmul_vector(c, p + 1), k, depth, scratch,
                                 scratch->panels + (ft_matmul_vector(c, p) - vector) * FT_LANES * words);
        for (size_t r = begin; r < end; r++) {
            FT_NAME(prefetch_stored)(c, column, columns, k + depth, r - begin, end - begin);
            FT_NAME(row_of_tiles)(c, first, panels, k, depth, x + r * words * TILE_ROWS, r * TILE_ROWS,
                                  c->accumulate || k > 0, scratch);
        }
    }
    size_t last = end * TILE_ROWS;
    if (c->bias) FT_NAME(add_bias)(c, begin * TILE_ROWS, last < c->m ? last : c->m, column, columns);
}

const ft_matmul_variant FT_NAME(ft_matmul) = {FT_NAME(pack_x), FT_NAME(block)};
