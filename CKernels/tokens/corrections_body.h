// The corrections E of pairs. Included inside a target region, after coordinates_body.h.

// Asks memory for what pairs of a source read here and there.
FT_INLINE void FT_NAME(ask_for_source)(const ft_token_shares_call *c, size_t head, size_t source) {
    const ft_attribution_layer *layer = c->layer;
    if (source >= layer->positions) return;
    size_t hd = layer->shape.head_dim;
    const int8_t *codes = c->part_codes + (head * layer->positions + source) * c->padded_hidden;
    const float *value = layer->values + source * layer->ldkv + head / c->group * hd;
    for (size_t k = 0; k < c->padded_hidden; k += 64) __builtin_prefetch(codes + k);
    for (size_t d = 0; d < hd; d += 16) __builtin_prefetch(value + d);
}

FT_INLINE void FT_NAME(add_pair)(const ft_token_shares_call *c, size_t source, size_t lane, float projection,
                                 float excess, FT_NAME(sink_tile_state) * t) {
    float left = projection - 2 * excess;
    if (left > 0 && left >= c->threshold) t->proximity[source * LANES + lane] += left;
}

// Computes what is due, and adds the pairs that are complete by it.
FT_INLINE void FT_NAME(settle_corrections)(const ft_token_shares_call *c, size_t head, FT_NAME(sink_tile_state) * t) {
    const ft_attribution_layer *layer = c->layer;
    size_t hd = layer->shape.head_dim;
    const float *values = layer->values + head / c->group * hd;
    for (size_t n = 0; n < t->due_count; n++) {
        ft_due_correction due = t->due[n];
        float x = c->sinks->mid[(t->begin + due.lane) * c->sinks->ldx + due.index];
        float weight = t->weights[due.source * LANES + due.lane] * FT_NAME(output_weight)(layer, due.index);
        float part =
            weight * ft_dot(hd, FT_NAME(output_row)(layer, head, due.index), values + due.source * layer->ldkv);
        float over = (x < 0 ? -part : part) - fabsf(x);
        t->excess += over > 0 ? over : 0;
        if (!due.last) continue;
        FT_NAME(add_pair)(c, due.source, due.lane, due.projection, t->excess, t);
        t->excess = 0;
    }
    t->due_count = 0;
}

// Which of FT_CODES_AT_ONCE coordinates may correct a pair, a bit each: those where (sign x_k code + slack) unit is above
// tau_k. `thresholds` are these with the signs of x_k.
FT_INLINE uint32_t FT_NAME(check_codes)(const int8_t *codes, const uint32_t *indices, const float *thresholds,
                                        float unit) {
    _Static_assert(FT_CODES_AT_ONCE == 8, "eight codes are named below");
    typedef int8_t bytes __attribute__((vector_size(FT_CODES_AT_ONCE)));
    typedef int32_t words __attribute__((vector_size(FT_CODES_AT_ONCE * 4)));
    typedef float floats __attribute__((vector_size(FT_CODES_AT_ONCE * 4)));
    typedef _Bool lanes __attribute__((ext_vector_type(FT_CODES_AT_ONCE)));
    bytes taken = {codes[indices[0]], codes[indices[1]], codes[indices[2]], codes[indices[3]],
                   codes[indices[4]], codes[indices[5]], codes[indices[6]], codes[indices[7]]};
    words limits;
    memcpy(&limits, thresholds, sizeof limits);
    floats agreeing = (floats)((words) __builtin_convertvector(taken, floats) ^ (limits & INT32_MIN));
    lanes within = __builtin_convertvector((agreeing + FT_PART_SLACK) * unit > (floats)(limits & INT32_MAX), lanes);
    uint8_t bits;
    memcpy(&bits, &within, sizeof bits);
    return bits;
}

// Adds a source's proximity of one lane, or lets it wait for its corrections; `projection` is L, `reach` is a m[h, j].
// Codes tell nearly all coordinates that correct nothing.
FT_INLINE void FT_NAME(add_corrected)(const ft_token_shares_call *c, size_t head, const FT_NAME(source_state) * source,
                                      size_t lane, float projection, float reach, FT_NAME(sink_tile_state) * t,
                                      ft_pruning_counts *counts) {
    const float *thresholds = t->sorted_thresholds + lane * c->coordinate_words;
    const uint32_t *indices = t->sorted_indices + lane * c->coordinate_words;
    float unit = t->weights[source->position * LANES + lane] * source->unit;
    uint32_t octave = FT_NAME(quarter_octave)(reach), last = t->lowest_octave[lane];
    if (octave > last) last = octave;
    size_t found = 0;
    do {
        uint32_t bits = FT_NAME(check_codes)(source->codes, indices, thresholds, unit);
        for (; bits; bits &= bits - 1, found++) {
            uint32_t index = indices[__builtin_ctz(bits)];
            if (t->due_count == FT_DUE_CORRECTIONS) FT_NAME(settle_corrections)(c, head, t);
            const float *row = FT_NAME(output_row)(c->layer, head, index);
            for (size_t d = 0; d < c->layer->shape.head_dim; d += 16) __builtin_prefetch(row + d);
            t->due[t->due_count++] =
                (ft_due_correction){(uint32_t)source->position, index, projection, (uint16_t)lane, 0};
        }
        thresholds += FT_CODES_AT_ONCE;
        indices += FT_CODES_AT_ONCE;
    } while (FT_NAME(quarter_octave)(*thresholds) <= last);
    counts->coordinates += found;
    if (found > 0)
        t->due[t->due_count - 1].last = 1;
    else
        FT_NAME(add_pair)(c, source->position, lane, projection, 0, t);
}
