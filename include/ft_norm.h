/// Root mean square normalisation (Zhang and Sennrich 2019).
#pragma once
#include "ft_runtime.h"

/// For every row i and every group g of n consecutive values:
///   scale[i, g] = 1 / sqrt(mean_c X[i, g n + c]^2 + epsilon)      Y[i, g n + c] (+)= X[i, g n + c] * scale[i, g] *
///   w[c]
///
/// One group: the norm of a row. As many groups as heads, n = head_dim: a norm per head.
/// X: [rows, groups * n] f32, leading dimension ldx.  Y: the same shape, ldy; Y may be X, else they do not overlap.
/// w: [n].  scale: [rows, groups], contiguous, or NULL.  With `accumulate` the result is added to what Y holds.
/// Threads take rows; each sum has a fixed order. Errors: FT_UNSUPPORTED. Thread-safe.
ft_status ft_rms_norm(const ft_execution *execution, size_t rows, size_t groups, size_t n, const float *x, size_t ldx,
                      const float *w, float epsilon, float *y, size_t ldy, int accumulate, float *scale);
