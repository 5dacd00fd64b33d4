// Shares of all sources in one tile of sinks, for every instruction set. The mathematics is that of span_shares_body.h
// with every sink a vector of its own: with sigma = sign x_mid and p = O[h]^T (w sigma), L = a V . p is, for all sinks
// and sources together, a product shaped like attention scores.
static void FT_NAME(pack_block)(const ft_token_shares_call *c, size_t kv_head, size_t block) {
    const ft_attribution_layer *layer = c->layer;
    size_t mr = c->tile->mr, hd = layer->shape.head_dim, first = block * FT_KEY_BLOCK, left = layer->positions - first;
    const float *keys = layer->keys + first * layer->ldkv + kv_head * hd;
    const float *values = layer->values + first * layer->ldkv + kv_head * hd;
    float *packed_keys = c->packed_keys + (kv_head * c->blocks + block) * c->key_words;
    float *packed_values = c->packed_values + (kv_head * c->blocks + block) * c->value_words;
    for (size_t j = 0; j < FT_KEY_BLOCK; j += mr) {
        size_t count = left > j ? left - j : 0, lanes = count < mr ? count : mr;
        FT_NAME(pack_rows)(c->precision, mr, lanes, hd, keys + j * layer->ldkv, layer->ldkv, 1,
                           packed_keys + j * ft_panel_words(c->precision, hd));
        FT_NAME(pack_rows)(FT_PRECISION_F32, mr, lanes, hd, values + j * layer->ldkv, layer->ldkv, 1,
                           packed_values + j * hd);
    }
    for (size_t j = 0; j < FT_KEY_BLOCK && j < left; j++) {
        const float *v = values + j * layer->ldkv;
        c->value_norms[kv_head * layer->positions + first + j] = sqrtf(ft_dot(hd, v, v));
    }
}

static void FT_NAME(pack_head)(const ft_token_shares_call *c, size_t head) {
    const ft_attribution_layer *layer = c->layer;
    size_t mr = c->tile->mr, hd = layer->shape.head_dim, hidden = layer->hidden;
    float *packed = c->packed_output + head * c->padded_dim * hidden;
    for (size_t dim = 0; dim < c->padded_dim; dim += mr)
        FT_NAME(pack_columns)(FT_PRECISION_F32, mr, hd - dim < mr ? hd - dim : mr, hidden, hidden,
                              FT_NAME(output_row)(layer, head, 0) + dim, layer->shape.heads * hd,
                              packed + dim * hidden);
    FT_NAME(head_bounds)(layer, head, c->bounds + head * hidden);
}

// Attention weights of all sources, and each lane's largest a |V|.
FT_INLINE void FT_NAME(attend)(const ft_token_shares_call *c, size_t kv_head, FT_NAME(sink_tile_state) * t,
                               float reach[LANES]) {
    size_t mr = c->tile->mr, hd = c->layer->shape.head_dim;
    const float *norms = c->value_norms + kv_head * c->layer->positions;
    memset(reach, 0, LANES * sizeof *reach);
    for (size_t first = 0; first <= (size_t)t->highest; first += FT_KEY_BLOCK) {
        const float *keys = c->packed_keys + (kv_head * c->blocks + first / FT_KEY_BLOCK) * c->key_words;
        for (size_t j = 0; j < FT_KEY_BLOCK; j += mr)
            ft_tile_product(c->tile, c->precision, hd, keys + j * ft_panel_words(c->precision, hd), t->queries,
                            t->weights + (first + j) * LANES, LANES, 0);
        for (size_t j = first; j < first + FT_KEY_BLOCK && j <= (size_t)t->highest; j++)
            for (size_t l = 0; l < LANES; l += FT_LANES) {
                float *p = t->weights + j * LANES + l;
                ft_vi position = (ft_vi){} + (int32_t)j;
                ft_vi visible = (position >= *(ft_vi_u *)(t->first + l)) & (position <= *(ft_vi_u *)(t->last + l));
                ft_vf weight = ft_exp(ft_load(p) - ft_load(t->lse + l)) * ft_load(t->scale + l);
                weight = ft_select(visible, weight, (ft_vf){});
                ft_store(p, weight);
                ft_store(reach + l, ft_max(ft_load(reach + l), weight * ft_splat(norms[j])));
            }
    }
}

// The coordinates of each lane that its largest a |V| reaches. Thresholds are a little low, against rounding.
FT_INLINE void FT_NAME(select_coordinates)(const ft_token_shares_call *c, size_t head, const float reach[LANES],
                                           FT_NAME(sink_tile_state) * t) {
    size_t hidden = c->layer->hidden;
    const float *bounds = c->bounds + head * hidden;
    memset(t->coordinate_count, 0, sizeof t->coordinate_count);
    for (size_t k = 0; k < hidden; k++) {
        if (!(bounds[k] > 0)) continue;
        float inverse = 0.99999f / bounds[k];
        for (size_t l = 0; l < t->present; l++) {
            float threshold = fabsf(t->mid[k * LANES + l]) * inverse;
            if (threshold < reach[l])
                t->coordinates[l * hidden + t->coordinate_count[l]++] = (ft_coordinate){threshold, (uint32_t)k};
        }
    }
    for (size_t l = 0; l < t->present; l++) ft_sort_coordinates(t->coordinates + l * hidden, t->coordinate_count[l]);
}

// What E takes off the projection of one pair; F_k of a source is shared by the tile's sinks.
FT_INLINE float FT_NAME(excess)(const ft_token_shares_call *c, size_t head, size_t source, size_t lane, float reach,
                                FT_NAME(sink_tile_state) * t, ft_pruning_counts *counts) {
    const ft_attribution_layer *layer = c->layer;
    size_t hd = layer->shape.head_dim, hidden = layer->hidden;
    const float *v = layer->values + source * layer->ldkv + head / c->group * hd;
    const ft_coordinate *at = t->coordinates + lane * hidden, *end = at + t->coordinate_count[lane];
    float a = t->weights[source * LANES + lane], excess = 0;
    for (; at < end && at->threshold < reach; at++) {
        size_t k = at->index;
        if (t->known[k] != (uint32_t)source + 1) {
            t->known[k] = (uint32_t)source + 1;
            t->parts[k] = FT_NAME(output_weight)(layer, k) * ft_dot(hd, v, FT_NAME(output_row)(layer, head, k));
        }
        float x = t->mid[k * LANES + lane];
        float over = (x < 0 ? -a : a) * t->parts[k] - fabsf(x);
        if (over > 0) excess += over;
        counts->coordinates++;
    }
    return excess;
}

// Adds one source's proximities in one head; `projection` holds V . p of the lanes.
FT_INLINE void FT_NAME(add_source)(const ft_token_shares_call *c, size_t head, size_t source, const float *projection,
                                   const float lowest[LANES], FT_NAME(sink_tile_state) * t, ft_pruning_counts *counts) {
    float norm = c->value_norms[head / c->group * c->layer->positions + source];
    const float *weights = t->weights + source * LANES;
    float *proximity = t->proximity + source * LANES, positive[LANES];
    for (size_t l = 0; l < LANES; l += FT_LANES)
        ft_store(positive + l, ft_max(ft_load(weights + l) * ft_load(projection + l), (ft_vf){}));
    for (size_t l = 0; l < t->present; l++) {
        if (weights[l] == 0) continue;
        counts->pairs++;
        if (!(positive[l] > 0)) {
            counts->opposed++;
        } else if (weights[l] * norm > lowest[l]) {
            float left = positive[l] - 2 * FT_NAME(excess)(c, head, source, l, weights[l] * norm, t, counts);
            positive[l] = left > 0 ? left : 0;
        } else {
            counts->uncorrected++;
        }
        if (positive[l] < c->threshold) positive[l] = 0;
    }
    for (size_t l = 0; l < LANES; l += FT_LANES)
        ft_store(proximity + l, ft_load(proximity + l) + ft_load(positive + l));
}

// 1 queries and directions   2 attention weights   3 coordinates within reach   4 projections, corrected and added
FT_INLINE void FT_NAME(add_head)(const ft_token_shares_call *c, size_t head, FT_NAME(sink_tile_state) * t,
                                 ft_pruning_counts *counts) {
    size_t mr = c->tile->mr, hd = c->layer->shape.head_dim, kv_head = head / c->group;
    float reach[LANES], lowest[LANES];
    FT_NAME(load_head)(c, head, t);
    FT_NAME(attend)(c, kv_head, t, reach);
    FT_NAME(select_coordinates)(c, head, reach, t);
    for (size_t l = 0; l < LANES; l++)
        lowest[l] = l < t->present && t->coordinate_count[l] ? t->coordinates[l * c->layer->hidden].threshold
                                                             : __builtin_inff();
    for (size_t first = 0; first <= (size_t)t->highest; first += FT_KEY_BLOCK) {
        const float *values = c->packed_values + (kv_head * c->blocks + first / FT_KEY_BLOCK) * c->value_words;
        for (size_t j = 0; j < FT_KEY_BLOCK; j += mr)
            c->tile->f32(hd, values + j * hd, t->directions, t->projections + j * LANES, LANES, 0);
        for (size_t j = 0; j < FT_KEY_BLOCK && first + j <= (size_t)t->highest; j++)
            FT_NAME(add_source)(c, head, first + j, t->projections + j * LANES, lowest, t, counts);
    }
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
    for (size_t j = 0; j <= (size_t)t->highest; j++)
        for (size_t l = 0; l < LANES; l++) total[l] += t->proximity[j * LANES + l];
}

FT_INLINE void FT_NAME(write_rows)(const ft_token_shares_call *c, const FT_NAME(sink_tile_state) * t,
                                   const double total[LANES], const double residual[LANES]) {
    for (size_t l = 0; l < t->present; l++) {
        size_t row = t->begin + l - c->first;
        float *scores = c->scores + row * c->ldscores;
        for (int32_t j = 0; j <= t->last[l]; j++) scores[j] += (float)(t->proximity[(size_t)j * LANES + l] / total[l]);
        if (c->residual_shares) c->residual_shares[row] += (float)(residual[l] / total[l]);
    }
}

// What the weights of the tile's sinks move onto every source, and what the residual keeps of them.
FT_INLINE void FT_NAME(walk_rows)(const ft_token_shares_call *c, size_t tile, const FT_NAME(sink_tile_state) * t,
                                  const double total[LANES], const double residual[LANES]) {
    const ft_walk *walk = c->walk;
    size_t positions = c->layer->positions;
    for (size_t s = 0; s < walk->spans; s++) {
        float scaled[LANES], *moved = walk->partial + (tile % FT_WALK_WAVE * walk->spans + s) * positions;
        for (size_t l = 0; l < LANES; l++) {
            size_t at = s * c->sinks->rows + t->begin + (l < t->present ? l : 0);
            scaled[l] = l < t->present ? (float)(walk->weights[at] / total[l]) : 0;
            if (l < t->present) walk->kept[at] = (float)(walk->weights[at] * residual[l] / total[l]);
        }
        for (size_t j = 0; j <= (size_t)t->highest; j++) {
            ft_vf sum = {};
            for (size_t l = 0; l < LANES; l += FT_LANES)
                sum += ft_load(scaled + l) * ft_load(t->proximity + j * LANES + l);
            moved[j] = ft_sum(sum);
        }
        memset(moved + t->highest + 1, 0, (positions - (size_t)t->highest - 1) * sizeof *moved);
    }
}

static void FT_NAME(sink_tile)(const ft_token_shares_call *c, size_t tile, char *scratch) {
    FT_NAME(sink_tile_state) state;
    ft_pruning_counts counts = {0};
    FT_NAME(place)(c, tile, scratch, &state);
    FT_NAME(load_sinks)(c, &state);
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

const ft_token_shares_variant FT_NAME(ft_token_shares) = {FT_NAME(pack_block), FT_NAME(pack_head), FT_NAME(sink_tile)};

#undef LANES
