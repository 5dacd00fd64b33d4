#pragma once
#include "../runtime/variants.h"
#include "ft_activation.h"

/// The arguments of ft_gated_activation for its range bodies; an item is a row.
typedef struct ft_gated_job {
    ft_activation activation;
    size_t n;
    const float *g;
    size_t ldg;
    const float *u;
    size_t ldu;
    float *y;
    size_t ldy;
} ft_gated_job;

FT_DECLARE_VARIANTS(ft_gated_rows)
