/// Shares of every source in single sink tokens: the rows of E that token-wise attribution adds up.
#pragma once
#include "ft_span.h"

/// The sinks of one layer: the last `rows` of its positions.
typedef struct ft_token_sinks {
    size_t rows;
    const float *queries; ///< [rows, heads * head_dim] after RoPE, leading dimension ldq
    size_t ldq;
    const float *lse;    ///< [rows, heads], contiguous
    const float *before; ///< x_prev [rows, hidden], leading dimension ldx
    const float *mid;    ///< x_mid [rows, hidden], leading dimension ldx
    size_t ldx;
    const float *scales; ///< s [rows], or NULL for 1
} ft_token_sinks;

/// For every sink i in [first, first + count), with y[i, j, h] = s[i] * w * (O[h] V[j, h']) * alpha[h, i, j] and prox
/// as in ft_span.h:
///   D = sum_{j, h} prox(y[i, j, h], x_mid[i]) + prox(x_prev[i], x_mid[i]) + 1e-12
///   scores[i - first, j] += sum_h prox(y[i, j, h], x_mid[i]) / D
///   residual_shares[i - first] += prox(x_prev[i], x_mid[i]) / D      (unless NULL)
///
/// A pair's proximity below `threshold` (0 keeps all) counts as 0.
/// scores: [count, positions], leading dimension ldscores.
/// Exact as ft_span_shares is; L of all pairs is a product like attention's. F = w * (O[h] V[j]) is kept in 8 bits a
/// coordinate, which tells which of them a pair has to be corrected by; these are computed in f32. Which pairs need
/// corrections is told by a bound m[h, j] = max_k |F_k| / c[h, k] of each source, c[h, k] = |w_k| |row k of O[h]|_2. A
/// row depends on neither the rows beside it nor the threads, which split the sinks in tiles of nr.
/// Directions p = O[h]^T (w sign x_mid) are sums of table entries, four coordinates each.
/// Scratch: heads * hidden bytes a position for F, packed keys and values, m, heads * head_dim values a sink for p, and two
/// columns of nr values a position for each thread. counts: may be NULL.
/// Errors: FT_UNSUPPORTED, FT_OUT_OF_MEMORY. Thread-safe.
ft_status ft_token_shares(const ft_execution *execution, const ft_attribution_layer *layer, const ft_token_sinks *sinks,
                          size_t first, size_t count, float threshold, float *scores, size_t ldscores,
                          float *residual_shares, ft_pruning_counts *counts);

/// One layer of a walk of weights from sinks down to their sources, with E the rows that ft_token_shares gives one layer
/// and r the residual's shares:
///   moved[s, j] = sum_i q[s, i] E[i, j]          kept[s, i] = q[s, i] r[i]          sum moved + sum kept = sum q
///
/// weights (q), kept: [spans, sinks->rows].  moved: [spans, positions]. All contiguous, kept and moved written whole.
/// Rows of E are made tile by tile, used and forgotten. Tiles of nr sinks that weigh at most `negligible` in all spans are
/// passed over: their weights stay where they are. The result depends on neither the other spans' order nor the threads.
/// Scratch: that of ft_token_shares and 32 * spans * positions values. counts: may be NULL.
/// Errors: FT_UNSUPPORTED, FT_OUT_OF_MEMORY. Thread-safe.
ft_status ft_walk_layer(const ft_execution *execution, const ft_attribution_layer *layer, const ft_token_sinks *sinks,
                        size_t spans, const float *weights, float negligible, float *moved, float *kept,
                        ft_pruning_counts *counts);
