/// Inside of ft_matmul. k is cut into blocks. X is packed once, [k block][panel of mr rows], or read as it lies where few
/// columns of Y use it; W is widened by blocks of a few panels and one block of k, into scratch memory that stays in the
/// second-level cache while all panels of X pass by it. The rows of W are split evenly into panels of the tile's or the
/// narrow tile's width.
#pragma once
#include "ft_matmul.h"
#include "../quantization/widen.h"
#include "../tile/tile.h"

/// Words of a lane in a block of k (ft_panel_words), a whole number of every format's blocks. The last block takes up
/// to half as many more, so that none is so short that reading and writing Y outweighs it.
enum { FT_MATMUL_WORDS = 512, FT_MATMUL_MOST_WORDS = FT_MATMUL_WORDS * 3 / 2 };

/// One product of a call; products share the packed X and the scratch memory.
typedef struct ft_matmul_call {
    const ft_tile *tile;
    ft_precision precision;
    const ft_weights *w;
    ft_widen widen;
    ft_split split; ///< for FT_PRECISION_I16
    ft_code_layout layout;
    size_t m, ldx, ldy;
    const float *x, *bias;
    float *y;
    int accumulate;
    size_t row_panels;    ///< panels of mr rows of X
    size_t unpacked;      ///< rows of X, whole groups of lanes, that tiles read where they lie
    size_t vectors;       ///< rows of W in vectors
    size_t panels;        ///< of these vectors, each as wide as one of the tiles
    size_t block_panels;  ///< of these, how many a task widens at a time
    size_t row_blocks;    ///< parts that the rows of X are split into
    size_t tasks_end;     ///< tasks of this product and those before it
    float *packed_x;      ///< [k block][row_panels][words of the block][mr]
    size_t scratch_words; ///< of one thread
    float *scratch;       ///< [threads][scratch_words], the parts of ft_matmul_scratch
} ft_matmul_call;

/// Scratch memory of a thread.
typedef struct ft_matmul_scratch {
    float *panels; ///< [block_panels][FT_MATMUL_MOST_WORDS][nr], a widened block
    float *rows;   ///< [lanes][FT_MATMUL_MOST_WORDS], rows about to be interleaved
    float *wide;   ///< [2 * FT_MATMUL_MOST_WORDS], a widened row
    float *edge;   ///< [mr][nr], a tile that sticks out of Y
} ft_matmul_scratch;

typedef struct ft_matmul_variant {
    /// Packs one group of as many rows of X as a vector has lanes, all blocks of k.
    void (*pack_x)(const ft_matmul_call *call, size_t group, const ft_matmul_scratch *scratch);
    /// One block of columns of Y for one part of its rows.
    void (*block)(const ft_matmul_call *call, size_t column_block, size_t row_block, const ft_matmul_scratch *scratch);
} ft_matmul_variant;

/// The first vector of a panel of W.
static inline size_t ft_matmul_vector(const ft_matmul_call *call, size_t panel) {
    return panel * call->vectors / call->panels;
}

/// Words of a lane that `k` values take in the call's precision.
static inline size_t ft_matmul_words(const ft_matmul_call *call, size_t k) {
    return call->precision == FT_PRECISION_I16 ? ft_code_words(k) : ft_panel_words(call->precision, k);
}

/// Values in the block of k that begins at `k`.
static inline size_t ft_matmul_depth(const ft_matmul_call *call, size_t k) {
    size_t left = call->w->columns - k, step = call->precision == FT_PRECISION_F32 ? 1 : 2;
    return ft_matmul_words(call, left) <= FT_MATMUL_MOST_WORDS ? left : step * FT_MATMUL_WORDS;
}
