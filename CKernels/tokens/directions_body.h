// The directions p = O[h]^T (w sign x_mid) of many sinks. Included inside a target region, after proximity_body.h.
//
// A direction is a sum of rows w_k O[h]_k with either sign. Four coordinates have sixteen such sums: these stand in a
// table, which all sinks of the call read instead of multiplying ("four Russians": Arlazarov et al. 1970).

enum { FT_NAME(DIRECTION_VECTORS) = FT_LANES == 16 ? 4 : 8 }; // registers that hold a piece of a direction
enum { FT_NAME(DIRECTION_DIMS) = FT_NAME(DIRECTION_VECTORS) * FT_LANES };
enum { FT_NAME(SIGN_TABLES) = 256 / FT_NAME(DIRECTION_DIMS) }; // 16 KiB: what a first cache keeps

typedef float FT_NAME(sign_table)[16][FT_NAME(DIRECTION_DIMS)];

// table[b] = the sum of -w_k O[h]_k where bit i of b is set and w_k O[h]_k where not, k = first + i, of some dims.
FT_INLINE void FT_NAME(fill_table)(const ft_attribution_layer *layer, size_t head, size_t first, size_t dim,
                                   FT_NAME(sign_table) table) {
    size_t left = layer->shape.head_dim - dim, dims = left < FT_NAME(DIRECTION_DIMS) ? left : FT_NAME(DIRECTION_DIMS);
    float rows[4][FT_NAME(DIRECTION_DIMS)] = {{0}};
    for (size_t i = 0; i < 4 && first + i < layer->hidden; i++) {
        const float *row = FT_NAME(output_row)(layer, head, first + i) + dim;
        float weight = FT_NAME(output_weight)(layer, first + i);
        for (size_t d = 0; d < dims; d++) rows[i][d] = weight * row[d];
    }
    for (size_t d = 0; d < FT_NAME(DIRECTION_DIMS); d += FT_LANES) {
        ft_vf row[4] = {ft_load(rows[0] + d), ft_load(rows[1] + d), ft_load(rows[2] + d), ft_load(rows[3] + d)};
        for (size_t b = 0; b < 4; b++) {
            ft_vf low = (b & 1 ? -row[0] : row[0]) + (b & 2 ? -row[1] : row[1]);
            ft_store(table[b] + d, low + (row[2] + row[3]));
            ft_store(table[b + 4] + d, low + (row[3] - row[2]));
            ft_store(table[b + 8] + d, low + (row[2] - row[3]));
            ft_store(table[b + 12] + d, low - (row[2] + row[3]));
        }
    }
}

// The signs of 4 * SIGN_TABLES coordinates of a sink, from `first` on: a set bit is a negative one.
FT_INLINE uint64_t FT_NAME(signs)(const float *x, size_t first, size_t hidden) {
    uint64_t signs = 0;
    for (size_t k = 0; k < 4 * FT_NAME(SIGN_TABLES) && first + k < hidden; k += FT_LANES) {
        if (first + k + FT_LANES <= hidden) {
            signs |= (uint64_t)ft_bits(ft_load(x + first + k) < 0) << k;
        } else {
            for (size_t l = 0; first + k + l < hidden; l++) signs |= (uint64_t)(x[first + k + l] < 0) << (k + l);
        }
    }
    return signs;
}

// A piece of the directions of sinks [begin, end) of the call in one head.
FT_INLINE void FT_NAME(add_directions)(const ft_token_shares_call *c, size_t head, size_t begin, size_t end, size_t dim,
                                       FT_NAME(sign_table) * tables) {
    size_t hidden = c->layer->hidden;
    for (size_t first = 0; first < hidden; first += 4 * FT_NAME(SIGN_TABLES)) {
        for (size_t n = 0; n < FT_NAME(SIGN_TABLES); n++)
            FT_NAME(fill_table)(c->layer, head, first + 4 * n, dim, tables[n]);
        for (size_t i = begin; i < end; i++) {
            float *direction = c->directions + (head * c->count + i) * c->direction_words + dim;
            const float *x = c->sinks->mid + (c->first + i) * c->sinks->ldx;
            if (i + FT_SINKS_AHEAD < end) __builtin_prefetch(x + FT_SINKS_AHEAD * c->sinks->ldx + first);
            uint64_t signs = FT_NAME(signs)(x, first, hidden);
            ft_vf sums[FT_NAME(DIRECTION_VECTORS)];
            for (size_t v = 0; v < FT_NAME(DIRECTION_VECTORS); v++)
                sums[v] = first ? ft_load(direction + v * FT_LANES) : (ft_vf){};
            for (size_t n = 0; n < FT_NAME(SIGN_TABLES); n++, signs >>= 4)
                for (size_t v = 0; v < FT_NAME(DIRECTION_VECTORS); v++)
                    sums[v] += ft_load(tables[n][signs & 15] + v * FT_LANES);
            for (size_t v = 0; v < FT_NAME(DIRECTION_VECTORS); v++) ft_store(direction + v * FT_LANES, sums[v]);
        }
    }
}

// The directions of FT_DIRECTION_SINKS sinks of the call in one head. Those of tiles that are skipped are left out.
static void FT_NAME(direct)(const ft_token_shares_call *c, size_t head, size_t first) {
    _Alignas(64) FT_NAME(sign_table) tables[FT_NAME(SIGN_TABLES)];
    size_t end = first + FT_DIRECTION_SINKS < c->count ? first + FT_DIRECTION_SINKS : c->count, lanes = c->tile->nr;
    while (c->skipped && first < end && c->skipped[first / lanes]) first++;
    while (c->skipped && first < end && c->skipped[(end - 1) / lanes]) end--;
    for (size_t dim = 0; first < end && dim < c->layer->shape.head_dim; dim += FT_NAME(DIRECTION_DIMS))
        FT_NAME(add_directions)(c, head, first, end, dim, tables);
}
