/// Inside of ft_span_shares: the exact proximity of every (source, head) part to one sink vector.
#pragma once
#include "proximity.h"

enum { FT_SOURCE_BLOCK = 16 };

typedef struct ft_span_shares_call {
    const ft_attribution_layer *layer;
    size_t group;               ///< heads / kv_heads
    float threshold;            ///< least proximity that counts
    const float *mid;           ///< X [hidden] of the span at work
    const float *a;             ///< [heads, positions] of that span
    float *value_norms;         ///< |V[j, h']|_2  [kv_heads, positions]
    float *bounds;              ///< c[h, k] = |w_k| |row k of O[h]|_2  [heads, hidden]
    float *directions;          ///< p[h] = O[h]^T (w sign X)  [heads, head_dim]
    ft_coordinate *coordinates; ///< [heads, hidden], ascending thresholds
    size_t *coordinate_count;   ///< [heads]
    double *proximity;          ///< sum over heads [positions]
    ft_pruning_counts *counts;  ///< one a block of sources
} ft_span_shares_call;

typedef struct ft_span_shares_variant {
    /// Norms of the values of one block of sources, which no span changes.
    void (*value_norms)(const ft_span_shares_call *call, size_t block);
    /// Bounds of one head, which no span changes.
    void (*bounds)(const ft_span_shares_call *call, size_t head);
    /// Direction and coordinates of one head for the span at work.
    void (*head)(const ft_span_shares_call *call, size_t head);
    /// Proximities of one block of sources for the span at work.
    void (*sources)(const ft_span_shares_call *call, size_t block);
} ft_span_shares_variant;
