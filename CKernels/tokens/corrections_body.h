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
        float weight = t->weights[due.source * LANES + due.lane] * FT_NAME(output_weight)(layer, due.index);
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

// Adds a source's proximity of one lane, or lets it wait for its corrections; `projection` is L, `reach` is a m[h, j].
// Codes tell nearly all coordinates that correct nothing.
FT_INLINE void FT_NAME(add_corrected)(const ft_token_shares_call *c, size_t head, size_t source, size_t lane,
                                      float projection, float reach, FT_NAME(sink_tile_state) * t,
                                      ft_pruning_counts *counts) {
    const ft_attribution_layer *layer = c->layer;
    const int8_t *codes = c->part_codes + (head * layer->positions + source) * c->padded_hidden;
    const ft_sink_coordinate *coordinates = t->coordinates + lane * layer->hidden;
    float unit = t->weights[source * LANES + lane] * c->value_units[head / c->group * layer->positions + source];
    size_t bucket = FT_NAME(bucket)(reach, t->highest_octave[lane]), found = 0;
    size_t count = t->bucket_ends[lane * FT_THRESHOLD_BUCKETS + bucket];
    for (size_t n = 0; n < count; n++) {
        ft_sink_coordinate at = coordinates[n];
        float code = codes[at.index];
        if (((at.value < 0 ? -code : code) + FT_PART_SLACK) * unit <= at.threshold) continue;
        if (t->due_count == FT_DUE_CORRECTIONS) FT_NAME(settle_corrections)(c, head, t);
        const float *row = FT_NAME(output_row)(layer, head, at.index);
        for (size_t d = 0; d < layer->shape.head_dim; d += 16) __builtin_prefetch(row + d);
        t->due[t->due_count++] =
            (ft_due_correction){(uint32_t)source, at.index, at.value, projection, (uint16_t)lane, 0};
        found++;
    }
    counts->coordinates += found;
    if (found > 0)
        t->due[t->due_count - 1].last = 1;
    else
        FT_NAME(add_pair)(c, source, lane, projection, 0, t);
}
