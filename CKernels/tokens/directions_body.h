// The directions p = O[h]^T (w sign x_mid) of many sinks. Included inside a target region, after proximity_body.h.
//
// A direction is a sum of rows w_k O[h]_k with either sign. Four coordinates have sixteen such sums: these stand in a
// table, which all sinks of the call read instead of multiplying ("four Russians": Arlazarov et al. 1970).

enum { FT_NAME(DIRECTION_VECTORS) = 4 }; // registers that hold a piece of a direction
enum { FT_NAME(DIRECTION_DIMS) = FT_NAME(DIRECTION_VECTORS) * FT_LANES };
enum { FT_NAME(SIGN_TABLES) = 256 / FT_NAME(DIRECTION_DIMS) }; // 16 KiB: half of a first cache

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

// The signs of the coordinates of sinks begin...end of the call, 64 a word: a set bit is a negative one.
static void FT_NAME(take_signs)(const ft_token_shares_call *c, size_t begin, size_t end) {
    size_t hidden = c->layer->hidden;
    for (size_t i = begin; i < end; i++) {
        const float *x = c->sinks->mid + (c->first + i) * c->sinks->ldx;
        uint64_t *signs = c->signs + i * c->sign_words;
        size_t k = 0;
        memset(signs, 0, c->sign_words * sizeof *signs);
        for (; k + FT_LANES <= hidden; k += FT_LANES) signs[k / 64] |= (uint64_t)ft_bits(ft_load(x + k) < 0) << k % 64;
        for (; k < hidden; k++) signs[k / 64] |= (uint64_t)(x[k] < 0) << k % 64;
    }
}

// Asks memory for the pieces of rows that the tables of coordinates [first, first + 4 * SIGN_TABLES) are made of.
FT_INLINE void FT_NAME(ask_for_rows)(const ft_attribution_layer *layer, size_t head, size_t first, size_t dim) {
    for (size_t k = first; k < first + 4 * FT_NAME(SIGN_TABLES) && k < layer->hidden; k++)
        for (size_t d = 0; d < FT_NAME(DIRECTION_DIMS) && dim + d < layer->shape.head_dim; d += 16)
            __builtin_prefetch(FT_NAME(output_row)(layer, head, k) + dim + d);
}

// Adds the coordinates of some tables, from `first` on, to a piece of the directions of sinks begin...end of the call.
FT_INLINE void FT_NAME(add_tables)(const ft_token_shares_call *c, size_t head, size_t begin, size_t end, size_t first,
                                   size_t dim, FT_NAME(sign_table) * tables) {
    float *directions = c->directions + (head * c->count + begin) * c->direction_words + dim;
    for (size_t i = begin; i < end; i++, directions += c->direction_words) {
        uint64_t signs = c->signs[i * c->sign_words + first / 64] >> first % 64;
        ft_vf sums[FT_NAME(DIRECTION_VECTORS)];
        for (size_t v = 0; v < FT_NAME(DIRECTION_VECTORS); v++)
            sums[v] = first ? ft_load(directions + v * FT_LANES) : (ft_vf){};
        for (size_t n = 0; n < FT_NAME(SIGN_TABLES); n++, signs >>= 4)
            for (size_t v = 0; v < FT_NAME(DIRECTION_VECTORS); v++)
                sums[v] += ft_load(tables[n][signs & 15] + v * FT_LANES);
        for (size_t v = 0; v < FT_NAME(DIRECTION_VECTORS); v++) ft_store(directions + v * FT_LANES, sums[v]);
    }
}

// The directions of FT_DIRECTION_SINKS sinks of the call in one head. Those of tiles that are skipped are left out.
static void FT_NAME(direct)(const ft_token_shares_call *c, size_t head, size_t first) {
    _Alignas(64) FT_NAME(sign_table) tables[FT_NAME(SIGN_TABLES)];
    size_t end = first + FT_DIRECTION_SINKS < c->count ? first + FT_DIRECTION_SINKS : c->count, lanes = c->tile->nr;
    size_t hidden = c->layer->hidden, head_dim = c->layer->shape.head_dim, step = 4 * FT_NAME(SIGN_TABLES);
    while (c->skipped && first < end && c->skipped[first / lanes]) first++;
    while (c->skipped && first < end && c->skipped[(end - 1) / lanes]) end--;
    for (size_t dim = 0; first < end && dim < head_dim; dim += FT_NAME(DIRECTION_DIMS))
        for (size_t k = 0; k < hidden; k += step) {
            for (size_t n = 0; n < FT_NAME(SIGN_TABLES); n++)
                FT_NAME(fill_table)(c->layer, head, k + 4 * n, dim, tables[n]);
            FT_NAME(ask_for_rows)(c->layer, head, k + step, dim);
            FT_NAME(add_tables)(c, head, first, end, k, dim, tables);
        }
}
