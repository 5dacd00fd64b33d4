/// Span aggregation: the share of every source token in weighted sums of sink tokens, exactly and without vectors of
/// size positions x heads x hidden (FlashTrace, Pan et al. 2026, section 4; proximity after Ferrando and Voita 2024).
///
/// Sinks are the last `rows` of `positions` tokens. A span s has a weight q[s, i] for every sink i.
#pragma once
#include "ft_attention.h"

/// What attribution reads of one layer, besides the sinks.
typedef struct ft_attribution_layer {
    ft_attention_shape shape;
    size_t positions, hidden;
    const float *keys;   ///< [positions, kv_heads * head_dim] after RoPE, leading dimension ldkv
    const float *values; ///< [positions, kv_heads * head_dim], leading dimension ldkv
    size_t ldkv;
    const float *output;        ///< output projection O [hidden, heads * head_dim], contiguous
    const float *output_weight; ///< w [hidden], weight of a norm on the attention output, or NULL for 1
} ft_attribution_layer;

/// How far the exact pruning went; every call adds to it.
typedef struct ft_pruning_counts {
    uint64_t sinks;       ///< sink vectors
    uint64_t skipped;     ///< of these, single sinks that were left out since they weigh next to nothing
    uint64_t pairs;       ///< (source, head) pairs of the sink vectors that were not left out
    uint64_t opposed;     ///< of these, pairs whose proximity is 0 by the sign of the projection alone
    uint64_t uncorrected; ///< of the others, pairs that no coordinate could correct
    uint64_t coordinates; ///< coordinates evaluated for the rest
} ft_pruning_counts;

/// a[s, h, j] = sum_i q[s, i] exp(scale * Q[i, h] . K[j, h'] - lse[i, h])    over the sinks i that see position j
///
/// q: [rows, heads * head_dim] after RoPE, ldq.  lse: [rows, heads], contiguous.  weights: [spans, rows], contiguous;
/// blocks of 64 sinks without weight cost nothing.  a: [spans, heads, positions], contiguous, written whole. Overlaps
/// nothing. A span's sums depend on neither the other spans nor the threads, which split key-value heads and blocks of
/// sources. Scratch: the queries, once. Errors: FT_UNSUPPORTED, FT_OUT_OF_MEMORY. Thread-safe.
ft_status ft_attention_column_sums(const ft_execution *execution, const ft_attribution_layer *layer, size_t rows,
                                   const float *q, size_t ldq, const float *lse, size_t spans, const float *weights,
                                   float *a);

/// X[s, k] = sum_i q[s, i] x[i, k]     x: [rows, columns], ldx.  weights: [spans, rows].  out: [spans, columns].
ft_status ft_weighted_rows(const ft_execution *execution, size_t rows, size_t columns, const float *x, size_t ldx,
                           size_t spans, const float *weights, float *out);

/// Adds one layer's shares of the sources in each sink vector.
///
/// With y[j, h] = a[s, h, j] * w * (O[h] V[j, h']),  prox(y, x) = max(0, |x|_1 - |x - y|_1),  X = mid[s], R =
/// before[s]:
///   D = sum_{j, h} prox(y[j, h], X) + prox(R, X) + 1e-12
///   scores[s, j] += sum_h prox(y[j, h], X) / D          residual_shares[s] += prox(R, X) / D   (unless NULL)
///
/// prox is computed as max(0, L - 2 E), L = a V . O^T (w sign X) and E the few coordinates where a |w (O V)_k| may
/// exceed |X_k|; all others are excluded by a bound, so the result is exact up to rounding.
/// A pair's proximity below `threshold` (in units of |X|_1; 0 keeps all) counts as 0.
/// before, mid: [spans, hidden].  a: [spans, heads, positions].  scores: [spans, positions]. All contiguous.
/// Threads split heads, then blocks of sources. counts: may be NULL.
/// Errors: FT_OUT_OF_MEMORY, FT_UNSUPPORTED. Thread-safe.
ft_status ft_span_shares(const ft_execution *execution, const ft_attribution_layer *layer, size_t spans,
                         const float *before, const float *mid, const float *a, float threshold, float *scores,
                         float *residual_shares, ft_pruning_counts *counts);
