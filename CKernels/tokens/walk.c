#include "token_shares.h"
#include <stdlib.h>
#include <string.h>

typedef struct {
    float *moved;
    const ft_token_shares_call *call;
    size_t first_tile, tiles;
} walk_sums;

// Sums of the sources begin...end.
static void add_partials(size_t begin, size_t end, int thread, void *context) {
    (void)thread;
    const walk_sums *sums = context;
    size_t spans = sums->call->walk->spans, positions = sums->call->layer->positions;
    for (size_t tile = sums->first_tile; tile < sums->first_tile + sums->tiles; tile++) {
        if (sums->call->skipped[tile]) continue;
        const float *partial = sums->call->walk->partial + tile % FT_WALK_WAVE * positions * spans;
        for (size_t s = 0; s < spans; s++)
            for (size_t j = begin; j < end; j++) sums->moved[s * positions + j] += partial[j * spans + s];
    }
}

// Waves of tiles, each followed by the ordered sum of what it moved.
static void walk_waves(const ft_execution *execution, ft_sink_tiles *tiles, void *context) {
    walk_sums *sums = context;
    size_t count = tiles->count;
    for (size_t first = 0; first < count; first += FT_WALK_WAVE) {
        tiles->first = sums->first_tile = first;
        tiles->count = sums->tiles = count - first < FT_WALK_WAVE ? count - first : FT_WALK_WAVE;
        ft_run_sink_tiles(execution, tiles);
        ft_parallel_for(sums->call->layer->positions, 512, execution->threads, add_partials, sums);
    }
}

// Marks tiles whose sinks all weigh no more than `negligible` in every span.
static void mark_skipped(const ft_token_sinks *sinks, size_t spans, const float *weights, float negligible,
                         size_t lanes, unsigned char *skipped) {
    memset(skipped, 1, (sinks->rows + lanes - 1) / lanes);
    for (size_t s = 0; s < spans; s++)
        for (size_t i = 0; i < sinks->rows; i++)
            if (weights[s * sinks->rows + i] > negligible) skipped[i / lanes] = 0;
}

static size_t count_skipped(size_t rows, size_t lanes, const unsigned char *skipped) {
    size_t count = 0;
    for (size_t i = 0; i < rows; i++) count += skipped[i / lanes];
    return count;
}

ft_status ft_walk_layer(const ft_execution *execution, const ft_attribution_layer *layer, const ft_token_sinks *sinks,
                        size_t spans, const float *weights, float negligible, float *moved, float *kept,
                        ft_pruning_counts *counts) {
    if (!ft_tile_for(execution->isa)) return FT_UNSUPPORTED;
    size_t values = spans * layer->positions;
    memset(moved, 0, values * sizeof *moved);
    memcpy(kept, weights, spans * sinks->rows * sizeof *kept);
    if (sinks->rows == 0 || spans == 0) return FT_OK;
    ft_token_shares_call call = ft_make_token_shares_call(execution, layer, sinks, 0, sinks->rows, 0);
    ft_walk walk = {spans, weights, kept, malloc(FT_WALK_WAVE * values * sizeof(float))};
    unsigned char *skipped = malloc(sinks->rows);
    ft_status status = FT_OUT_OF_MEMORY;
    if (walk.partial && skipped) {
        mark_skipped(sinks, spans, weights, negligible, call.tile->nr, skipped);
        call.walk = &walk;
        call.skipped = skipped;
        walk_sums sums = {.moved = moved, .call = &call};
        status = ft_with_sink_tiles(execution, &call, counts, walk_waves, &sums);
        if (counts) counts->skipped += count_skipped(sinks->rows, call.tile->nr, skipped);
    }
    free(walk.partial);
    free(skipped);
    return status;
}
