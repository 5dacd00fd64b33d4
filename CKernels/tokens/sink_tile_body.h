// One tile of sinks: its place, its scratch memory, and what is loaded into that. Included inside a target region, before
// token_shares_body.h.
#include "../tile/tile_shape.h"
#define LANES TILE_COLUMNS

// A tile's place and its scratch memory.
typedef struct {
    size_t begin, present;             // first sink and sinks in use
    int32_t first[LANES], last[LANES]; // visible positions, inclusive; an unused lane sees none
    size_t lowest_source, highest_source;
    int32_t all_first, all_last; // what all lanes see
    float scale[LANES], lse[LANES];
    float *queries;    // packed [head_dim][LANES]
    float *directions; // p [direction_words][LANES]
    float *weights;    // a = s alpha [positions][LANES]
    float *proximity;  // sum over heads [positions][LANES]
    // Of the head at work:
    float *thresholds;             // of one sink [padded_hidden]
    uint32_t *found;               // its coordinates within reach [padded_hidden], and room for a vector
    float *sorted_thresholds;      // of these, by ascending buckets, with the sign of x_k [LANES][coordinate_words]
    uint32_t *sorted_indices;      // k [LANES][coordinate_words]
    float lowest[LANES];           // threshold
    uint32_t lowest_octave[LANES]; // in quarters: those below stand with it in the first bucket
    ft_due_correction due[FT_DUE_CORRECTIONS];
    size_t due_count;
    float excess; // E of the pair whose corrections are due first, as far as they are settled
} FT_NAME(sink_tile_state);

// A source, in the head at work.
typedef struct {
    size_t position;
    const int8_t *codes;
    float unit, bound; // |V_j| / FT_PART_LEVELS and m[h, j]
} FT_NAME(source_state);

FT_INLINE void FT_NAME(place)(const ft_token_shares_call *c, size_t tile, char *scratch, FT_NAME(sink_tile_state) * t) {
    const ft_attribution_layer *layer = c->layer;
    size_t padded = c->blocks * FT_KEY_BLOCK;
    t->begin = c->first + tile * LANES;
    size_t left = c->first + c->count - t->begin;
    t->present = left < LANES ? left : LANES;
    int32_t window = (int32_t)layer->shape.window;
    for (size_t l = 0; l < LANES; l++) {
        size_t sink = t->begin + (l < t->present ? l : 0); // an unused lane repeats the first
        t->last[l] = l < t->present ? (int32_t)(layer->positions - c->sinks->rows + sink) : -1;
        t->first[l] = window && t->last[l] >= window ? t->last[l] - window + 1 : 0;
        t->scale[l] = c->sinks->scales ? c->sinks->scales[sink] : 1;
    }
    t->lowest_source = (size_t)t->first[0];
    t->highest_source = (size_t)t->last[t->present - 1];
    t->all_first = t->first[t->present - 1];
    t->all_last = t->present < LANES ? -1 : t->last[0];
    float *memory = (float *)scratch;
    t->queries = memory, memory += layer->shape.head_dim * LANES;
    t->directions = memory, memory += c->direction_words * LANES;
    t->weights = memory, memory += padded * LANES;
    t->proximity = memory, memory += padded * LANES;
    t->sorted_thresholds = memory, memory += c->coordinate_words * LANES;
    t->sorted_indices = (uint32_t *)memory, memory += c->coordinate_words * LANES;
    t->thresholds = memory, memory += c->padded_hidden;
    t->found = (uint32_t *)memory;
    t->due_count = 0, t->excess = 0;
    memset(t->lowest, 0, sizeof t->lowest);
    memset(t->proximity, 0, padded * LANES * sizeof(float));
}

// FT_LANES rows side by side: columns[k * LANES + l] = rows[l][k]; n is a multiple of FT_LANES.
FT_INLINE void FT_NAME(gather_rows)(size_t n, const float *const rows[FT_LANES], float *columns) {
    for (size_t k = 0; k < n; k += FT_LANES) {
        ft_vf square[FT_LANES];
        for (size_t l = 0; l < FT_LANES; l++) square[l] = ft_load(rows[l] + k);
        ft_transpose(square);
        for (size_t l = 0; l < FT_LANES; l++) ft_store(columns + (k + l) * LANES, square[l]);
    }
}

FT_INLINE void FT_NAME(load_head)(const ft_token_shares_call *c, size_t head, FT_NAME(sink_tile_state) * t) {
    const ft_attribution_layer *layer = c->layer;
    size_t hd = layer->shape.head_dim;
    const float *rows[LANES];
    for (size_t l = 0; l < LANES; l++) {
        size_t sink = t->begin + (l < t->present ? l : 0);
        const float *q = c->sinks->queries + sink * c->sinks->ldq + head * hd;
        FT_NAME(pack_lane)(c->precision, LANES, hd, q, layer->shape.scale, t->queries + l);
        t->lse[l] = c->sinks->lse[sink * layer->shape.heads + head];
        rows[l] = c->directions + (head * c->count + sink - c->first) * c->direction_words;
    }
    for (size_t lane = 0; lane < LANES; lane += FT_LANES)
        FT_NAME(gather_rows)(c->direction_words, rows + lane, t->directions + lane);
}
