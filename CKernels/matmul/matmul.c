#include "matmul.h"
#include <stdlib.h>
#include <string.h>

extern const ft_matmul_variant ft_matmul_portable;
#if defined(__x86_64__)
extern const ft_matmul_variant ft_matmul_avx2, ft_matmul_avx512, ft_matmul_avx512bf16;
#endif

static const struct {
    const ft_matmul_variant *variant;
    size_t lanes;
} variants[FT_ISA_COUNT] = {
    [FT_ISA_PORTABLE] = {&ft_matmul_portable, 4},
#if defined(__x86_64__)
    [FT_ISA_AVX2] = {&ft_matmul_avx2, 8},
    [FT_ISA_AVX512] = {&ft_matmul_avx512, 16},
    [FT_ISA_AVX512_BF16] = {&ft_matmul_avx512bf16, 16},
#endif
};

enum { MAX_BLOCK_PANELS = 4 };

typedef struct {
    const ft_matmul_call *call;
    const ft_matmul_variant *variant;
    size_t lanes;
} matmul_loop;

static size_t divide_up(size_t n, size_t divisor) {
    return (n + divisor - 1) / divisor;
}

static size_t round_up(size_t n, size_t step) {
    return divide_up(n, step) * step;
}

// Each part begins on a cache line.
static size_t panels_size(const ft_matmul_call *c) {
    return c->block_panels * FT_MATMUL_MOST_WORDS * c->tile->nr;
}

static size_t scratch_size(const ft_matmul_call *c, size_t lanes) {
    return panels_size(c) + (lanes + 2) * FT_MATMUL_MOST_WORDS + round_up(c->tile->mr * c->tile->nr, 16);
}

static ft_matmul_scratch scratch_of(const matmul_loop *loop, int thread) {
    const ft_matmul_call *c = loop->call;
    float *panels = c->scratch + (size_t)thread * c->scratch_words, *rows = panels + panels_size(c);
    float *wide = rows + loop->lanes * FT_MATMUL_MOST_WORDS;
    return (ft_matmul_scratch){panels, rows, wide, wide + 2 * FT_MATMUL_MOST_WORDS};
}

static void pack_groups(size_t begin, size_t end, int thread, void *context) {
    const matmul_loop *loop = context;
    ft_matmul_scratch scratch = scratch_of(loop, thread);
    for (size_t group = begin; group < end; group++) loop->variant->pack_x(loop->call, group, &scratch);
}

static void run_blocks(size_t begin, size_t end, int thread, void *context) {
    const matmul_loop *loop = context;
    const ft_matmul_call *call = loop->call;
    ft_matmul_scratch scratch = scratch_of(loop, thread);
    for (size_t i = begin; i < end; i++)
        loop->variant->block(call, i / call->row_blocks, i % call->row_blocks, &scratch);
}

// Columns and rows a task: those with which all threads finish soonest, counted in tiles. Widening a panel costs about
// as much as WIDENING tiles, and is repeated for every part of the rows. Of equal ways the one of smaller tasks wins
// where there are several threads, since no thread is as fast as another; a single thread takes the larger ones.
static void split_work(ft_matmul_call *c, size_t threads) {
    enum { WIDENING = 2 };
    size_t least = SIZE_MAX, most_parts = c->row_panels < 2 * threads ? c->row_panels : 2 * threads;
    for (size_t panels = MAX_BLOCK_PANELS; panels >= 1; panels--)
        for (size_t parts = 1; parts <= (threads > 1 ? most_parts : 1); parts++) {
            size_t blocks = divide_up(c->panels, panels), task = panels * (divide_up(c->row_panels, parts) + WIDENING);
            size_t rounds = divide_up(blocks * parts, threads);
            size_t load = threads > 1 ? 8 * rounds * task + task : rounds * task;
            if (load < least) least = load, c->block_panels = panels, c->column_blocks = blocks, c->row_blocks = parts;
        }
}

ft_status ft_matmul(const ft_execution *execution, size_t m, const float *x, size_t ldx, const ft_weights *w,
                    const float *bias, float *y, size_t ldy, int accumulate) {
    const ft_tile *tile = ft_tile_for(execution->isa);
    const ft_widen_table *table = ft_widen_table_for(execution->isa);
    size_t length = ft_block_length(w->type);
    if (!tile || !table || length == 0) return FT_UNSUPPORTED;
    if (execution->precision == FT_PRECISION_BF16 && !tile->bf16) return FT_UNSUPPORTED;
    if (w->columns % length) return FT_BAD_ARGUMENT;
    if (m == 0 || w->rows == 0) return FT_OK;

    size_t lanes = variants[execution->isa].lanes;
    size_t groups = divide_up(m, lanes);
    ft_matmul_call call = {
        .tile = tile,
        .precision = execution->precision,
        .w = w,
        .widen = table->of[w->type],
        .m = m,
        .ldx = ldx,
        .ldy = ldy,
        .x = x,
        .bias = bias,
        .y = y,
        .accumulate = accumulate,
        .row_panels = groups * lanes / tile->mr,
        .panels = divide_up(w->rows, tile->nr),
    };
    split_work(&call, (size_t)execution->threads);
    size_t packed = round_up(groups * lanes * ft_panel_words(call.precision, w->columns), 16);
    call.scratch_words = scratch_size(&call, lanes);
    float *memory = aligned_alloc(64, (packed + (size_t)execution->threads * call.scratch_words) * sizeof(float));
    if (!memory) return FT_OUT_OF_MEMORY;
    call.packed_x = memory;
    call.scratch = memory + packed;
    matmul_loop loop = {&call, variants[execution->isa].variant, lanes};
    ft_parallel_for(groups, 1, execution->threads, pack_groups, &loop);
    ft_parallel_for(call.column_blocks * call.row_blocks, 1, execution->threads, run_blocks, &loop);
    free(memory);
    return FT_OK;
}
