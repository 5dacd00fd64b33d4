// Shares of all sources in one tile of sinks, for every instruction set. The mathematics is that of span_shares_body.h
// with every sink a vector of its own: with sigma = sign x_mid and p = O[h]^T (w sigma), L = a V . p is, for all sinks
// and sources together, a product shaped like attention scores.
static void FT_NAME(pack_block)(const ft_token_shares_call *c, size_t kv_head, size_t block) {
    const ft_attribution_layer *layer = c->layer;
    size_t mr = c->tile->mr, hd = layer->shape.head_dim, first = block * FT_KEY_BLOCK, left = layer->positions - first;
    size_t present = left < FT_KEY_BLOCK ? left : FT_KEY_BLOCK;
    const float *keys = layer->keys + first * layer->ldkv + kv_head * hd;
    const float *values = layer->values + first * layer->ldkv + kv_head * hd;
    float *packed_keys = c->packed_keys + (kv_head * c->blocks + block) * c->key_words;
    float *packed_values = c->packed_values + (kv_head * c->blocks + block) * c->value_words;
    FT_NAME(pack_panels)(c->precision, mr, FT_KEY_BLOCK, present, hd, keys, layer->ldkv, 1, packed_keys);
    FT_NAME(pack_panels)(FT_PRECISION_F32, mr, FT_KEY_BLOCK, present, hd, values, layer->ldkv, 1, packed_values);
    for (size_t j = 0; j < present; j++) {
        const float *value = values + j * layer->ldkv;
        c->value_units[kv_head * layer->positions + first + j] = sqrtf(ft_dot(hd, value, value)) / FT_PART_LEVELS;
    }
}

// Weights a of one block of scores, and each lane's highest reach a m.
FT_INLINE void FT_NAME(weigh)(const FT_NAME(sink_tile_state) * t, const float *bounds, int32_t first, int32_t count,
                              float *scores, ft_vf reach[TILE_VECTORS]) {
    int hidden_somewhere = first < t->all_first || first + count - 1 > t->all_last;
    for (int v = 0; v < TILE_VECTORS; v++) {
        float *column = scores + v * FT_LANES;
        ft_vf lse = ft_load(t->lse + v * FT_LANES), scale = ft_load(t->scale + v * FT_LANES), highest = reach[v];
        for (int32_t j = 0; j < count; j++) {
            ft_vf weight = ft_exp(ft_load(column + j * LANES) - lse) * scale;
            if (hidden_somewhere) {
                ft_vi position = (ft_vi){} + (first + j);
                ft_vi visible = (position >= *(const ft_vi_u *)(t->first + v * FT_LANES)) &
                                (position <= *(const ft_vi_u *)(t->last + v * FT_LANES));
                weight = ft_select(visible, weight, (ft_vf){});
            }
            ft_store(column + j * LANES, weight);
            highest = ft_max(highest, weight * ft_splat(bounds[j]));
        }
        reach[v] = highest;
    }
}

// Attention weights of all sources, and each lane's highest reach.
FT_INLINE void FT_NAME(attend)(const ft_token_shares_call *c, size_t head, FT_NAME(sink_tile_state) * t,
                               float reach[LANES]) {
    size_t mr = c->tile->mr, hd = c->layer->shape.head_dim, positions = c->layer->positions;
    ft_vf highest[TILE_VECTORS] = {};
    for (size_t block = t->lowest_source / FT_KEY_BLOCK; block * FT_KEY_BLOCK <= t->highest_source; block++) {
        size_t first = block * FT_KEY_BLOCK, left = t->highest_source + 1 - first;
        const float *keys = c->packed_keys + (head / c->group * c->blocks + block) * c->key_words;
        float *scores = t->weights + first * LANES;
        for (size_t j = 0; j < FT_KEY_BLOCK; j += mr)
            ft_tile_product(c->tile, c->precision, hd, keys + j * ft_panel_words(c->precision, hd), t->queries,
                            scores + j * LANES, LANES, 0);
        FT_NAME(weigh)(t, c->value_bounds + head * positions + first, (int32_t)first,
                       (int32_t)(left < FT_KEY_BLOCK ? left : FT_KEY_BLOCK), scores, highest);
    }
    memcpy(reach, highest, sizeof highest);
}

FT_INLINE FT_NAME(source_state) FT_NAME(load_source)(const ft_token_shares_call *c, size_t head, size_t position) {
    size_t positions = c->layer->positions, at = head * positions + position;
    return (FT_NAME(source_state)){position, c->part_codes + at * c->padded_hidden,
                                   c->value_units[head / c->group * positions + position], c->value_bounds[at]};
}

// Adds one source's proximities to FT_LANES lanes, from `lane` on; `projection` is V . p of these.
FT_INLINE void FT_NAME(add_source)(const ft_token_shares_call *c, size_t head, const FT_NAME(source_state) * source,
                                   size_t lane, ft_vf projection, FT_NAME(sink_tile_state) * t, ft_vi *counted,
                                   ft_pruning_counts *counts) {
    size_t at = source->position * LANES + lane;
    ft_vf weight = ft_load(t->weights + at), positive = ft_max(weight * projection, (ft_vf){});
    ft_vf reach = weight * ft_splat(source->bound);
    ft_vi agreeing = positive > 0, corrected = agreeing & (reach > ft_load(t->lowest + lane));
    *counted -= agreeing;
    ft_vf exact = ft_select((positive >= ft_splat(c->threshold)) & ~corrected, positive, (ft_vf){});
    ft_store(t->proximity + at, ft_load(t->proximity + at) + exact);
    for (uint32_t bits = ft_bits(corrected); bits; bits &= bits - 1, counts->uncorrected--) {
        size_t l = (size_t)__builtin_ctz(bits);
        FT_NAME(add_corrected)(c, head, source, lane + l, positive[l], reach[l], t, counts);
    }
}

// 1 queries and directions   2 attention weights   3 coordinates within reach   4 projections, corrected and added
FT_INLINE void FT_NAME(add_head)(const ft_token_shares_call *c, size_t head, FT_NAME(sink_tile_state) * t,
                                 ft_pruning_counts *counts) {
    size_t mr = c->tile->mr, hd = c->layer->shape.head_dim, kv_head = head / c->group;
    float reach[LANES], projections[FT_KEY_BLOCK * LANES];
    ft_vi counted = {}; // pairs of each lane whose projection is positive
    FT_NAME(load_head)(c, head, t);
    FT_NAME(attend)(c, head, t, reach);
    for (size_t l = 0; l < t->present; l++) FT_NAME(select_coordinates)(c, head, l, reach[l], t);
    for (size_t block = t->lowest_source / FT_KEY_BLOCK; block * FT_KEY_BLOCK <= t->highest_source; block++) {
        size_t first = block * FT_KEY_BLOCK;
        const float *values = c->packed_values + (kv_head * c->blocks + block) * c->value_words;
        for (size_t j = 0; j < FT_KEY_BLOCK; j += mr)
            c->tile->f32(hd, values + j * hd, t->directions, projections + j * LANES, LANES, 0);
        for (size_t j = 0; j < FT_KEY_BLOCK && first + j <= t->highest_source; j++) {
            FT_NAME(ask_for_source)(c, head, first + j + FT_SOURCES_AHEAD);
            FT_NAME(source_state) source = FT_NAME(load_source)(c, head, first + j);
            for (size_t l = 0; l < LANES; l += FT_LANES)
                FT_NAME(add_source)(c, head, &source, l, ft_load(projections + j * LANES + l), t, &counted, counts);
        }
    }
    FT_NAME(settle_corrections)(c, head, t);
    uint64_t visible = 0, positive = 0;
    for (size_t l = 0; l < t->present; l++) visible += (uint64_t)(t->last[l] - t->first[l] + 1);
    for (size_t l = 0; l < FT_LANES; l++) positive += (uint64_t)counted[l];
    counts->pairs += visible;
    counts->opposed += visible - positive;
    counts->uncorrected += positive;
}

FT_INLINE double FT_NAME(residual_proximity)(const ft_token_shares_call *c, size_t sink) {
    size_t row = sink * c->sinks->ldx;
    return ft_proximity(c->layer->hidden, c->sinks->before + row, c->sinks->mid + row);
}

// D of every lane and, apart from it, the residual's part.
FT_INLINE void FT_NAME(totals)(const ft_token_shares_call *c, const FT_NAME(sink_tile_state) * t, double total[LANES],
                               double residual[LANES]) {
    for (size_t l = 0; l < LANES; l++) {
        residual[l] = l < t->present ? FT_NAME(residual_proximity)(c, t->begin + l) : 0;
        total[l] = residual[l] + 1e-12;
    }
    for (size_t j = t->lowest_source; j <= t->highest_source; j++)
        for (size_t l = 0; l < LANES; l++) total[l] += t->proximity[j * LANES + l];
}

FT_INLINE void FT_NAME(write_rows)(const ft_token_shares_call *c, const FT_NAME(sink_tile_state) * t,
                                   const double total[LANES], const double residual[LANES]) {
    for (size_t l = 0; l < t->present; l++) {
        size_t row = t->begin + l - c->first;
        float *scores = c->scores + row * c->ldscores;
        for (int32_t j = t->first[l]; j <= t->last[l]; j++)
            scores[j] += (float)(t->proximity[(size_t)j * LANES + l] / total[l]);
        if (c->residual_shares) c->residual_shares[row] += (float)(residual[l] / total[l]);
    }
}

// What the weights of the tile's sinks move onto every source, and what the residual keeps of them; FT_LANES spans at a
// time, one in each lane.
FT_INLINE void FT_NAME(walk_rows)(const ft_token_shares_call *c, size_t tile, const FT_NAME(sink_tile_state) * t,
                                  const double total[LANES], const double residual[LANES]) {
    const ft_walk *walk = c->walk;
    size_t spans = walk->spans, positions = c->layer->positions;
    float *moved = walk->partial + tile % FT_WALK_WAVE * positions * spans;
    for (size_t first = 0; first < spans; first += FT_LANES) {
        size_t count = spans - first < FT_LANES ? spans - first : FT_LANES;
        float scaled[LANES * FT_LANES] = {0};
        for (size_t s = 0; s < count; s++)
            for (size_t l = 0; l < t->present; l++) {
                size_t at = (first + s) * c->sinks->rows + t->begin + l;
                scaled[l * FT_LANES + s] = (float)(walk->weights[at] / total[l]);
                walk->kept[at] = (float)(walk->weights[at] * residual[l] / total[l]);
            }
        for (size_t j = 0; j <= t->highest_source; j++) {
            ft_vf sums = {};
            for (size_t l = 0; l < LANES; l++)
                sums += ft_load(scaled + l * FT_LANES) * ft_splat(t->proximity[j * LANES + l]);
            for (size_t s = 0; s < count; s++) moved[j * spans + first + s] = sums[s];
        }
    }
    memset(moved + (t->highest_source + 1) * spans, 0, (positions - t->highest_source - 1) * spans * sizeof *moved);
}

static void FT_NAME(sink_tile)(const ft_token_shares_call *c, size_t tile, char *scratch) {
    FT_NAME(sink_tile_state) state;
    ft_pruning_counts counts = {0};
    FT_NAME(place)(c, tile, scratch, &state);
    for (size_t head = 0; head < c->layer->shape.heads; head++) FT_NAME(add_head)(c, head, &state, &counts);
    double total[LANES], residual[LANES];
    FT_NAME(totals)(c, &state, total, residual);
    if (c->walk) {
        FT_NAME(walk_rows)(c, tile, &state, total, residual);
    } else {
        FT_NAME(write_rows)(c, &state, total, residual);
    }
    c->counts[tile] = counts;
}

const ft_token_shares_variant FT_NAME(ft_token_shares) = {
    .pack_block = FT_NAME(pack_block),
    .bound_coordinates = FT_NAME(bound_coordinates),
    .take_signs = FT_NAME(take_signs),
    .direct = FT_NAME(direct),
    .code_parts = FT_NAME(code_parts),
    .sink_tile = FT_NAME(sink_tile),
};

#undef LANES
