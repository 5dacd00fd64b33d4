// Attention of one tile of query lanes, for every instruction set.
#include "../tile/tile_shape.h"
#define VECTORS TILE_VECTORS
#define LANES TILE_COLUMNS

static void FT_NAME(pack)(const ft_attention_call *c, size_t kv_head, size_t block) {
    size_t mr = c->tile->mr, hd = c->shape.head_dim, keys = FT_ATTENTION_KEYS;
    size_t first = block * keys, total = c->first_position + c->rows;
    size_t present = total - first < keys ? total - first : keys;
    const float *k = c->k + first * c->ldkv + kv_head * hd, *v = c->v + first * c->ldkv + kv_head * hd;
    float *packed = c->packed_keys + (kv_head * c->key_blocks + block) * c->key_words;
    FT_NAME(pack_panels)(c->precision, mr, keys, present, hd, k, c->ldkv, 1, packed);
    packed = c->packed_values + (kv_head * c->key_blocks + block) * c->value_words;
    for (size_t dim = 0; dim < c->padded_dim; dim += mr) {
        size_t count = hd - dim < mr ? hd - dim : mr;
        FT_NAME(pack_columns)(c->precision, mr, count, keys, present, v + dim, c->ldkv, packed);
        packed += ft_panel_words(c->precision, keys) * mr;
    }
}

// The lanes of a tile: where each reads its query and which positions it sees.
typedef struct {
    size_t present; // lanes in use
    size_t query[FT_MAX_NR], head[FT_MAX_NR];
    ft_vi first[VECTORS], last[VECTORS]; // visible positions, inclusive
    int32_t lowest, earliest_last;       // the lowest first and last of the lanes
    int32_t highest_first, highest;      // the highest first and last
} FT_NAME(lanes);

FT_INLINE void FT_NAME(place_lanes)(const ft_attention_call *c, size_t kv_head, size_t tile, FT_NAME(lanes) * lanes) {
    size_t total = c->rows * c->group, begin = tile * LANES;
    int32_t first[LANES], last[LANES];
    lanes->present = total - begin < LANES ? total - begin : LANES;
    lanes->lowest = lanes->earliest_last = INT32_MAX;
    lanes->highest_first = lanes->highest = 0;
    for (size_t l = 0; l < LANES; l++) {
        size_t row = begin + (l < lanes->present ? l : 0); // an unused lane repeats the first
        lanes->query[l] = row / c->group;
        lanes->head[l] = kv_head * c->group + row % c->group;
        last[l] = (int32_t)(c->first_position + lanes->query[l]);
        int32_t window = (int32_t)c->shape.window;
        first[l] = window && last[l] >= window ? last[l] - window + 1 : 0;
        if (first[l] < lanes->lowest) lanes->lowest = first[l];
        if (last[l] < lanes->earliest_last) lanes->earliest_last = last[l];
        if (first[l] > lanes->highest_first) lanes->highest_first = first[l];
        if (last[l] > lanes->highest) lanes->highest = last[l];
    }
    memcpy(lanes->first, first, sizeof first);
    memcpy(lanes->last, last, sizeof last);
}

FT_INLINE void FT_NAME(pack_queries)(const ft_attention_call *c, const FT_NAME(lanes) * lanes, float *packed) {
    size_t hd = c->shape.head_dim;
    for (size_t l = 0; l < LANES; l++) {
        const float *q = c->q + lanes->query[l] * c->ldq + lanes->head[l] * hd;
        FT_NAME(pack_lane)(c->precision, LANES, hd, q, c->shape.scale, packed + l);
    }
}

// Scores of positions that a lane does not see become -inf.
FT_INLINE void FT_NAME(mask)(const FT_NAME(lanes) * lanes, int32_t first_key, float *scores) {
    for (int32_t key = 0; key < FT_ATTENTION_KEYS; key++)
        for (int v = 0; v < VECTORS; v++) {
            float *p = scores + (size_t)key * LANES + v * FT_LANES;
            ft_vi position = (ft_vi){} + (first_key + key);
            ft_vi visible = (position >= lanes->first[v]) & (position <= lanes->last[v]);
            ft_vi bits = (ft_vi)ft_load(p);
            ft_store(p, (ft_vf)((bits & visible) | ((ft_vi)ft_splat(-__builtin_inff()) & ~visible)));
        }
}

// Turns a block of scores into weights relative to the running maximum, keeps the running sums, scales the output.
FT_INLINE void FT_NAME(online_softmax)(float *scores, ft_vf maximum[VECTORS], ft_vf sum[VECTORS], float *output,
                                       size_t dims) {
    for (int v = 0; v < VECTORS; v++) {
        float *column = scores + v * FT_LANES;
        ft_vf peak = maximum[v];
        for (size_t key = 0; key < FT_ATTENTION_KEYS; key++) peak = ft_max(peak, ft_load(column + key * LANES));
        ft_vf reference = ft_select(peak == ft_splat(-__builtin_inff()), (ft_vf){}, peak); // no visible key so far
        ft_vf scale = ft_exp(maximum[v] - reference), total = {};
        for (size_t key = 0; key < FT_ATTENTION_KEYS; key++) {
            ft_vf weight = ft_exp(ft_load(column + key * LANES) - reference);
            ft_store(column + key * LANES, weight);
            total += weight;
        }
        maximum[v] = peak;
        sum[v] = sum[v] * scale + total;
        for (size_t d = 0; d < dims; d++) {
            float *o = output + d * LANES + v * FT_LANES;
            ft_store(o, ft_load(o) * scale);
        }
    }
}

FT_INLINE void FT_NAME(write_output)(const ft_attention_call *c, const FT_NAME(lanes) * lanes, const float *output,
                                     const ft_vf maximum[VECTORS], const ft_vf sum[VECTORS]) {
    float m[LANES], s[LANES];
    memcpy(m, maximum, sizeof m);
    memcpy(s, sum, sizeof s);
    for (size_t l = 0; l < lanes->present; l++) {
        float *y = c->y + lanes->query[l] * c->ldy + lanes->head[l] * c->shape.head_dim;
        float inverse = 1 / s[l];
        for (size_t d = 0; d < c->shape.head_dim; d++) y[d] = output[d * LANES + l] * inverse;
        if (c->lse) c->lse[lanes->query[l] * c->shape.heads + lanes->head[l]] = m[l] + logf(s[l]);
    }
}

// 1 place the lanes, pack their queries   2 per block of keys: scores, mask, online softmax, weighted values
// 3 divide by the sums and write
static void FT_NAME(query_tile)(const ft_attention_call *c, size_t kv_head, size_t tile, float *scratch) {
    size_t hd = c->shape.head_dim, mr = c->tile->mr, keys = FT_ATTENTION_KEYS;
    float *queries = scratch, *scores = queries + hd * LANES, *weights = scores + keys * LANES;
    float *output = weights + keys * LANES;
    FT_NAME(lanes) lanes;
    ft_vf maximum[VECTORS], sum[VECTORS] = {};
    for (int v = 0; v < VECTORS; v++) maximum[v] = ft_splat(-__builtin_inff());
    FT_NAME(place_lanes)(c, kv_head, tile, &lanes);
    FT_NAME(pack_queries)(c, &lanes, queries);
    memset(output, 0, c->padded_dim * LANES * sizeof *output);

    for (size_t block = (size_t)lanes.lowest / keys; block * keys <= (size_t)lanes.highest; block++) {
        int32_t first_key = (int32_t)(block * keys), last_key = first_key + FT_ATTENTION_KEYS - 1;
        const float *k = c->packed_keys + (kv_head * c->key_blocks + block) * c->key_words;
        for (size_t key = 0; key < keys; key += mr, k += ft_panel_words(c->precision, hd) * mr)
            ft_tile_product(c->tile, c->precision, hd, k, queries, scores + key * LANES, LANES, 0);
        if (last_key > lanes.earliest_last || first_key < lanes.highest_first) FT_NAME(mask)(&lanes, first_key, scores);
        FT_NAME(online_softmax)(scores, maximum, sum, output, hd);
        const float *p = FT_NAME(pack_weights)(c->precision, scores, weights);
        const float *v = c->packed_values + (kv_head * c->key_blocks + block) * c->value_words;
        for (size_t d = 0; d < c->padded_dim; d += mr, v += ft_panel_words(c->precision, keys) * mr)
            ft_tile_product(c->tile, c->precision, keys, v, p, output + d * LANES, LANES, 1);
    }
    FT_NAME(write_output)(c, &lanes, output, maximum, sum);
}

const ft_attention_variant FT_NAME(ft_attention) = {FT_NAME(pack), FT_NAME(query_tile)};

#undef VECTORS
#undef LANES
