// What sources do to coordinates, F_k = w_k O[h]_k . V_j, as codes of 8 bits, and the bound of each source in a head:
// |F_k| is at most m[h, j] c[h, k], with c[h, k] = |w_k| |O[h]_k|_2 and m[h, j] = max_k |F_k| / c[h, k], less than half of
// |V_j|_2 as a rule. They cost one product for each head and are forgotten with the layer. Included inside a target
// region, after sink_tile_body.h.

// 1 / c[h, k], lowered by more than rounding; 0 for a row of zeros.
static void FT_NAME(bound_coordinates)(const ft_token_shares_call *c, size_t head) {
    float *inverse = c->inverse_bounds + head * c->padded_hidden;
    FT_NAME(head_bounds)(c->layer, head, inverse);
    for (size_t k = 0; k < c->padded_hidden; k++)
        inverse[k] = k < c->layer->hidden && inverse[k] > 1e-37f ? 0.99999f / inverse[k] : 0;
}

// The nearest whole numbers of values within -127...127: they are the low bytes of the sum with 1.5 * 2^23.
FT_INLINE void FT_NAME(store_codes)(ft_vf values, int8_t *codes) {
    typedef int8_t bytes __attribute__((vector_size(FT_LANES)));
    bytes rounded = __builtin_convertvector((ft_vi)(values + ft_splat(12582912.0f)), bytes);
    memcpy(codes, &rounded, sizeof rounded);
}

// Codes of one block of sources and one panel of coordinates; max_k |F_k| / c[h, k] goes into the running maxima.
FT_INLINE void FT_NAME(code_block)(const ft_token_shares_call *c, const float *values, const float *units,
                                   size_t sources, const float *panel, const ft_vf scales[TILE_VECTORS], int8_t *codes,
                                   float *highest) {
    size_t mr = c->tile->mr, hd = c->layer->shape.head_dim;
    float parts[TILE_ROWS * LANES];
    for (size_t j = 0; j < sources; j++) {
        if (j % mr == 0) c->tile->f32(hd, values + j * hd, panel, parts, LANES, 0);
        ft_vf maximum = ft_load(highest + j * FT_LANES), inverse = ft_splat(units[j] > 1e-37f ? 1 / units[j] : 0);
        for (size_t v = 0; v < TILE_VECTORS; v++) {
            ft_vf part = ft_load(parts + j % mr * LANES + v * FT_LANES) * scales[v];
            maximum = ft_max(maximum, ft_abs(part));
            FT_NAME(store_codes)(part * inverse, codes + j * c->padded_hidden + v * FT_LANES);
        }
        ft_store(highest + j * FT_LANES, maximum);
    }
}

// A panel of coordinates for all the sources, after the other. A product's rounding is covered by a share of |V|.
static void FT_NAME(code_parts)(const ft_token_shares_call *c, size_t head, size_t first_block, char *scratch) {
    const ft_attribution_layer *layer = c->layer;
    size_t hd = layer->shape.head_dim, kv_head = head / c->group, begin = first_block * FT_KEY_BLOCK;
    size_t left = layer->positions - begin, count = FT_BOUND_BLOCKS * FT_KEY_BLOCK;
    if (left < count) count = left;
    const float *values = c->packed_values + (kv_head * c->blocks + first_block) * c->value_words;
    const float *units = c->value_units + kv_head * layer->positions + begin;
    const float *inverse = c->inverse_bounds + head * c->padded_hidden;
    int8_t *codes = c->part_codes + (head * layer->positions + begin) * c->padded_hidden;
    float *panel = (float *)scratch, *highest = panel + hd * LANES;
    memset(highest, 0, count * FT_LANES * sizeof *highest);
    for (size_t k = 0; k < layer->hidden; k += LANES) {
        size_t lanes = layer->hidden - k < LANES ? layer->hidden - k : LANES;
        ft_vf scales[TILE_VECTORS];
        for (size_t l = 0; l < LANES; l++)
            scales[l / FT_LANES][l % FT_LANES] = l < lanes ? inverse[k + l] * FT_NAME(output_weight)(layer, k + l) : 0;
        FT_NAME(pack_rows)(FT_PRECISION_F32, LANES, lanes, hd, FT_NAME(output_row)(layer, head, k),
                           layer->shape.heads * hd, 1, panel);
        for (size_t j = 0; j < count; j += FT_KEY_BLOCK)
            FT_NAME(code_block)(c, values + j / FT_KEY_BLOCK * c->value_words, units + j,
                                count - j < FT_KEY_BLOCK ? count - j : FT_KEY_BLOCK, panel, scales,
                                codes + j * c->padded_hidden + k, highest + j * FT_LANES);
    }
    for (size_t j = 0; j < count; j++) {
        float bound = 0;
        for (size_t l = 0; l < FT_LANES; l++) bound = fmaxf(bound, highest[j * FT_LANES + l]);
        c->value_bounds[head * layer->positions + begin + j] = bound + 3e-5f * FT_PART_LEVELS * units[j];
    }
}
