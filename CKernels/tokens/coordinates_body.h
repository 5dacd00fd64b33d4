// The coordinates that can correct pairs of one head and a tile of sinks. Included inside a target region, after
// sink_tile_body.h.
//
// A coordinate is in E of a pair only if its threshold tau_k = |x_k| / c[h, k] is below the pair's reach a m[h, j]. Most
// pairs reach a few coordinates at most, so each sink keeps those of lowest threshold in order; the few pairs that reach
// beyond them look at all. A coordinate that is looked at in vain adds nothing, so sums depend on neither m nor the list.

FT_INLINE ft_vf FT_NAME(thresholds)(const FT_NAME(sink_tile_state) * t, size_t k, size_t lane, float inverse_bound) {
    return ft_abs(ft_load(t->mid + k * LANES + lane)) * ft_splat(inverse_bound);
}

// Below what about FT_NEAR_AIM of FT_LANES lanes' thresholds are: small values of x_k are as frequent as they are small,
// and their scale is taken from the geometric mean, by the bits of the exponent, which a few large ones do not move.
FT_INLINE ft_vf FT_NAME(near_limits)(const ft_token_shares_call *c, const float *inverse_bounds, size_t lane,
                                     const FT_NAME(sink_tile_state) * t) {
    size_t hidden = c->layer->hidden;
    ft_vi sum = {};
    for (size_t k = 0; k < hidden; k++) sum += (ft_vi)FT_NAME(thresholds)(t, k, lane, inverse_bounds[k]) >> 16;
    ft_vf mean = __builtin_convertvector(sum, ft_vf) * ft_splat(65536.0f / (float)hidden);
    return (ft_vf) __builtin_convertvector(mean, ft_vi) * ft_splat(2.36f * FT_NEAR_AIM / (float)hidden);
}

// Puts a coordinate in its place; the highest falls out of a full list and lowers what the list covers.
FT_INLINE void FT_NAME(insert_coordinate)(ft_sink_coordinate coordinate, ft_near_coordinates *near) {
    if (near->count == FT_NEAR_COORDINATES) {
        near->limit = near->list[near->count - 1].threshold;
        if (coordinate.threshold >= near->limit) return;
        near->count--;
    }
    size_t at = near->count++;
    for (; at > 0 && near->list[at - 1].threshold > coordinate.threshold; at--) near->list[at] = near->list[at - 1];
    near->list[at] = coordinate;
}

// The nearest coordinates of every lane, as far as its highest reach needs them.
FT_APART void FT_NAME(select_coordinates)(const ft_token_shares_call *c, size_t head, const float reach[LANES],
                                          FT_NAME(sink_tile_state) * t) {
    const float *inverse_bounds = c->inverse_bounds + head * c->padded_hidden;
    for (size_t lane = 0; lane < LANES; lane += FT_LANES) {
        ft_near_coordinates *near = t->near + lane;
        ft_vf limits = FT_NAME(near_limits)(c, inverse_bounds, lane, t), highest = ft_load(reach + lane);
        limits = ft_select(limits < highest, limits, highest);
        for (size_t l = 0; l < FT_LANES; l++) near[l].count = 0, near[l].limit = limits[l];
        for (size_t k = 0; k < c->layer->hidden; k++) {
            ft_vf thresholds = FT_NAME(thresholds)(t, k, lane, inverse_bounds[k]);
            for (uint32_t bits = ft_bits(thresholds < limits); bits; bits &= bits - 1) {
                size_t l = (size_t)__builtin_ctz(bits);
                ft_sink_coordinate coordinate = {t->mid[k * LANES + lane + l], thresholds[l], (uint32_t)k};
                FT_NAME(insert_coordinate)(coordinate, near + l);
            }
        }
        for (size_t l = 0; l < FT_LANES; l++) {
            near[l].list[near[l].count].threshold = INFINITY;
            t->lowest[lane + l] = near[l].count > 0 ? near[l].list[0].threshold : near[l].limit;
        }
    }
}
