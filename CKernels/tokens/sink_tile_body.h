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
    float *mid;        // x_mid, transposed [hidden][LANES]
    float *signs;      // w sign x_mid [hidden][LANES]
    float *queries;    // packed [head_dim][LANES]
    float *directions; // p [padded_dim][LANES]
    float *weights;    // a = s alpha [positions][LANES]
    float *proximity;  // sum over heads [positions][LANES]
    // Of the head at work:
    uint32_t *found;                 // coordinates within reach of some lanes [FT_LANES][hidden]
    ft_sink_coordinate *coordinates; // the same by ascending buckets [LANES][hidden]
    uint32_t *bucket_ends;           // coordinates up to each bucket's end [LANES][FT_THRESHOLD_BUCKETS]
    float lowest[LANES];             // threshold
    uint32_t highest_octave[LANES];  // of the thresholds, in quarters
    ft_due_correction due[FT_DUE_CORRECTIONS];
    size_t due_count;
    float excess; // E of the pair whose corrections are due first, as far as they are settled
} FT_NAME(sink_tile_state);

FT_INLINE void FT_NAME(place)(const ft_token_shares_call *c, size_t tile, char *scratch, FT_NAME(sink_tile_state) * t) {
    const ft_attribution_layer *layer = c->layer;
    size_t hidden = layer->hidden, padded = c->blocks * FT_KEY_BLOCK;
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
    t->mid = memory, memory += hidden * LANES;
    t->signs = memory, memory += hidden * LANES;
    t->queries = memory, memory += layer->shape.head_dim * LANES;
    t->directions = memory, memory += c->padded_dim * LANES;
    t->weights = memory, memory += padded * LANES;
    t->proximity = memory, memory += padded * LANES;
    t->found = (uint32_t *)memory, memory += FT_LANES * hidden;
    t->bucket_ends = (uint32_t *)memory, memory += LANES * FT_THRESHOLD_BUCKETS;
    t->coordinates = (ft_sink_coordinate *)memory;
    t->due_count = 0, t->excess = 0;
    memset(t->proximity, 0, padded * LANES * sizeof(float));
}

// FT_LANES rows side by side: columns[k * ld + l] = rows[l][k].
FT_INLINE void FT_NAME(gather_rows)(size_t n, const float *const rows[FT_LANES], float *columns, size_t ld) {
    size_t k = 0;
    for (; k + FT_LANES <= n; k += FT_LANES) {
        ft_vf square[FT_LANES];
        for (size_t l = 0; l < FT_LANES; l++) square[l] = ft_load(rows[l] + k);
        ft_transpose(square);
        for (size_t l = 0; l < FT_LANES; l++) ft_store(columns + (k + l) * ld, square[l]);
    }
    for (; k < n; k++)
        for (size_t l = 0; l < FT_LANES; l++) columns[k * ld + l] = rows[l][k];
}

// x_mid and its signs, FT_LANES coordinates of FT_LANES sinks at a time.
FT_INLINE void FT_NAME(load_sinks)(const ft_token_shares_call *c, FT_NAME(sink_tile_state) * t) {
    size_t hidden = c->layer->hidden;
    for (size_t lane = 0; lane < LANES; lane += FT_LANES) {
        const float *rows[FT_LANES];
        for (size_t l = 0; l < FT_LANES; l++)
            rows[l] = c->sinks->mid + (t->begin + (lane + l < t->present ? lane + l : 0)) * c->sinks->ldx;
        FT_NAME(gather_rows)(hidden, rows, t->mid + lane, LANES);
    }
    for (size_t k = 0; k < hidden; k++) {
        ft_vf weight = ft_splat(FT_NAME(output_weight)(c->layer, k));
        for (size_t at = k * LANES; at < (k + 1) * LANES; at += FT_LANES)
            ft_store(t->signs + at, ft_select(ft_load(t->mid + at) < 0, -weight, weight));
    }
}

FT_INLINE void FT_NAME(load_head)(const ft_token_shares_call *c, size_t head, FT_NAME(sink_tile_state) * t) {
    const ft_attribution_layer *layer = c->layer;
    size_t mr = c->tile->mr, hd = layer->shape.head_dim, hidden = layer->hidden;
    for (size_t l = 0; l < LANES; l++) {
        size_t sink = t->begin + (l < t->present ? l : 0);
        const float *q = c->sinks->queries + sink * c->sinks->ldq + head * hd;
        FT_NAME(pack_lane)(c->precision, LANES, hd, q, layer->shape.scale, t->queries + l);
        t->lse[l] = c->sinks->lse[sink * layer->shape.heads + head];
    }
    const float *output = c->packed_output + head * c->padded_dim * hidden;
    for (size_t dim = 0; dim < c->padded_dim; dim += mr)
        c->tile->f32(hidden, output + dim * hidden, t->signs, t->directions + dim * LANES, LANES, 0);
}
