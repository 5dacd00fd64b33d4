// The corrections E of pairs. Included inside a target region, after coordinates_body.h.

FT_INLINE void FT_NAME(prefetch)(const void *memory, size_t bytes) {
    for (size_t byte = 0; byte < bytes; byte += 64) __builtin_prefetch((const char *)memory + byte);
}

FT_INLINE const int8_t *FT_NAME(codes_of)(const ft_token_shares_call *c, size_t head, size_t source) {
    return c->part_codes + (head * c->layer->positions + source) * c->padded_hidden;
}

FT_INLINE void FT_NAME(add_pair)(const ft_token_shares_call *c, size_t source, size_t lane, float projection,
                                 float excess, FT_NAME(sink_tile_state) * t) {
    float left = projection - 2 * excess;
    if (left > 0 && left >= c->threshold) t->proximity[source * LANES + lane] += left;
}

// Computes what is due, and adds the pairs that are complete by it.
FT_APART void FT_NAME(settle_corrections)(const ft_token_shares_call *c, size_t head, FT_NAME(sink_tile_state) * t) {
    const ft_attribution_layer *layer = c->layer;
    size_t hd = layer->shape.head_dim;
    const float *values = layer->values + head / c->group * hd;
    for (size_t n = 0; n < t->due_count; n++) {
        ft_due_correction due = t->due[n];
        float weight = due.weight * FT_NAME(output_weight)(layer, due.index);
        float part =
            weight * ft_dot(hd, FT_NAME(output_row)(layer, head, due.index), values + due.source * layer->ldkv);
        float over = (due.value < 0 ? -part : part) - fabsf(due.value);
        t->excess += over > 0 ? over : 0;
        if (!due.last) continue;
        FT_NAME(add_pair)(c, due.source, due.lane, due.projection, t->excess, t);
        t->excess = 0;
    }
    t->due_count = 0;
}

// Lets one coordinate's correction of a pair wait for its row of O.
FT_INLINE void FT_NAME(owe_correction)(const ft_token_shares_call *c, size_t head, ft_due_correction due,
                                       FT_NAME(sink_tile_state) * t) {
    if (t->due_count == FT_DUE_CORRECTIONS) FT_NAME(settle_corrections)(c, head, t);
    size_t hd = c->layer->shape.head_dim;
    FT_NAME(prefetch)(FT_NAME(output_row)(c->layer, head, due.index), hd * sizeof(float));
    FT_NAME(prefetch)(c->layer->values + head / c->group * hd + due.source * c->layer->ldkv, hd * sizeof(float));
    t->due[t->due_count++] = due;
}

// Owes a pair the corrections of its sink's nearest coordinates. `unit` is a |V_j| / FT_PART_LEVELS. Returns how many.
FT_INLINE size_t FT_NAME(owe_near)(const ft_token_shares_call *c, size_t head, const int8_t *codes, float unit,
                                   float reach, ft_due_correction due, FT_NAME(sink_tile_state) * t) {
    size_t found = 0;
    for (const ft_sink_coordinate *at = t->near[due.lane].list; at->threshold < reach; at++) {
        float code = codes[at->index];
        if (((at->value < 0 ? -code : code) + FT_PART_SLACK) * unit <= at->threshold) continue;
        due.index = at->index, due.value = at->value, found++;
        FT_NAME(owe_correction)(c, head, due, t);
    }
    return found;
}

FT_INLINE ft_vf FT_NAME(load_some)(const float *p, size_t left) {
    if (left >= FT_LANES) return ft_load(p);
    ft_vf values = {};
    memcpy(&values, p, left * sizeof *p);
    return values;
}

// The same of all coordinates, FT_LANES at a time.
FT_APART size_t FT_NAME(owe_all)(const ft_token_shares_call *c, size_t head, const int8_t *codes, float unit,
                                 ft_due_correction due, FT_NAME(sink_tile_state) * t) {
    typedef int8_t bytes __attribute__((vector_size(FT_LANES)));
    const float *inverse_bounds = c->inverse_bounds + head * c->padded_hidden;
    const float *mid = c->sinks->mid + (t->begin + due.lane) * c->sinks->ldx;
    size_t found = 0, hidden = c->layer->hidden;
    for (size_t k = 0; k < hidden; k += FT_LANES) {
        bytes packed;
        memcpy(&packed, codes + k, sizeof packed);
        ft_vf x = FT_NAME(load_some)(mid + k, hidden - k); // past the end thresholds are infinite or no numbers
        ft_vf code = __builtin_convertvector(packed, ft_vf), signs = (ft_vf)((ft_vi)x & INT32_MIN);
        ft_vf highest = ((ft_vf)((ft_vi)code ^ (ft_vi)signs) + ft_splat(FT_PART_SLACK)) * ft_splat(unit);
        for (uint32_t bits = ft_bits(highest > ft_abs(x) * ft_load(inverse_bounds + k)); bits; bits &= bits - 1) {
            size_t l = (size_t)__builtin_ctz(bits);
            due.index = (uint32_t)(k + l), due.value = x[l], found++;
            FT_NAME(owe_correction)(c, head, due, t);
        }
    }
    return found;
}

// Adds the pairs that wait, or lets them wait for their corrections.
FT_APART void FT_NAME(look_up_pairs)(const ft_token_shares_call *c, size_t head, FT_NAME(sink_tile_state) * t,
                                     ft_pruning_counts *counts) {
    const float *units = c->value_units + head / c->group * c->layer->positions;
    for (size_t n = 0; n < t->waiting_count; n++) {
        ft_waiting_pair pair = t->waiting[n];
        const int8_t *codes = FT_NAME(codes_of)(c, head, pair.source);
        float unit = pair.weight * units[pair.source];
        ft_due_correction due = {
            .source = pair.source, .lane = (uint16_t)pair.lane, .weight = pair.weight, .projection = pair.projection};
        size_t found = pair.reach > t->near[pair.lane].limit
                           ? FT_NAME(owe_all)(c, head, codes, unit, due, t)
                           : FT_NAME(owe_near)(c, head, codes, unit, pair.reach, due, t);
        counts->coordinates += found;
        if (found > 0)
            t->due[t->due_count - 1].last = 1;
        else
            FT_NAME(add_pair)(c, pair.source, pair.lane, pair.projection, 0, t);
    }
    t->waiting_count = 0;
}

// Lets a pair that may need corrections wait for its codes.
FT_APART void FT_NAME(wait_for_codes)(const ft_token_shares_call *c, size_t head, ft_waiting_pair pair,
                                      FT_NAME(sink_tile_state) * t, ft_pruning_counts *counts) {
    const int8_t *codes = FT_NAME(codes_of)(c, head, pair.source);
    const ft_near_coordinates *near = t->near + pair.lane;
    if (pair.reach > near->limit)
        FT_NAME(prefetch)(codes, c->layer->hidden);
    else
        for (const ft_sink_coordinate *at = near->list; at->threshold < pair.reach; at++)
            __builtin_prefetch(codes + at->index);
    t->waiting[t->waiting_count++] = pair;
    if (t->waiting_count == FT_WAITING_PAIRS) FT_NAME(look_up_pairs)(c, head, t, counts);
}

// Adds all pairs of the head that are left.
FT_INLINE void FT_NAME(finish_pairs)(const ft_token_shares_call *c, size_t head, FT_NAME(sink_tile_state) * t,
                                     ft_pruning_counts *counts) {
    FT_NAME(look_up_pairs)(c, head, t, counts);
    FT_NAME(settle_corrections)(c, head, t);
}
