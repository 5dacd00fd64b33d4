/// Row by row widening of every element type, one table an instruction set.
#pragma once
#include "codes.h"
#include "ft_dequantize.h"

/// Widens `blocks` consecutive blocks to f32.
typedef void (*ft_widen)(const uint8_t *data, size_t blocks, float *out);

enum { FT_ELEMENT_TYPE_LIMIT = 31 };

/// The functions of an instruction set, by element type; NULL entries for unknown types, and NULL as `split` where
/// `layout` is FT_NO_CODES.
typedef struct ft_widen_table {
    ft_widen of[FT_ELEMENT_TYPE_LIMIT];
    ft_split split[FT_ELEMENT_TYPE_LIMIT];
    ft_code_layout layout[FT_ELEMENT_TYPE_LIMIT];
} ft_widen_table;

/// NULL where the program was compiled without the instruction set.
const ft_widen_table *ft_widen_table_for(ft_isa isa);
