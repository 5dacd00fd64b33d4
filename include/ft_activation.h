/// Gated activations of the feed-forward block (Shazeer 2020, "GLU Variants Improve Transformer").
#pragma once
#include "ft_runtime.h"

typedef enum ft_activation {
    FT_SILU = 0,      ///< g / (1 + exp(-g))
    FT_GELU_TANH = 1, ///< g / 2 * (1 + tanh(sqrt(2 / pi) * (g + 0.044715 g^3)))
} ft_activation;

/// Y[i, c] = activation(G[i, c]) * U[i, c]
///
/// G, U, Y: [rows, n] f32 with leading dimensions ldg, ldu, ldy. Y may be G or U, else nothing overlaps.
/// Threads take rows. Errors: FT_UNSUPPORTED. Thread-safe.
ft_status ft_gated_activation(const ft_execution *execution, ft_activation activation, size_t rows, size_t n,
                              const float *g, size_t ldg, const float *u, size_t ldu, float *y, size_t ldy);
