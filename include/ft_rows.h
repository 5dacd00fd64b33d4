/// Sums and products of whole rows.
#pragma once
#include "ft_runtime.h"

/// Y[index[i], c] += weight[i] * X[i, c]     for 0 <= i < rows, 0 <= c < n
///
/// X: [rows, n] f32, leading dimension ldx.  Y: f32, leading dimension ldy.  index: [rows], each value at most once,
/// or NULL for index[i] = i.  weight: [rows], or NULL for 1.  Overlap: none.
/// Threads take rows. Errors: FT_UNSUPPORTED. Thread-safe.
ft_status ft_add_rows(const ft_execution *execution, size_t rows, size_t n, const float *x, size_t ldx,
                      const int32_t *index, const float *weight, float *y, size_t ldy);

/// Y[i, c] = X[index[i], c]     for 0 <= i < rows, 0 <= c < n
///
/// X: f32, leading dimension ldx.  Y: [rows, n] f32, leading dimension ldy.  index: [rows], or NULL for index[i] = i.
/// Overlap: none. Threads take rows. Thread-safe.
void ft_copy_rows(const ft_execution *execution, size_t rows, size_t n, const float *x, size_t ldx,
                  const int32_t *index, float *y, size_t ldy);
