#pragma once
#include "../runtime/variants.h"
#include "ft_rope.h"

/// The arguments of ft_rope for its range bodies; an item is a row.
typedef struct ft_rope_job {
    ft_rope_layout layout;
    size_t heads, head_dim, pairs;
    const float *cosine, *sine;
    float *x;
    size_t ldx;
} ft_rope_job;

FT_DECLARE_VARIANTS(ft_rope_rows)
