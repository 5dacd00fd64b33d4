/// Products of one row of activations with stored weights.
#pragma once
#include "ft_matmul.h"

/// y[n] (+)= sum_k x[k] W[n, k] + bias[n]     for 0 <= n < w->rows, k over w->columns, for each product
///
/// x: [columns] f32. The products are as for ft_matmul, with Y of one row (ldy is not read). The weights are read once,
/// as they are stored, and widened in registers; arithmetic is f32 whatever the precision, but for FT_PRECISION_I16 with
/// Q4_0, Q4_1, Q8_0, Q4_K and Q6_K on vectors of up to 256 bits: there x is rounded to 16-bit codes, 32 values to a
/// scale. Each value is summed in an order that depends on the instruction set, the precision, k and the weights' type
/// alone: not that of ft_matmul, but the same for any number of threads. Threads split the rows of all W together.
/// Errors: FT_UNSUPPORTED (element type), FT_BAD_ARGUMENT (columns that differ or are no multiple of a block's length, too
/// many products), FT_OUT_OF_MEMORY. Thread-safe.
ft_status ft_matvec(const ft_execution *execution, const float *x, size_t count, const ft_product *products);
