// The coordinates that can correct pairs of one head and sink. Included inside a target region, after sink_tile_body.h.
//
// A coordinate is in E of a pair only if its threshold tau_k = |x_k| / c[h, k] is below the pair's reach a m[h, j].
// Each sink's coordinates stand in the order of buckets of thresholds, a quarter of an octave each, so a pair reads the
// first few of them: all those up to the bucket of its reach. One that is read in vain adds nothing, so sums do not
// depend on the bounds m.

// Of |x|.
FT_INLINE uint32_t FT_NAME(quarter_octave)(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (bits & INT32_MAX) >> 21;
}

// The first bucket holds `lowest` and all quarters of octaves below.
FT_INLINE uint32_t FT_NAME(bucket)(float x, uint32_t lowest) {
    uint32_t octave = FT_NAME(quarter_octave)(x);
    return octave > lowest ? octave - lowest : 0;
}

// The thresholds of a sink, infinite where F_k is always 0, and their lowest. Returns the octave of the highest finite one.
FT_INLINE uint32_t FT_NAME(take_thresholds)(const ft_token_shares_call *c, const float *inverse_bounds, const float *x,
                                            size_t lane, FT_NAME(sink_tile_state) * t) {
    size_t hidden = c->layer->hidden;
    ft_vf infinite = ft_splat(__builtin_inff()), lowest = infinite, highest = {};
    for (size_t k = 0; k < c->padded_hidden; k += FT_LANES) {
        float tail[FT_LANES];
        const float *values = tail;
        if (k + FT_LANES <= hidden) {
            values = x + k;
        } else {
            for (size_t l = 0; l < FT_LANES; l++) tail[l] = k + l < hidden ? x[k + l] : 0;
        }
        ft_vf inverse = ft_load(inverse_bounds + k), threshold = ft_abs(ft_load(values)) * inverse;
        ft_vi counts = inverse > 0;
        highest = ft_max(highest, ft_select(counts, threshold, (ft_vf){}));
        threshold = ft_select(counts, threshold, infinite);
        lowest = ft_select(threshold < lowest, threshold, lowest);
        ft_store(t->thresholds + k, threshold);
    }
    t->lowest[lane] = lowest[0];
    float top = highest[0];
    for (size_t l = 1; l < FT_LANES; l++) {
        t->lowest[lane] = lowest[l] < t->lowest[lane] ? lowest[l] : t->lowest[lane];
        top = highest[l] > top ? highest[l] : top;
    }
    return FT_NAME(quarter_octave)(top);
}

// Lists the coordinates whose thresholds are within reach, and returns how many they are.
FT_INLINE size_t FT_NAME(find_within)(const ft_token_shares_call *c, float reach, FT_NAME(sink_tile_state) * t) {
    size_t count = 0;
    for (size_t k = 0; k < c->padded_hidden; k += FT_LANES)
        count = ft_append_set(ft_bits(ft_load(t->thresholds + k) < ft_splat(reach)), (uint32_t)k, t->found, count);
    return count;
}

// The coordinates of a sink that its highest reach needs, sorted by buckets. NaN follows, which is in no bucket of a
// number and corrects nothing.
FT_INLINE void FT_NAME(select_coordinates)(const ft_token_shares_call *c, size_t head, size_t lane, float reach,
                                           FT_NAME(sink_tile_state) * t) {
    const float *x = c->sinks->mid + (t->begin + lane) * c->sinks->ldx;
    uint32_t highest = FT_NAME(take_thresholds)(c, c->inverse_bounds + head * c->padded_hidden, x, lane, t);
    if (!(t->lowest[lane] < reach)) return; // no pair of the sink needs any
    size_t found = FT_NAME(find_within)(c, reach, t);
    uint32_t lowest = highest < FT_THRESHOLD_BUCKETS ? 0 : highest - FT_THRESHOLD_BUCKETS + 1;
    uint32_t ends[FT_THRESHOLD_BUCKETS];
    uint32_t first = FT_NAME(bucket)(t->lowest[lane], lowest), last = FT_NAME(bucket)(reach, lowest);
    if (last > highest - lowest) last = highest - lowest;
    for (uint32_t b = first; b <= last; b++) ends[b] = 0;
    for (size_t n = 0; n < found; n++) ends[FT_NAME(bucket)(t->thresholds[t->found[n]], lowest)]++;
    for (uint32_t b = first, begin = 0, count; b <= last; b++, begin += count) {
        count = ends[b];
        ends[b] = begin;
    }
    float *thresholds = t->sorted_thresholds + lane * c->coordinate_words;
    uint32_t *indices = t->sorted_indices + lane * c->coordinate_words;
    for (size_t n = 0; n < found; n++) {
        uint32_t k = t->found[n], at = ends[FT_NAME(bucket)(t->thresholds[k], lowest)]++;
        thresholds[at] = copysignf(t->thresholds[k], x[k]);
        indices[at] = k;
    }
    for (size_t n = found; n <= found + FT_CODES_AT_ONCE; n++) {
        thresholds[n] = __builtin_nanf("");
        indices[n] = 0;
    }
    t->lowest_octave[lane] = lowest;
}
