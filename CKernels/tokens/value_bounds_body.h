// Bounds of what sources can do to coordinates: F_k = w_k O[h]_k . V_j is at most m[h, j] c[h, k] in size, with
// c[h, k] = |w_k| |O[h]_k|_2 and m[h, j] = max_k |F_k| / c[h, k], less than half of |V_j|_2 as a rule. They cost one product
// for each head and are forgotten with the layer. Included inside a target region, after sink_tile_body.h.

// 1 / c[h, k], lowered by more than rounding; 0 for a row of zeros.
FT_INLINE void FT_NAME(bound_coordinates)(const ft_token_shares_call *c, size_t head) {
    float *inverse = c->inverse_bounds + head * c->padded_hidden;
    FT_NAME(head_bounds)(c->layer, head, inverse);
    for (size_t k = 0; k < c->padded_hidden; k++)
        inverse[k] = k < c->layer->hidden && inverse[k] > 1e-37f ? 0.99999f / inverse[k] : 0;
}

// max_k |F_k| / c[h, k] of a block of sources and the coordinates of one panel, into the running maxima.
FT_INLINE void FT_NAME(raise_bounds)(const ft_token_shares_call *c, const float *values, const float *panel,
                                     const ft_vf scales[TILE_VECTORS], float *highest) {
    size_t mr = c->tile->mr, hd = c->layer->shape.head_dim;
    float parts[TILE_ROWS * LANES];
    for (size_t j = 0; j < FT_KEY_BLOCK; j += mr) {
        c->tile->f32(hd, values + j * hd, panel, parts, LANES, 0);
        for (size_t r = 0; r < TILE_ROWS; r++, highest += FT_LANES) {
            ft_vf maximum = ft_load(highest);
            for (size_t v = 0; v < TILE_VECTORS; v++)
                maximum = ft_max(maximum, ft_abs(ft_load(parts + r * LANES + v * FT_LANES) * scales[v]));
            ft_store(highest, maximum);
        }
    }
}

// A panel of coordinates for all the sources, after the other. A product's rounding is covered by a share of |V|.
static void FT_NAME(bound_values)(const ft_token_shares_call *c, size_t head, size_t first_block, char *scratch) {
    const ft_attribution_layer *layer = c->layer;
    size_t hd = layer->shape.head_dim, kv_head = head / c->group, left = c->blocks - first_block;
    size_t blocks = left < FT_BOUND_BLOCKS ? left : FT_BOUND_BLOCKS, begin = first_block * FT_KEY_BLOCK;
    const float *values = c->packed_values + (kv_head * c->blocks + first_block) * c->value_words;
    const float *inverse = c->inverse_bounds + head * c->padded_hidden;
    float *panel = (float *)scratch, *highest = panel + hd * LANES;
    memset(highest, 0, blocks * FT_KEY_BLOCK * FT_LANES * sizeof *highest);
    for (size_t k = 0; k < layer->hidden; k += LANES) {
        size_t count = layer->hidden - k < LANES ? layer->hidden - k : LANES;
        ft_vf scales[TILE_VECTORS];
        for (size_t l = 0; l < LANES; l++)
            scales[l / FT_LANES][l % FT_LANES] =
                l < count ? inverse[k + l] * fabsf(FT_NAME(output_weight)(layer, k + l)) : 0;
        FT_NAME(pack_rows)(FT_PRECISION_F32, LANES, count, hd, FT_NAME(output_row)(layer, head, k),
                           layer->shape.heads * hd, 1, panel);
        for (size_t block = 0; block < blocks; block++)
            FT_NAME(raise_bounds)(c, values + block * c->value_words, panel, scales,
                                  highest + block * FT_KEY_BLOCK * FT_LANES);
    }
    for (size_t j = begin; j < begin + blocks * FT_KEY_BLOCK && j < layer->positions; j++) {
        const float *v = layer->values + j * layer->ldkv + kv_head * hd;
        float bound = 0;
        for (size_t l = 0; l < FT_LANES; l++) bound = fmaxf(bound, highest[(j - begin) * FT_LANES + l]);
        c->value_bounds[head * layer->positions + j] = bound + 3e-5f * sqrtf(ft_dot(hd, v, v));
    }
}
