#include "proximity.h"
#include <math.h>
#include <stdlib.h>

static int ascending(const void *left, const void *right) {
    const ft_coordinate *a = left, *b = right;
    if (a->threshold != b->threshold) return a->threshold < b->threshold ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

void ft_sort_coordinates(ft_coordinate *coordinates, size_t count) {
    qsort(coordinates, count, sizeof *coordinates, ascending);
}

double ft_proximity(size_t n, const float *y, const float *x) {
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum += fabs((double)x[k]) - fabs((double)x[k] - y[k]);
    return sum > 0 ? sum : 0;
}

void ft_add_pruning_counts(ft_pruning_counts *total, const ft_pruning_counts *part) {
    total->sinks += part->sinks;
    total->skipped += part->skipped;
    total->pairs += part->pairs;
    total->opposed += part->opposed;
    total->uncorrected += part->uncorrected;
    total->coordinates += part->coordinates;
}
