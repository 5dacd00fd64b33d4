/// Inside of ft_attention_column_sums: sources are lanes, sinks are rows, in blocks of FT_SINK_BLOCK.
/// Blocks without any weight are passed over; their bounds do not depend on the weights, so that a span's sums do not
/// depend on the spans beside it.
#pragma once
#include "ft_span.h"
#include "../tile/tile.h"

enum { FT_SINK_BLOCK = 64 };

typedef struct ft_column_sums_call {
    const ft_tile *tile;
    ft_precision precision;
    const ft_attribution_layer *layer;
    size_t group;              ///< heads / kv_heads
    size_t sink_blocks;        ///< blocks of FT_SINK_BLOCK sinks
    size_t spans, span_panels; ///< spans and panels of mr spans
    size_t rows, ldq;
    const unsigned char *used; ///< [sink_blocks] whether a block has weight in some span
    const float *q, *lse, *weights;
    size_t query_words;    ///< of one packed block of sinks: panels of mr sinks
    float *packed_queries; ///< [heads][sink_blocks][query_words]
    float *packed_weights; ///< [span_panels][sink_blocks * FT_SINK_BLOCK][mr]
    size_t scratch_words;
    float *scratch; ///< [threads][scratch_words]
    float *a;
} ft_column_sums_call;

typedef struct ft_column_sums_variant {
    /// Packs the queries of one block of sinks of one head.
    void (*pack_queries)(const ft_column_sums_call *call, size_t head, size_t block);
    /// The sums of one panel of nr sources for all heads of a key-value head.
    void (*source_panel)(const ft_column_sums_call *call, size_t kv_head, size_t panel, float *scratch);
} ft_column_sums_variant;
