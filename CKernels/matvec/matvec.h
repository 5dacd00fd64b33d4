/// Inside of ft_matvec: the sum of one row of W, for every element type.
#pragma once
#include "ft_matvec.h"
#include "../quantization/widen.h"

/// Values whose sum ft_matvec_row has.
enum { FT_MATVEC_SUMMED = 32 };

/// What the sums of all rows of one W read.
typedef struct ft_matvec_row {
    size_t columns, block_length, block_bytes;
    ft_widen widen;
    const float *x;    ///< [columns]
    const float *sums; ///< [columns / FT_MATVEC_SUMMED], of as many consecutive values of x
} ft_matvec_row;

/// sum_k x[k] W[n, k], where row n of W is stored at `data`.
typedef float (*ft_row_sum)(const ft_matvec_row *row, const uint8_t *data);

/// The functions of an instruction set, by element type; `other` is for types that have none of their own.
typedef struct ft_matvec_variant {
    ft_row_sum of[FT_ELEMENT_TYPE_LIMIT], other;
    /// The sums of ft_matvec_row.
    void (*sum_parts)(const float *x, size_t parts, float *sums);
} ft_matvec_variant;
