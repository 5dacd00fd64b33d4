// Packing and the block loop of the matrix product, for every instruction set.
#include "../tile/tile_shape.h"

// Rounds `count` f32 to bfloat16, in place and contiguous; an odd end is filled with zero.
FT_INLINE void FT_NAME(round_row)(float *row, size_t count) {
    uint32_t *words = (uint32_t *)row;
    size_t k = 0;
#if FT_VARIANT == 3
    for (; k + 32 <= count; k += 32) {
        __m512bh pairs = _mm512_cvtne2ps_pbh(_mm512_loadu_ps(row + k + 16), _mm512_loadu_ps(row + k));
        _mm512_storeu_si512(words + k / 2, (__m512i)pairs);
    }
#endif
    for (; k < count; k += 2) words[k / 2] = FT_NAME(bf16_pair)(row[k], k + 1 < count ? row[k + 1] : 0);
}

// rows[FT_LANES][words] -> panel[word * lanes + l]: lanes run fastest. `rows` has a stride of FT_MATMUL_DEPTH.
FT_INLINE void FT_NAME(interleave)(const float *rows, size_t words, float *panel, size_t lanes, size_t split) {
    size_t word = 0;
    for (; word + FT_LANES <= words; word += FT_LANES) {
        ft_vf square[FT_LANES];
        for (int l = 0; l < FT_LANES; l++) square[l] = ft_load(rows + (size_t)l * FT_MATMUL_DEPTH + word);
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
            out[split && l >= lanes ? split + l - lanes : l] = rows[l * FT_MATMUL_DEPTH + word];
        }
}

// Panels of X per pack: FT_LANES rows at a time are one or two panels of mr.
static void FT_NAME(pack_x)(const ft_matmul_call *c, size_t group) {
    float rows[FT_LANES * FT_MATMUL_DEPTH];
    size_t first = group * FT_LANES, columns = c->w->columns;
    for (size_t k = 0; k < columns; k += FT_MATMUL_DEPTH) {
        size_t depth = ft_matmul_depth(c, k), words = ft_panel_words(c->precision, depth);
        for (size_t l = 0; l < FT_LANES; l++) {
            float *row = rows + l * FT_MATMUL_DEPTH;
            if (first + l < c->m) {
                memcpy(row, c->x + (first + l) * c->ldx + k, depth * sizeof(float));
                if (c->precision == FT_PRECISION_BF16) FT_NAME(round_row)(row, depth);
            } else {
                memset(row, 0, words * sizeof(float));
            }
        }
        float *block = c->packed_x + ft_matmul_words_before(c, k) * c->row_panels * TILE_ROWS;
        float *panel = block + first / TILE_ROWS * words * TILE_ROWS;
        FT_NAME(interleave)(rows, words, panel, TILE_ROWS, FT_LANES > TILE_ROWS ? words * TILE_ROWS : 0);
    }
}

// Widens one panel of nr rows of W in one block of k.
FT_INLINE void FT_NAME(widen_panel)(const ft_matmul_call *c, size_t panel, size_t k, size_t depth, float *rows,
                                    float *packed) {
    const ft_weights *w = c->w;
    size_t length = ft_block_length(w->type), words = ft_panel_words(c->precision, depth);
    size_t offset = k / length * ft_block_bytes(w->type);
    for (size_t vector = 0; vector < TILE_VECTORS; vector++) {
        for (size_t l = 0; l < FT_LANES; l++) {
            size_t n = panel * TILE_COLUMNS + vector * FT_LANES + l;
            float *row = rows + l * FT_MATMUL_DEPTH;
            if (n < w->rows) {
                c->widen((const uint8_t *)w->data + n * w->row_stride_bytes + offset, depth / length, row);
                if (c->precision == FT_PRECISION_BF16) FT_NAME(round_row)(row, depth);
            } else {
                memset(row, 0, words * sizeof(float));
            }
        }
        FT_NAME(interleave)(rows, words, packed + vector * FT_LANES, TILE_COLUMNS, 0);
    }
}

// One tile into Y; at the edges by way of `edge`.
FT_INLINE void FT_NAME(one_tile)(const ft_matmul_call *c, size_t depth, const float *a, const float *b, size_t row,
                                 size_t column, int accumulate, float *edge) {
    if (row >= c->m) return; // a panel of padding
    float *y = c->y + row * c->ldy + column;
    size_t rows = c->m - row < TILE_ROWS ? c->m - row : TILE_ROWS;
    size_t columns = c->w->rows - column < TILE_COLUMNS ? c->w->rows - column : TILE_COLUMNS;
    if (rows == TILE_ROWS && columns == TILE_COLUMNS) {
        ft_tile_product(c->tile, c->precision, depth, a, b, y, c->ldy, accumulate);
        return;
    }
    ft_tile_product(c->tile, c->precision, depth, a, b, edge, TILE_COLUMNS, 0);
    for (size_t r = 0; r < rows; r++)
        for (size_t n = 0; n < columns; n++) {
            float *p = y + r * c->ldy + n;
            *p = accumulate ? *p + edge[r * TILE_COLUMNS + n] : edge[r * TILE_COLUMNS + n];
        }
}

FT_INLINE void FT_NAME(add_bias)(const ft_matmul_call *c, size_t row, size_t end, size_t column, size_t columns) {
    for (; row < end; row++)
        for (size_t n = column; n < column + columns; n++) c->y[row * c->ldy + n] += c->bias[n];
}

// Per block of k: 1 widen the panels   2 let the panels of X pass by them
static void FT_NAME(block)(const ft_matmul_call *c, size_t column_block, size_t row_block, float *scratch) {
    size_t first = column_block * c->block_panels, left = c->panels - first;
    size_t panels = left < c->block_panels ? left : c->block_panels;
    size_t begin = row_block * c->row_panels / c->row_blocks, end = (row_block + 1) * c->row_panels / c->row_blocks;
    float *packed = scratch, *rows = packed + c->block_panels * FT_MATMUL_DEPTH * TILE_COLUMNS;
    float *edge = rows + FT_LANES * FT_MATMUL_DEPTH;
    for (size_t k = 0; k < c->w->columns; k += FT_MATMUL_DEPTH) {
        size_t depth = ft_matmul_depth(c, k), words = ft_panel_words(c->precision, depth);
        const float *x = c->packed_x + ft_matmul_words_before(c, k) * c->row_panels * TILE_ROWS;
        for (size_t p = 0; p < panels; p++)
            FT_NAME(widen_panel)(c, first + p, k, depth, rows, packed + p * words * TILE_COLUMNS);
        for (size_t r = begin; r < end; r++)
            for (size_t p = 0; p < panels; p++)
                FT_NAME(one_tile)(c, depth, x + r * words * TILE_ROWS, packed + p * words * TILE_COLUMNS, r * TILE_ROWS,
                                  (first + p) * TILE_COLUMNS, c->accumulate || k > 0, edge);
    }
    if (c->bias) {
        size_t column = first * TILE_COLUMNS, columns = panels * TILE_COLUMNS, last = end * TILE_ROWS;
        FT_NAME(add_bias)(c, begin * TILE_ROWS, last < c->m ? last : c->m, column,
                          c->w->rows - column < columns ? c->w->rows - column : columns);
    }
}

const ft_matmul_variant FT_NAME(ft_matmul) = {FT_NAME(pack_x), FT_NAME(block)};
