// Column sums of attention for one panel of sources, for every instruction set.
#include "../tile/tile_shape.h"

static void FT_NAME(pack_queries)(const ft_column_sums_call *c, size_t head, size_t block) {
    if (!c->used[block]) return;
    size_t hd = c->layer->shape.head_dim, begin = block * FT_SINK_BLOCK, left = c->rows - begin;
    FT_NAME(pack_panels)(c->precision, c->tile->mr, FT_SINK_BLOCK, left < FT_SINK_BLOCK ? left : FT_SINK_BLOCK, hd,
                         c->q + begin * c->ldq + head * hd, c->ldq, c->layer->shape.scale,
                         c->packed_queries + (head * c->sink_blocks + block) * c->query_words);
}

// Which sinks of a block see which sources of a panel.
typedef struct {
    size_t count;            // sinks of the block
    int32_t first_source;    // of the panel
    int32_t lowest;          // position of the first sink
    int32_t window;          // positions that a sink sees, itself included; 0 where it sees all before it
    int nothing, everything; // whether no sink sees any source, or each all of them
} FT_NAME(view);

FT_INLINE FT_NAME(view) FT_NAME(view_of)(const ft_column_sums_call *c, size_t block, int32_t first_source) {
    size_t begin = block * FT_SINK_BLOCK, left = c->rows - begin;
    int32_t last_source = first_source + TILE_COLUMNS - 1;
    FT_NAME(view) view = {.count = left < FT_SINK_BLOCK ? left : FT_SINK_BLOCK, .first_source = first_source};
    view.lowest = (int32_t)(c->layer->positions - c->rows + begin);
    int32_t highest = view.lowest + (int32_t)view.count - 1;
    view.window = (int32_t)c->layer->shape.window;
    view.nothing = highest < first_source || (view.window && view.lowest - view.window >= last_source);
    view.everything = view.lowest >= last_source && (!view.window || highest - view.window < first_source);
    return view;
}

// Scores of sink `i` of a block become attention weights; sources that it does not see get 0.
FT_INLINE void FT_NAME(weights_of_row)(const FT_NAME(view) * view, size_t i, float lse, int everything, float *scores) {
    int32_t last = view->lowest + (int32_t)i, first = view->window ? last - view->window + 1 : 0;
    for (int v = 0; v < TILE_VECTORS; v++) {
        float *p = scores + i * TILE_COLUMNS + v * FT_LANES;
        ft_vf weight = ft_exp(ft_load(p) - ft_splat(lse));
        if (!everything) {
            ft_vi position = ft_iota() + (view->first_source + v * FT_LANES);
            weight = ft_select((position >= first) & (position <= last), weight, (ft_vf){});
        }
        ft_store(p, weight);
    }
}

// Attention weights of one block of sinks of one head: [FT_SINK_BLOCK][TILE_COLUMNS]. 0 where none sees the panel.
FT_INLINE int FT_NAME(block_weights)(const ft_column_sums_call *c, size_t head, size_t block, int32_t first_source,
                                     const float *keys, float *scores) {
    size_t mr = c->tile->mr, hd = c->layer->shape.head_dim, heads = c->layer->shape.heads;
    FT_NAME(view) view = FT_NAME(view_of)(c, block, first_source);
    if (!c->used[block] || view.nothing) return 0;

    const float *q = c->packed_queries + (head * c->sink_blocks + block) * c->query_words;
    for (size_t i = 0; i < FT_SINK_BLOCK; i += mr, q += ft_panel_words(c->precision, hd) * mr)
        ft_tile_product(c->tile, c->precision, hd, q, keys, scores + i * TILE_COLUMNS, TILE_COLUMNS, 0);
    const float *lse = c->lse + block * FT_SINK_BLOCK * heads + head;
    if (view.everything) { // a loop of its own, which tests nothing
        for (size_t i = 0; i < view.count; i++) FT_NAME(weights_of_row)(&view, i, lse[i * heads], 1, scores);
    } else {
        for (size_t i = 0; i < view.count; i++) FT_NAME(weights_of_row)(&view, i, lse[i * heads], 0, scores);
    }
    memset(scores + view.count * TILE_COLUMNS, 0, (FT_SINK_BLOCK - view.count) * TILE_COLUMNS * sizeof *scores);
    return 1;
}

FT_INLINE void FT_NAME(write_sums)(const ft_column_sums_call *c, size_t head, size_t first_source, const float *sums) {
    size_t positions = c->layer->positions, left = positions - first_source;
    size_t count = left < TILE_COLUMNS ? left : TILE_COLUMNS;
    for (size_t s = 0; s < c->spans; s++)
        memcpy(c->a + (s * c->layer->shape.heads + head) * positions + first_source, sums + s * TILE_COLUMNS,
               count * sizeof *sums);
}

// The sums of one span, to the byte what the tile would give: a tile has a row a span, most of which would be padding.
FT_INLINE void FT_NAME(sum_one_span)(const float *weights, const float *scores, float *sums) {
    size_t mr = TILE_ROWS;
    ft_vf total[TILE_VECTORS] = {};
    for (size_t i = 0; i < FT_SINK_BLOCK; i++)
        for (int v = 0; v < TILE_VECTORS; v++)
            total[v] += ft_splat(weights[i * mr]) * ft_load(scores + i * TILE_COLUMNS + v * FT_LANES);
    for (int v = 0; v < TILE_VECTORS; v++) ft_store(sums + v * FT_LANES, ft_load(sums + v * FT_LANES) + total[v]);
}

FT_INLINE void FT_NAME(sum_spans)(const ft_column_sums_call *c, size_t block, const float *scores, float *sums) {
    size_t mr = c->tile->mr;
    for (size_t s = 0; s < c->span_panels; s++) {
        const float *weights = c->packed_weights + (s * c->sink_blocks + block) * FT_SINK_BLOCK * mr;
        float *out = sums + s * mr * TILE_COLUMNS;
        if (c->spans == 1) {
            FT_NAME(sum_one_span)(weights, scores, out);
        } else {
            c->tile->f32(FT_SINK_BLOCK, weights, scores, out, TILE_COLUMNS, 1);
        }
    }
}

// 1 pack the keys of the panel   2 per head and block of sinks: weights, then their sums for every span   3 write
static void FT_NAME(source_panel)(const ft_column_sums_call *c, size_t kv_head, size_t panel, float *scratch) {
    const ft_attribution_layer *layer = c->layer;
    size_t mr = c->tile->mr, hd = layer->shape.head_dim, first = panel * TILE_COLUMNS, left = layer->positions - first;
    float *keys = scratch, *scores = keys + hd * TILE_COLUMNS, *sums = scores + FT_SINK_BLOCK * TILE_COLUMNS;
    FT_NAME(pack_rows)(c->precision, TILE_COLUMNS, left < TILE_COLUMNS ? left : TILE_COLUMNS, hd,
                       layer->keys + first * layer->ldkv + kv_head * hd, layer->ldkv, 1, keys);
    for (size_t head = kv_head * c->group; head < (kv_head + 1) * c->group; head++) {
        memset(sums, 0, c->span_panels * mr * TILE_COLUMNS * sizeof *sums);
        for (size_t block = 0; block < c->sink_blocks; block++) {
            if (FT_NAME(block_weights)(c, head, block, (int32_t)first, keys, scores))
                FT_NAME(sum_spans)(c, block, scores, sums);
        }
        FT_NAME(write_sums)(c, head, first, sums);
    }
}

const ft_column_sums_variant FT_NAME(ft_column_sums) = {FT_NAME(pack_queries), FT_NAME(source_panel)};
