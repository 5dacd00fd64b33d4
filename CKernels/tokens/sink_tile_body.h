// One tile of sinks: its place, its scratch memory, and what is loaded into that. Included inside a target region, before
// token_shares_body.h.
#include "../tile/tile_shape.h"
#define LANES TILE_COLUMNS

// A tile's place and its scratch memory.
typedef struct {
    size_t begin, present; // first sink and sinks in use
    int32_t first[LANES], last[LANES], highest;
    float scale[LANES], lse[LANES];
    float *mid;                 // x_mid, transposed [hidden][LANES]
    float *signs;               // w sign x_mid [hidden][LANES]
    float *queries;             // packed [head_dim][LANES]
    float *directions;          // p [padded_dim][LANES]
    float *projections;         // V . p of one block [FT_KEY_BLOCK][LANES]
    float *weights;             // a = s alpha [positions][LANES]
    float *proximity;           // sum over heads [positions][LANES]
    float *parts;               // F_k of the source at work, where known [hidden]
    uint32_t *known;            // 1 + the source that parts[k] belongs to [hidden]
    ft_coordinate *coordinates; // of the head at work [LANES][hidden], ascending thresholds
    size_t coordinate_count[LANES];
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
        t->last[l] = (int32_t)(layer->positions - c->sinks->rows + sink);
        t->first[l] = window && t->last[l] >= window ? t->last[l] - window + 1 : 0;
        t->scale[l] = c->sinks->scales ? c->sinks->scales[sink] : 1;
    }
    t->highest = t->last[t->present - 1];
    float *memory = (float *)scratch;
    t->mid = memory, memory += hidden * LANES;
    t->signs = memory, memory += hidden * LANES;
    t->queries = memory, memory += layer->shape.head_dim * LANES;
    t->directions = memory, memory += c->padded_dim * LANES;
    t->projections = memory, memory += FT_KEY_BLOCK * LANES;
    t->weights = memory, memory += padded * LANES;
    t->proximity = memory, memory += padded * LANES;
    t->parts = memory, memory += hidden;
    t->known = (uint32_t *)memory, memory += hidden;
    t->coordinates = (ft_coordinate *)memory;
    memset(t->proximity, 0, padded * LANES * sizeof(float));
}

FT_INLINE void FT_NAME(load_sinks)(const ft_token_shares_call *c, FT_NAME(sink_tile_state) * t) {
    for (size_t l = 0; l < LANES; l++) {
        const float *x = c->sinks->mid + (t->begin + (l < t->present ? l : 0)) * c->sinks->ldx;
        for (size_t k = 0; k < c->layer->hidden; k++) {
            float weight = FT_NAME(output_weight)(c->layer, k);
            t->mid[k * LANES + l] = x[k];
            t->signs[k * LANES + l] = x[k] < 0 ? -weight : weight;
        }
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
    memset(t->known, 0, hidden * sizeof *t->known);
}
