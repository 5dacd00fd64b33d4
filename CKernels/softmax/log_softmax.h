#pragma once
#include "../runtime/variants.h"
#include "ft_logprob.h"

/// The arguments of ft_log_softmax for its range bodies; an item is a row.
typedef struct ft_log_softmax_job {
    size_t n;
    const float *l;
    size_t ldl;
    const int32_t *id;
    float *lse, *logprob;
} ft_log_softmax_job;

FT_DECLARE_VARIANTS(ft_log_softmax_rows)
