/// Products of activations with stored weights.
#pragma once
#include "ft_element_type.h"

/// One product of the same activations: Y (+)= X W^T + bias.
typedef struct ft_product {
    const ft_weights *w;
    const float *bias; ///< [w->rows] or NULL
    float *y;          ///< [m, w->rows] f32, leading dimension ldy
    size_t ldy;
    int accumulate; ///< whether the result is added to what Y holds
} ft_product;

enum { FT_MOST_PRODUCTS = 3 };

/// Y[i, n] = sum_k X[i, k] W[n, k] + bias[n]     for 0 <= i < m, 0 <= n < w->rows, k over w->columns, for each product
///
/// X: [m, columns] f32, leading dimension ldx. All products have W of the same number of columns; their types may
/// differ. A Y overlaps neither X nor a W nor a bias nor another Y. `count` is at most FT_MOST_PRODUCTS.
/// With FT_PRECISION_I16, a W whose type holds integer codes (all block formats but Q2_K) is multiplied by codes of X:
/// 32 values x of a row that stand side by side become round(x / s), s = max |x| / 32767, so that a value is off by at
/// most s / 2; below 2^-110 all are taken as 0. Sums of code products are exact in i32 and scaled in f32; offsets of a
/// format are multiplied by sums of the values themselves. Rows with infinities or NaN give NaN.
/// X is packed once for all, or read as it lies where Y has few columns; each W is widened block by block into packed
/// panels, in scratch memory that does not grow with W. Each value of Y is summed in an order that depends on k alone, so
/// a row of Y depends on neither m nor the threads nor the other products. Threads split the columns of all Y together,
/// and their rows where these do not suffice.
/// Errors: FT_UNSUPPORTED (precision or element type), FT_BAD_ARGUMENT (columns that differ or are no multiple of a
/// block's length, too many products), FT_OUT_OF_MEMORY. Thread-safe.
ft_status ft_matmul(const ft_execution *execution, size_t m, const float *x, size_t ldx, size_t count,
                    const ft_product *products);
