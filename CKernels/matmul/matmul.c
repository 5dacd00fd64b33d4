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
} matmul_loop;

static void pack_groups(size_t begin, size_t end, int thread, void *context) {
    (void)thread;
    const matmul_loop *loop = context;
    for (size_t group = begin; group < end; group++) loop->variant->pack_x(loop->call, group);
}

static void run_blocks(size_t begin, size_t end, int thread, void *context) {
    const matmul_loop *loop = context;
    const ft_matmul_call *call = loop->call;
    float *scratch = call->scratch + (size_t)thread * call->scratch_words;
    for (size_t i = begin; i < end; i++)
        loop->variant->block(call, i / call->row_blocks, i % call->row_blocks, scratch);
}

static size_t divide_up(size_t n, size_t divisor) {
    return (n + divisor - 1) / divisor;
}

// Panels a task: as many as keep all threads equally busy; rows are split only where columns alone do not suffice.
static void split_work(ft_matmul_call *c, size_t threads) {
    size_t least = SIZE_MAX;
    for (size_t panels = 1; panels <= MAX_BLOCK_PANELS; panels++) {
        size_t load = divide_up(divide_up(c->panels, panels), threads) * panels;
        if (load <= least) least = load, c->block_panels = panels;
    }
    c->column_blocks = divide_up(c->panels, c->block_panels);
    c->row_blocks = 1;
    if (c->column_blocks < threads) c->row_blocks = divide_up(threads, c->column_blocks);
    if (c->row_blocks > c->row_panels) c->row_blocks = c->row_panels;
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
    size_t packed = divide_up(groups * lanes * ft_panel_words(call.precision, w->columns), 16) * 16;
    call.scratch_words = call.block_panels * FT_MATMUL_DEPTH * tile->nr + lanes * FT_MATMUL_DEPTH + tile->mr * tile->nr;
    call.scratch_words = divide_up(call.scratch_words, 16) * 16;
    float *memory = aligned_alloc(64, (packed + (size_t)execution->threads * call.scratch_words) * sizeof(float));
    if (!memory) return FT_OUT_OF_MEMORY;
    call.packed_x = memory;
    call.scratch = memory + packed;
    matmul_loop loop = {&call, variants[execution->isa].variant};
    ft_parallel_for(groups, 1, execution->threads, pack_groups, &loop);
    ft_parallel_for(call.column_blocks * call.row_blocks, 1, execution->threads, run_blocks, &loop);
    free(memory);
    return FT_OK;
}
