// The coordinates that can correct pairs of one head and a tile of sinks. Included inside a target region, after
// sink_tile_body.h.
//
// A coordinate is in E of a pair only if its threshold tau_k = |x_k| / c[h, k] is below the pair's reach a m[h, j].
// Each sink's coordinates stand in the order of buckets of thresholds, so a pair reads the first few of them: all
// those up to the bucket of its reach. One that is read in vain adds nothing, so sums do not depend on the bounds m.

FT_INLINE uint32_t FT_NAME(quarter_octave)(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits >> 21;
}

FT_INLINE uint32_t FT_NAME(bucket)(float x, uint32_t highest) {
    uint32_t below = highest > FT_NAME(quarter_octave)(x) ? highest - FT_NAME(quarter_octave)(x) : 0;
    return below < FT_THRESHOLD_BUCKETS ? FT_THRESHOLD_BUCKETS - 1 - below : 0;
}

FT_INLINE ft_vf FT_NAME(thresholds)(const FT_NAME(sink_tile_state) * t, size_t k, size_t lane, float inverse_bound) {
    return ft_abs(ft_load(t->mid + k * LANES + lane)) * ft_splat(inverse_bound);
}

// The lowest and highest threshold of FT_LANES lanes.
FT_INLINE void FT_NAME(find_range)(const ft_token_shares_call *c, const float *inverse_bounds, size_t lane,
                                   FT_NAME(sink_tile_state) * t) {
    ft_vf lowest = ft_splat(__builtin_inff()), highest = {};
    for (size_t k = 0; k < c->layer->hidden; k++) {
        if (inverse_bounds[k] == 0) continue;
        ft_vf threshold = FT_NAME(thresholds)(t, k, lane, inverse_bounds[k]);
        lowest = ft_select(threshold < lowest, threshold, lowest);
        highest = ft_max(highest, threshold);
    }
    ft_store(t->lowest + lane, lowest);
    for (size_t l = 0; l < FT_LANES; l++) t->highest_octave[lane + l] = FT_NAME(quarter_octave)(highest[l]);
}

// Sorts FT_LANES lanes' coordinates within reach by buckets: first a list of bucket and index each, then in place.
FT_INLINE void FT_NAME(sort_lanes)(const ft_token_shares_call *c, const float *inverse_bounds, ft_vf reach, size_t lane,
                                   FT_NAME(sink_tile_state) * t) {
    size_t hidden = c->layer->hidden, found[FT_LANES] = {0};
    uint32_t *ends = t->bucket_ends + lane * FT_THRESHOLD_BUCKETS;
    uint32_t lowest[FT_LANES], highest[FT_LANES]; // buckets that are used
    for (size_t l = 0; l < FT_LANES; l++) {
        lowest[l] = FT_NAME(bucket)(t->lowest[lane + l], t->highest_octave[lane + l]);
        highest[l] = FT_NAME(bucket)(reach[l], t->highest_octave[lane + l]);
        for (uint32_t b = lowest[l]; b <= highest[l]; b++) ends[l * FT_THRESHOLD_BUCKETS + b] = 0;
    }
    for (size_t k = 0; k < hidden; k++) {
        if (inverse_bounds[k] == 0) continue;
        ft_vf threshold = FT_NAME(thresholds)(t, k, lane, inverse_bounds[k]);
        for (uint32_t bits = ft_bits(threshold < reach); bits; bits &= bits - 1) {
            size_t l = (size_t)__builtin_ctz(bits);
            uint32_t bucket = FT_NAME(bucket)(threshold[l], t->highest_octave[lane + l]);
            ends[l * FT_THRESHOLD_BUCKETS + bucket]++;
            t->found[l * hidden + found[l]++] = bucket | (uint32_t)k * FT_THRESHOLD_BUCKETS;
        }
    }
    for (size_t l = 0; l < FT_LANES; l++, ends += FT_THRESHOLD_BUCKETS) {
        ft_sink_coordinate *coordinates = t->coordinates + (lane + l) * hidden;
        for (uint32_t b = lowest[l], begin = 0, count; b <= highest[l]; b++, begin += count) {
            count = ends[b];
            ends[b] = begin;
        }
        for (size_t n = 0; n < found[l]; n++) {
            uint32_t k = t->found[l * hidden + n] / FT_THRESHOLD_BUCKETS,
                     b = t->found[l * hidden + n] % FT_THRESHOLD_BUCKETS;
            float value = t->mid[k * LANES + lane + l];
            coordinates[ends[b]++] = (ft_sink_coordinate){value, fabsf(value) * inverse_bounds[k], k};
        }
    }
}

// The coordinates of every lane that its highest reach needs.
FT_INLINE void FT_NAME(select_coordinates)(const ft_token_shares_call *c, size_t head, const float reach[LANES],
                                           FT_NAME(sink_tile_state) * t) {
    const float *inverse_bounds = c->inverse_bounds + head * c->padded_hidden;
    for (size_t lane = 0; lane < LANES; lane += FT_LANES) {
        FT_NAME(find_range)(c, inverse_bounds, lane, t);
        FT_NAME(sort_lanes)(c, inverse_bounds, ft_load(reach + lane), lane, t);
    }
}
