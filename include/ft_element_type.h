/// How the values of a weight matrix are stored.
#pragma once
#include "ft_runtime.h"

/// Element types; the numbers are those of GGUF. Quantised types hold blocks of consecutive values of one row.
typedef enum ft_element_type {
    FT_F32 = 0,
    FT_F16 = 1,
    FT_Q4_0 = 2,
    FT_Q4_1 = 3,
    FT_Q5_0 = 6,
    FT_Q5_1 = 7,
    FT_Q8_0 = 8,
    FT_Q2_K = 10,
    FT_Q3_K = 11,
    FT_Q4_K = 12,
    FT_Q5_K = 13,
    FT_Q6_K = 14,
    FT_Q8_K = 15,
    FT_IQ4_NL = 20,
    FT_IQ4_XS = 23,
    FT_BF16 = 30,
} ft_element_type;

/// A weight matrix as it lies in the file: `rows` rows of `columns` values, row r at data + r * row_stride_bytes.
/// `columns` is a multiple of the type's block length. Read only; no alignment is required.
typedef struct ft_weights {
    const void *data;
    ft_element_type type;
    size_t rows, columns, row_stride_bytes;
} ft_weights;
