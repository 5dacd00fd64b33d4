// The corrections E of one head. Pairs of a sink wait until there are enough of them, as they read the same coordinates:
// FT_LANES sources stand side by side, and each coordinate's row of O is read once for all. Included inside a target
// region, after coordinates_body.h.

// O[h]_k . V of FT_CORRECTION_ROWS coordinates and FT_LANES sources; even and odd dimensions are summed apart.
FT_INLINE void FT_NAME(parts)(size_t hd, const float *const rows[FT_CORRECTION_ROWS], const float *panel,
                              ft_vf parts[FT_CORRECTION_ROWS]) {
    ft_vf even[FT_CORRECTION_ROWS] = {}, odd[FT_CORRECTION_ROWS] = {};
    size_t d = 0;
    for (; d + 2 <= hd; d += 2)
#pragma clang loop unroll(full)
        for (int r = 0; r < FT_CORRECTION_ROWS; r++) {
            even[r] += ft_splat(rows[r][d]) * ft_load(panel + d * FT_LANES);
            odd[r] += ft_splat(rows[r][d + 1]) * ft_load(panel + (d + 1) * FT_LANES);
        }
    for (int r = 0; r < FT_CORRECTION_ROWS; r++) {
        if (d < hd) even[r] += ft_splat(rows[r][d]) * ft_load(panel + d * FT_LANES);
        parts[r] = even[r] + odd[r];
    }
}

// E of FT_LANES pairs of one sink, from its first `count` coordinates.
FT_INLINE ft_vf FT_NAME(excess)(const ft_attribution_layer *layer, size_t head, const float *panel, ft_vf weights,
                                const ft_sink_coordinate *coordinates, size_t count) {
    ft_vf excess = {};
    for (size_t first = 0; first < count; first += FT_CORRECTION_ROWS) {
        size_t last = count - 1 - first;
        const float *rows[FT_CORRECTION_ROWS];
        ft_vf parts[FT_CORRECTION_ROWS];
        for (size_t r = 0; r < FT_CORRECTION_ROWS; r++)
            rows[r] = FT_NAME(output_row)(layer, head, coordinates[first + (r < last ? r : last)].index);
        FT_NAME(parts)(layer->shape.head_dim, rows, panel, parts);
        for (size_t r = 0; r < FT_CORRECTION_ROWS && r <= last; r++) {
            float x = coordinates[first + r].value;
            float weight = FT_NAME(output_weight)(layer, coordinates[first + r].index);
            ft_vf part = weights * ft_splat(x < 0 ? -weight : weight) * parts[r];
            excess += ft_max(part - ft_splat(fabsf(x)), (ft_vf){});
        }
    }
    return excess;
}

// Adds FT_LANES pairs of one sink, or fewer; the first reads the most coordinates.
FT_INLINE void FT_NAME(correct_pairs)(const ft_token_shares_call *c, size_t head, size_t lane,
                                      const ft_waiting_pair *pairs, size_t present, FT_NAME(sink_tile_state) * t) {
    const ft_attribution_layer *layer = c->layer;
    size_t hd = layer->shape.head_dim;
    const float *values = layer->values + head / c->group * hd, *sources[FT_LANES];
    ft_vf weights = {};
    for (size_t l = 0; l < FT_LANES; l++) {
        size_t source = pairs[l < present ? l : 0].source;
        sources[l] = values + source * layer->ldkv;
        if (l < present) weights[l] = t->weights[source * LANES + lane];
    }
    FT_NAME(gather_rows)(hd, sources, t->panel, FT_LANES);
    ft_vf excess =
        FT_NAME(excess)(layer, head, t->panel, weights, t->coordinates + lane * layer->hidden, pairs[0].coordinates);
    for (size_t l = 0; l < present; l++) {
        float left = pairs[l].projection - 2 * excess[l];
        if (left > 0 && left >= c->threshold) t->proximity[pairs[l].source * LANES + lane] += left;
    }
}

// Adds the pairs of one lane that wait, those with the most coordinates first.
FT_INLINE void FT_NAME(correct_lane)(const ft_token_shares_call *c, size_t head, size_t lane,
                                     FT_NAME(sink_tile_state) * t, ft_pruning_counts *counts) {
    ft_waiting_pair *pairs = t->waiting + lane * FT_WAITING_PAIRS;
    size_t count = t->waiting_count[lane];
    for (size_t n = 0; n < count; n++) {
        ft_waiting_pair pair = pairs[n];
        counts->coordinates += pair.coordinates;
        size_t at = n;
        for (; at > 0 && pairs[at - 1].coordinates < pair.coordinates; at--) pairs[at] = pairs[at - 1];
        pairs[at] = pair;
    }
    for (size_t n = 0; n < count; n += FT_LANES)
        FT_NAME(correct_pairs)(c, head, lane, pairs + n, count - n < FT_LANES ? count - n : FT_LANES, t);
    t->waiting_count[lane] = 0;
}

// Lets a pair of weight a wait for its corrections; `reach` is a m[h, j].
FT_INLINE void FT_NAME(wait_for_corrections)(const ft_token_shares_call *c, size_t head, size_t lane, size_t source,
                                             float projection, float reach, FT_NAME(sink_tile_state) * t,
                                             ft_pruning_counts *counts) {
    size_t bucket = FT_NAME(bucket)(reach, t->highest_octave[lane]), count = t->waiting_count[lane]++;
    t->waiting[lane * FT_WAITING_PAIRS + count] =
        (ft_waiting_pair){(uint32_t)source, t->bucket_ends[lane * FT_THRESHOLD_BUCKETS + bucket], projection};
    if (count + 1 == FT_WAITING_PAIRS) FT_NAME(correct_lane)(c, head, lane, t, counts);
}
