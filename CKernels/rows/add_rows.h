#pragma once
#include "../runtime/variants.h"
#include "ft_rows.h"

/// The arguments of ft_add_rows for its range bodies; an item is a row of X.
typedef struct ft_add_rows_job {
    size_t n;
    const float *x;
    size_t ldx;
    const int32_t *index;
    const float *weight;
    float *y;
    size_t ldy;
} ft_add_rows_job;

FT_DECLARE_VARIANTS(ft_add_rows_items)
