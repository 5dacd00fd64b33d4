#include "matmul.h"
#include "../runtime/scratch.h"

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
    const ft_matmul_call *calls;
    const ft_matmul_variant *variant;
    size_t lanes;
} matmul_loop;

static size_t divide_up(size_t n, size_t divisor) {
    return (n + divisor - 1) / divisor;
}

// Each part begins on a cache line.
static size_t panels_size(const ft_matmul_call *c) {
    return c->block_panels * FT_MATMUL_MOST_WORDS * c->tile->nr;
}

static size_t scratch_size(const ft_matmul_call *c, size_t lanes) {
    return panels_size(c) + (lanes + 2) * FT_MATMUL_MOST_WORDS + ft_round_up(c->tile->mr * c->tile->nr, 16);
}

static ft_matmul_scratch scratch_of(const matmul_loop *loop, int thread) {
    const ft_matmul_call *c = loop->calls;
    float *panels = c->scratch + (size_t)thread * c->scratch_words, *rows = panels + panels_size(c);
    float *wide = rows + loop->lanes * FT_MATMUL_MOST_WORDS;
    return (ft_matmul_scratch){panels, rows, wide, wide + 2 * FT_MATMUL_MOST_WORDS};
}

static void pack_groups(size_t begin, size_t end, int thread, void *context) {
    const matmul_loop *loop = context;
    ft_matmul_scratch scratch = scratch_of(loop, thread);
    size_t first = loop->calls->unpacked / loop->lanes;
    for (size_t group = first + begin; group < first + end; group++)
        loop->variant->pack_x(loop->calls, group, &scratch);
}

static void run_blocks(size_t begin, size_t end, int thread, void *context) {
    const matmul_loop *loop = context;
    const ft_matmul_call *call = loop->calls;
    ft_matmul_scratch scratch = scratch_of(loop, thread);
    for (size_t i = begin; i < end; i++) {
        while (i >= call->tasks_end) call++;
        size_t task = i - (call > loop->calls ? call[-1].tasks_end : 0);
        loop->variant->block(call, task / call->row_blocks, task % call->row_blocks, &scratch);
    }
}

// Columns and rows a task: those with which all threads finish soonest, counted in tiles. Widening a panel costs about
// as much as WIDENING tiles, and is repeated for every part of the rows. Of equal ways the one of smaller tasks wins
// where there are several threads, since no thread is as fast as another; a single thread takes the larger ones.
static void split_work(ft_matmul_call *calls, size_t count, size_t threads) {
    enum { WIDENING = 2 };
    size_t rows = calls->row_panels, least = SIZE_MAX, most_parts = rows < 2 * threads ? rows : 2 * threads;
    size_t block_panels = 1, row_blocks = 1;
    for (size_t panels = MAX_BLOCK_PANELS; panels >= 1; panels--) {
        size_t blocks = 0;
        for (size_t p = 0; p < count; p++) blocks += divide_up(calls[p].panels, panels);
        for (size_t parts = 1; parts <= (threads > 1 ? most_parts : 1); parts++) {
            size_t task = panels * (divide_up(rows, parts) + WIDENING), rounds = divide_up(blocks * parts, threads);
            size_t load = threads > 1 ? 8 * rounds * task + task : rounds * task;
            if (load < least) least = load, block_panels = panels, row_blocks = parts;
        }
    }
    size_t tasks = 0;
    for (size_t p = 0; p < count; p++) {
        calls[p].block_panels = block_panels;
        calls[p].row_blocks = row_blocks;
        calls[p].tasks_end = tasks += divide_up(calls[p].panels, block_panels) * row_blocks;
    }
}

// Packing X reads and writes all of it. Where few columns of Y use the result, tiles read X as it lies instead: rows far
// apart take longer to load, but only few times.
static size_t unpacked_rows(const ft_matmul_call *calls, size_t count, size_t lanes) {
    enum { FEW_PANELS = 12 };
    size_t panels = 0;
    for (size_t p = 0; p < count; p++) panels += calls[p].panels;
    return calls->precision == FT_PRECISION_F32 && panels <= FEW_PANELS ? calls->m / lanes * lanes : 0;
}

static ft_status describe(const ft_execution *execution, size_t m, const float *x, size_t ldx,
                          const ft_product *product, ft_matmul_call *call) {
    const ft_tile *tile = ft_tile_for(execution->isa);
    const ft_widen_table *table = ft_widen_table_for(execution->isa);
    const ft_weights *w = product->w;
    size_t length = ft_block_length(w->type);
    if (!tile || !table || length == 0) return FT_UNSUPPORTED;
    if (execution->precision == FT_PRECISION_BF16 && !tile->bf16) return FT_UNSUPPORTED;
    if (w->columns % length) return FT_BAD_ARGUMENT;
    int widened = execution->precision == FT_PRECISION_I16 && table->layout[w->type] == FT_NO_CODES;
    size_t lanes = variants[execution->isa].lanes, vectors = divide_up(w->rows, lanes);
    if (vectors * lanes < tile->narrow->nr) vectors = tile->narrow->nr / lanes;
    *call = (ft_matmul_call){
        .tile = tile,
        .precision = widened ? FT_PRECISION_F32 : execution->precision,
        .w = w,
        .widen = table->of[w->type],
        .split = table->split[w->type],
        .layout = table->layout[w->type],
        .m = m,
        .ldx = ldx,
        .ldy = product->ldy,
        .x = x,
        .bias = product->bias,
        .y = product->y,
        .accumulate = product->accumulate,
        .row_panels = divide_up(m, lanes) * lanes / tile->mr,
        .vectors = vectors,
        .panels = divide_up(vectors * lanes, tile->nr),
    };
    return FT_OK;
}

// Products of one precision, which share the packed X.
static ft_status run(const ft_execution *execution, size_t count, ft_matmul_call *calls) {
    size_t lanes = variants[execution->isa].lanes, groups = divide_up(calls->m, lanes);
    split_work(calls, count, (size_t)execution->threads);
    size_t packed = ft_round_up(groups * lanes * ft_matmul_words(calls, calls->w->columns), 16);
    size_t words = scratch_size(calls, lanes), unpacked = unpacked_rows(calls, count, lanes);
    float *memory = ft_scratch_take((packed + (size_t)execution->threads * words) * sizeof(float));
    if (!memory) return FT_OUT_OF_MEMORY;
    for (size_t p = 0; p < count; p++) {
        calls[p].packed_x = memory;
        calls[p].unpacked = unpacked;
        calls[p].scratch = memory + packed;
        calls[p].scratch_words = words;
    }
    matmul_loop loop = {calls, variants[execution->isa].variant, lanes};
    ft_parallel_for(groups - unpacked / lanes, 1, execution->threads, pack_groups, &loop);
    ft_parallel_for(calls[count - 1].tasks_end, 1, execution->threads, run_blocks, &loop);
    ft_scratch_give(memory);
    return FT_OK;
}

ft_status ft_matmul(const ft_execution *execution, size_t m, const float *x, size_t ldx, size_t count,
                    const ft_product *products) {
    ft_matmul_call calls[FT_MOST_PRODUCTS];
    if (count > FT_MOST_PRODUCTS) return FT_BAD_ARGUMENT;
    for (size_t p = 0; p < count; p++) {
        ft_status status = describe(execution, m, x, ldx, &products[p], &calls[p]);
        if (status != FT_OK) return status;
        if (calls[p].w->columns != calls[0].w->columns) return FT_BAD_ARGUMENT;
    }
    if (m == 0) return FT_OK;
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && calls[end].precision == calls[first].precision; end++) {
        }
        ft_status status = run(execution, end - first, calls + first);
        if (status != FT_OK) return status;
    }
    return FT_OK;
}
