/// Products of activations with stored weights.
#pragma once
#include "ft_element_type.h"

/// Y[i, n] = sum_k X[i, k] W[n, k] + bias[n]     for 0 <= i < m, 0 <= n < w->rows, k over w->columns
///
/// X: [m, columns] f32, leading dimension ldx.  Y: [m, rows] f32, leading dimension ldy.  bias: [rows] or NULL.
/// With `accumulate` the result is added to what Y holds. Y overlaps neither X nor W nor bias.
/// X is packed once; W is widened block by block into packed panels, in scratch memory that does not grow with W. Each
/// value of Y is summed in an order that depends on k alone, so a row of Y depends on neither m nor the threads.
/// Threads split the columns of Y, and its rows where the columns do not suffice.
/// Errors: FT_UNSUPPORTED (precision or element type), FT_BAD_ARGUMENT (columns not a multiple of the block
/// length), FT_OUT_OF_MEMORY. Thread-safe.
ft_status ft_matmul(const ft_execution *execution, size_t m, const float *x, size_t ldx, const ft_weights *w,
                    const float *bias, float *y, size_t ldy, int accumulate);
