#include "token_shares.h"
#include <stdlib.h>

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

typedef struct {
    const ft_token_shares_call *call;
    const ft_token_shares_variant *variant;
    size_t tiles;
} token_shares_loop;

static void pack_blocks(size_t begin, size_t end, int thread, void *context) {
    (void)thread;
    const token_shares_loop *loop = context;
    size_t blocks = loop->call->blocks;
    for (size_t i = begin; i < end; i++) loop->variant->pack_block(loop->call, i / blocks, i % blocks);
}

static void pack_heads(size_t begin, size_t end, int thread, void *context) {
    (void)thread;
    const token_shares_loop *loop = context;
    for (size_t head = begin; head < end; head++) loop->variant->pack_head(loop->call, head);
}

// Later tiles see more sources; they go first so that the last pieces are short ones.
static void run_tiles(size_t begin, size_t end, int thread, void *context) {
    const token_shares_loop *loop = context;
    char *scratch = loop->call->scratch + (size_t)thread * loop->call->scratch_bytes;
    for (size_t i = begin; i < end; i++) loop->variant->sink_tile(loop->call, loop->tiles - 1 - i, scratch);
}

static size_t round_up(size_t n, size_t multiple) {
    return (n + multiple - 1) / multiple * multiple;
}

static size_t scratch_bytes(const ft_token_shares_call *c) {
    size_t hidden = c->layer->hidden, positions = c->blocks * FT_KEY_BLOCK, lanes = c->tile->nr;
    size_t values = (2 * hidden + c->layer->shape.head_dim + c->padded_dim + FT_KEY_BLOCK + 2 * positions) * lanes;
    return round_up((values + 2 * hidden) * sizeof(float) + lanes * hidden * sizeof(ft_coordinate), 64);
}

static ft_status run(const ft_execution *execution, ft_token_shares_call *c, ft_pruning_counts *counts) {
    const ft_attribution_layer *layer = c->layer;
    size_t heads = layer->shape.heads, kv_heads = layer->shape.kv_heads;
    size_t tiles = (c->count + c->tile->nr - 1) / c->tile->nr;
    size_t keys = kv_heads * c->blocks * c->key_words, values = kv_heads * c->blocks * c->value_words;
    size_t output = heads * c->padded_dim * layer->hidden;
    size_t rest = round_up(kv_heads * layer->positions + heads * layer->hidden, 16);
    size_t bytes = (keys + values + output + rest) * sizeof(float) + (size_t)execution->threads * c->scratch_bytes;
    char *memory = aligned_alloc(64, round_up(bytes, 64));
    c->counts = calloc(tiles, sizeof *c->counts);
    if (!memory || !c->counts) {
        free(memory);
        free(c->counts);
        return FT_OUT_OF_MEMORY;
    }
    c->scratch = memory;
    c->packed_keys = (float *)(memory + (size_t)execution->threads * c->scratch_bytes);
    c->packed_values = c->packed_keys + keys;
    c->packed_output = c->packed_values + values;
    c->value_norms = c->packed_output + output;
    c->bounds = c->value_norms + kv_heads * layer->positions;
    token_shares_loop loop = {c, variants[execution->isa], tiles};
    ft_parallel_for(kv_heads * c->blocks, 1, execution->threads, pack_blocks, &loop);
    ft_parallel_for(heads, 1, execution->threads, pack_heads, &loop);
    ft_parallel_for(tiles, 1, execution->threads, run_tiles, &loop);
    for (size_t i = 0; counts && i < tiles; i++) ft_add_pruning_counts(counts, &c->counts[i]);
    free(memory);
    free(c->counts);
    return FT_OK;
}

ft_status ft_token_shares(const ft_execution *execution, const ft_attribution_layer *layer, const ft_token_sinks *sinks,
                          size_t first, size_t count, float threshold, float *scores, size_t ldscores,
                          float *residual_shares, ft_pruning_counts *counts) {
    const ft_tile *tile = ft_tile_for(execution->isa);
    if (!tile || (execution->precision == FT_PRECISION_BF16 && !tile->bf16)) return FT_UNSUPPORTED;
    if (count == 0) return FT_OK;
    size_t hd = layer->shape.head_dim;
    ft_token_shares_call call = {
        .tile = tile,
        .precision = execution->precision,
        .layer = layer,
        .sinks = sinks,
        .group = layer->shape.heads / layer->shape.kv_heads,
        .first = first,
        .count = count,
        .blocks = (layer->positions + FT_KEY_BLOCK - 1) / FT_KEY_BLOCK,
        .padded_dim = round_up(hd, tile->mr),
        .key_words = round_up(ft_panel_words(execution->precision, hd) * FT_KEY_BLOCK, 16),
        .value_words = round_up(hd * FT_KEY_BLOCK, 16),
        .threshold = threshold,
        .scores = scores,
        .residual_shares = residual_shares,
        .ldscores = ldscores,
    };
    call.scratch_bytes = scratch_bytes(&call);
    return run(execution, &call, counts);
}
