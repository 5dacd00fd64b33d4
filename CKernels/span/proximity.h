/// What both attribution kernels, of spans and of single tokens, share of the exact proximity.
#pragma once
#include "ft_span.h"

/// A coordinate that may correct some pair of a sink vector and head: E can hold it only where a |V| > threshold.
typedef struct ft_coordinate {
    float threshold; ///< |x_k| / c[h, k], a little lowered against rounding
    uint32_t index;  ///< k
} ft_coordinate;

/// Sorts by ascending thresholds, then indices.
void ft_sort_coordinates(ft_coordinate *coordinates, size_t count);

/// max(0, |x|_1 - |x - y|_1), the proximity of y to x, in double precision.
double ft_proximity(size_t n, const float *y, const float *x);

/// Adds `part` to `total`.
void ft_add_pruning_counts(ft_pruning_counts *total, const ft_pruning_counts *part);
