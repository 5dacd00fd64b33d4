#include "token_shares.h"
#include "../runtime/scratch.h"
#include <stdlib.h>
#include <string.h>

extern const ft_token_shares_variant ft_token_shares_portable;
#if defined(__x86_64__)
extern const ft_token_shares_variant ft_token_shares_avx2, ft_token_shares_avx512, ft_token_shares_avx512bf16;
#endif

static const ft_token_shares_variant *const variants[FT_ISA_COUNT] = {
    [FT_ISA_PORTABLE] = &ft_token_shares_portable,
#if defined(__x86_64__)
    [FT_ISA_AVX2] = &ft_token_shares_avx2,
    [FT_ISA_AVX512] = &ft_token_shares_avx512,
    [FT_ISA_AVX512_BF16] = &ft_token_shares_avx512bf16,
#endif
};

static char *scratch_of(const ft_token_shares_call *call, int thread) {
    return call->scratch + (size_t)thread * call->scratch_bytes;
}

static void pack_blocks(size_t begin, size_t end, int thread, void *context) {
    (void)thread;
    const ft_sink_tiles *tiles = context;
    size_t blocks = tiles->call->blocks;
    for (size_t i = begin; i < end; i++) tiles->variant->pack_block(tiles->call, i / blocks, i % blocks);
}

static void bound_heads(size_t begin, size_t end, int thread, void *context) {
    (void)thread;
    const ft_sink_tiles *tiles = context;
    for (size_t head = begin; head < end; head++) tiles->variant->bound_coordinates(tiles->call, head);
}

static size_t direction_groups(const ft_token_shares_call *call) {
    return (call->count + FT_DIRECTION_SINKS - 1) / FT_DIRECTION_SINKS;
}

static void take_signs(size_t begin, size_t end, int thread, void *context) {
    (void)thread;
    const ft_sink_tiles *tiles = context;
    tiles->variant->take_signs(tiles->call, begin, end);
}

static void direct_sinks(size_t begin, size_t end, int thread, void *context) {
    (void)thread;
    const ft_sink_tiles *tiles = context;
    size_t groups = direction_groups(tiles->call);
    for (size_t i = begin; i < end; i++)
        tiles->variant->direct(tiles->call, i / groups, i % groups * FT_DIRECTION_SINKS);
}

static size_t bound_groups(const ft_token_shares_call *call) {
    return (call->blocks + FT_BOUND_BLOCKS - 1) / FT_BOUND_BLOCKS;
}

static void code_parts(size_t begin, size_t end, int thread, void *context) {
    const ft_sink_tiles *tiles = context;
    size_t groups = bound_groups(tiles->call);
    for (size_t i = begin; i < end; i++)
        tiles->variant->code_parts(tiles->call, i / groups, i % groups * FT_BOUND_BLOCKS,
                                   scratch_of(tiles->call, thread));
}

// Later tiles see more sources; they go first so that the last pieces are short ones.
static void run_tiles(size_t begin, size_t end, int thread, void *context) {
    const ft_sink_tiles *tiles = context;
    for (size_t i = begin; i < end; i++) {
        size_t tile = tiles->first + tiles->count - 1 - i;
        if (!tiles->call->skipped || !tiles->call->skipped[tile])
            tiles->variant->sink_tile(tiles->call, tile, scratch_of(tiles->call, thread));
    }
}

void ft_run_sink_tiles(const ft_execution *execution, const ft_sink_tiles *tiles) {
    ft_parallel_for(tiles->count, 1, execution->threads, run_tiles, (void *)tiles);
}

static size_t scratch_bytes(const ft_token_shares_call *c) {
    size_t head_dim = c->layer->shape.head_dim, positions = c->blocks * FT_KEY_BLOCK, lanes = c->tile->nr;
    size_t lane = head_dim + c->direction_words + 2 * positions + 2 * c->coordinate_words;
    size_t tile = lane * lanes + 2 * c->padded_hidden + FT_WIDEST_VECTOR;
    size_t coding = head_dim * lanes + FT_BOUND_BLOCKS * FT_KEY_BLOCK * FT_WIDEST_VECTOR;
    return ft_round_up((tile > coding ? tile : coding) * sizeof(float), 64);
}

// One block of memory: the threads' scratch, then what all tiles read.
static char *allocate(const ft_execution *execution, ft_token_shares_call *c) {
    const ft_attribution_layer *layer = c->layer;
    size_t heads = layer->shape.heads, kv_heads = layer->shape.kv_heads;
    size_t keys = kv_heads * c->blocks * c->key_words, values = kv_heads * c->blocks * c->value_words;
    size_t directions = heads * c->count * c->direction_words, codes = heads * layer->positions * c->padded_hidden;
    size_t bounds = heads * (c->padded_hidden + layer->positions), units = kv_heads * layer->positions;
    size_t scratch = (size_t)execution->threads * c->scratch_bytes;
    size_t signs = ft_round_up(c->count * c->sign_words * sizeof(uint64_t), 64);
    size_t floats = keys + values + directions + bounds + units;
    char *memory = ft_scratch_take(scratch + signs + floats * sizeof(float) + codes);
    if (!memory) return NULL;
    c->scratch = memory;
    c->signs = (uint64_t *)(memory + scratch);
    c->packed_keys = (float *)(memory + scratch + signs);
    c->packed_values = c->packed_keys + keys;
    c->directions = c->packed_values + values;
    c->inverse_bounds = c->directions + directions;
    c->value_bounds = c->inverse_bounds + heads * c->padded_hidden;
    c->value_units = c->value_bounds + heads * layer->positions;
    c->part_codes = (int8_t *)(c->value_units + units);
    return memory;
}

ft_status ft_with_sink_tiles(const ft_execution *execution, ft_token_shares_call *c, ft_pruning_counts *counts,
                             void (*work)(const ft_execution *, ft_sink_tiles *, void *), void *context) {
    if (execution->precision == FT_PRECISION_BF16 && !c->tile->bf16) return FT_UNSUPPORTED;
    size_t heads = c->layer->shape.heads, blocks = c->layer->shape.kv_heads * c->blocks;
    ft_sink_tiles tiles = {c, variants[execution->isa], 0, (c->count + c->tile->nr - 1) / c->tile->nr};
    size_t count = tiles.count;
    char *memory = allocate(execution, c);
    c->counts = calloc(count, sizeof *c->counts);
    if (memory && c->counts) {
        ft_parallel_for(blocks, 1, execution->threads, pack_blocks, &tiles);
        ft_parallel_for(heads, 1, execution->threads, bound_heads, &tiles);
        ft_parallel_for(c->count, 64, execution->threads, take_signs, &tiles);
        ft_parallel_for(heads * direction_groups(c), 1, execution->threads, direct_sinks, &tiles);
        ft_parallel_for(heads * bound_groups(c), 1, execution->threads, code_parts, &tiles);
        work(execution, &tiles, context);
        for (size_t i = 0; counts && i < count; i++) ft_add_pruning_counts(counts, &c->counts[i]);
    }
    if (counts) counts->sinks += c->count;
    ft_status status = memory && c->counts ? FT_OK : FT_OUT_OF_MEMORY;
    ft_scratch_give(memory);
    free(c->counts);
    return status;
}

ft_token_shares_call ft_make_token_shares_call(const ft_execution *execution, const ft_attribution_layer *layer,
                                               const ft_token_sinks *sinks, size_t first, size_t count,
                                               float threshold) {
    const ft_tile *tile = ft_tile_for(execution->isa);
    size_t hd = layer->shape.head_dim;
    ft_token_shares_call call = {
        .tile = tile,
        .precision = execution->precision,
        .layer = layer,
        .sinks = sinks,
        .group = layer->shape.heads / layer->shape.kv_heads,
        .first = first,
        .count = count,
        .threshold = threshold,
        .blocks = (layer->positions + FT_KEY_BLOCK - 1) / FT_KEY_BLOCK,
        .padded_hidden = ft_round_up(layer->hidden, tile->nr),
        .sign_words = (layer->hidden + 63) / 64,
        .direction_words = ft_round_up(hd, FT_WIDEST_PIECE),
        .coordinate_words = layer->hidden + FT_CODES_AT_ONCE + 1,
        .key_words = ft_round_up(ft_panel_words(execution->precision, hd) * FT_KEY_BLOCK, 16),
        .value_words = ft_round_up(hd * FT_KEY_BLOCK, 16),
    };
    call.scratch_bytes = scratch_bytes(&call);
    return call;
}
