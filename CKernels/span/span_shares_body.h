// Exact proximities without vectors of hidden size, for every instruction set.
//
// With sigma = sign X and F = w * (O[h] V[j]):  prox(a F, X) = max(0, L - 2 E),  L = a V[j] . p[h],
// E = sum_k max(0, a sigma_k F_k - |X_k|). As |F_k| <= |V[j]| c[h, k], a coordinate is in E only if
// |X_k| / c[h, k] < a |V[j]|. Thresholds are lowered by a few units in the last place against rounding; a coordinate
// that is let through in vain adds nothing.

static void FT_NAME(value_norms)(const ft_span_shares_call *c, size_t block) {
    const ft_attribution_layer *layer = c->layer;
    size_t hd = layer->shape.head_dim, begin = block * FT_SOURCE_BLOCK, end = begin + FT_SOURCE_BLOCK;
    for (size_t j = begin; j < end && j < layer->positions; j++)
        for (size_t kv_head = 0; kv_head < layer->shape.kv_heads; kv_head++) {
            const float *v = layer->values + j * layer->ldkv + kv_head * hd;
            c->value_norms[kv_head * layer->positions + j] = sqrtf(ft_dot(hd, v, v));
        }
}

static void FT_NAME(bounds)(const ft_span_shares_call *c, size_t head) {
    FT_NAME(head_bounds)(c->layer, head, c->bounds + head * c->layer->hidden);
}

FT_INLINE void FT_NAME(direction)(const ft_attribution_layer *layer, size_t head, const float *x, float *p) {
    size_t hd = layer->shape.head_dim;
    memset(p, 0, hd * sizeof *p);
    for (size_t k = 0; k < layer->hidden; k++) {
        const float *row = FT_NAME(output_row)(layer, head, k);
        float weight = FT_NAME(output_weight)(layer, k);
        if (x[k] < 0) weight = -weight;
        size_t d = 0;
        for (; d + FT_LANES <= hd; d += FT_LANES) ft_store(p + d, ft_load(p + d) + weight * ft_load(row + d));
        for (; d < hd; d++) p[d] += weight * row[d];
    }
}

// 1 the direction   2 the largest a |V| of the head   3 the coordinates below it, sorted
static void FT_NAME(head)(const ft_span_shares_call *c, size_t head) {
    const ft_attribution_layer *layer = c->layer;
    size_t positions = layer->positions, hidden = layer->hidden;
    const float *a = c->a + head * positions, *norms = c->value_norms + head / c->group * positions;
    const float *bounds = c->bounds + head * hidden;
    ft_coordinate *coordinates = c->coordinates + head * hidden;
    FT_NAME(direction)(layer, head, c->mid, c->directions + head * layer->shape.head_dim);
    float largest = 0;
    for (size_t j = 0; j < positions; j++) largest = fmaxf(largest, a[j] * norms[j]);
    size_t count = 0;
    for (size_t k = 0; k < hidden; k++) {
        if (!(bounds[k] > 0)) continue;
        float threshold = fabsf(c->mid[k]) / bounds[k] * 0.99999f;
        if (threshold < largest) coordinates[count++] = (ft_coordinate){threshold, (uint32_t)k};
    }
    ft_sort_coordinates(coordinates, count);
    c->coordinate_count[head] = count;
}

// prox of one pair; `v` is V[j], `reach` a |V[j]|.
FT_INLINE float FT_NAME(proximity)(const ft_span_shares_call *c, size_t head, float a, const float *v, float reach,
                                   ft_pruning_counts *counts) {
    const ft_attribution_layer *layer = c->layer;
    size_t hd = layer->shape.head_dim;
    const ft_coordinate *coordinate = c->coordinates + head * layer->hidden;
    const ft_coordinate *end = coordinate + c->coordinate_count[head];
    float projection = a * ft_dot(hd, v, c->directions + head * hd), excess = 0;
    counts->pairs++;
    if (!(projection > 0)) {
        counts->opposed++;
        return 0;
    }
    if (coordinate == end || coordinate->threshold >= reach) counts->uncorrected++;
    for (; coordinate < end && coordinate->threshold < reach; coordinate++) {
        size_t k = coordinate->index;
        float part = a * FT_NAME(output_weight)(layer, k) * ft_dot(hd, v, FT_NAME(output_row)(layer, head, k));
        float over = (c->mid[k] < 0 ? -part : part) - fabsf(c->mid[k]);
        if (over > 0) excess += over;
        counts->coordinates++;
    }
    float proximity = fmaxf(0, projection - 2 * excess);
    return proximity >= c->threshold ? proximity : 0;
}

static void FT_NAME(sources)(const ft_span_shares_call *c, size_t block) {
    const ft_attribution_layer *layer = c->layer;
    size_t positions = layer->positions, begin = block * FT_SOURCE_BLOCK, end = begin + FT_SOURCE_BLOCK;
    ft_pruning_counts counts = {0};
    for (size_t j = begin; j < end && j < positions; j++) {
        double sum = 0;
        for (size_t head = 0; head < layer->shape.heads; head++) {
            size_t kv_head = head / c->group;
            const float *v = layer->values + j * layer->ldkv + kv_head * layer->shape.head_dim;
            float a = c->a[head * positions + j];
            if (a > 0) sum += FT_NAME(proximity)(c, head, a, v, a * c->value_norms[kv_head * positions + j], &counts);
        }
        c->proximity[j] = sum;
    }
    c->counts[block] = counts;
}

const ft_span_shares_variant FT_NAME(ft_span_shares) = {FT_NAME(value_norms), FT_NAME(bounds), FT_NAME(head),
                                                        FT_NAME(sources)};
