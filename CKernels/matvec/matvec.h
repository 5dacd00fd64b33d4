/// Inside of ft_matvec: the sum of one row of W, for every element type.
#pragma once
#include "ft_matvec.h"
#include "../quantization/codes.h"
#include "../quantization/widen.h"

/// What the sums of all rows of one W read: x, and x in whole groups of FT_CODE_GROUP values as 16-bit codes.
typedef struct ft_matvec_row {
    size_t columns, block_length, block_bytes;
    ft_widen widen;
    const float *x;       ///< [columns]
    const int16_t *codes; ///< [columns]: x is about scale * code
    const float *scales;  ///< [columns / FT_CODE_GROUP]
    const float *sums;    ///< [columns / FT_CODE_GROUP], of the group's x
} ft_matvec_row;

/// sum_k x[k] W[n, k], where row n of W is stored at `data`.
typedef float (*ft_row_sum)(const ft_matvec_row *row, const uint8_t *data);

/// The functions of an instruction set, by element type: in f32, and from the codes of x where there is such a form;
/// `other` is for types that have none of their own.
typedef struct ft_matvec_variant {
    ft_row_sum of[FT_ELEMENT_TYPE_LIMIT], coded[FT_ELEMENT_TYPE_LIMIT], other;
    /// The codes, scales and sums of ft_matvec_row.
    void (*round)(const float *x, size_t count, int16_t *codes, float *scales, float *sums);
} ft_matvec_variant;
