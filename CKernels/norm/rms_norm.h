#pragma once
#include "../runtime/variants.h"
#include "ft_norm.h"

/// The arguments of ft_rms_norm for its range bodies; an item is one group of one row.
typedef struct ft_rms_norm_job {
    size_t groups, n;
    const float *x;
    size_t ldx;
    const float *w;
    float epsilon;
    float *y;
    size_t ldy;
    int accumulate;
    float *scale;
} ft_rms_norm_job;

FT_DECLARE_VARIANTS(ft_rms_norm_items)
