#include "ft_span.h"
#include <string.h>

// Columns of a task: pieces of rows so long that the CPU foresees the next.
enum { COLUMN_BLOCK = 64 };

typedef struct {
    size_t rows, columns, ldx, spans;
    const float *x, *weights;
    float *out;
} weighted_rows_call;

static void sum_columns(const weighted_rows_call *c, size_t span, size_t first, size_t count) {
    double sums[COLUMN_BLOCK] = {0};
    const float *weights = c->weights + span * c->rows;
    for (size_t i = 0; i < c->rows; i++) {
        if (weights[i] == 0) continue;
        const float *x = c->x + i * c->ldx + first;
        for (size_t k = 0; k < count; k++) sums[k] += (double)weights[i] * x[k];
    }
    for (size_t k = 0; k < count; k++) c->out[span * c->columns + first + k] = (float)sums[k];
}

static void sum_blocks(size_t begin, size_t end, int thread, void *context) {
    (void)thread;
    const weighted_rows_call *c = context;
    for (size_t i = begin; i < end; i++) {
        size_t first = i / c->spans * COLUMN_BLOCK, left = c->columns - first;
        sum_columns(c, i % c->spans, first, left < COLUMN_BLOCK ? left : COLUMN_BLOCK);
    }
}

ft_status ft_weighted_rows(const ft_execution *execution, size_t rows, size_t columns, const float *x, size_t ldx,
                           size_t spans, const float *weights, float *out) {
    weighted_rows_call call = {rows, columns, ldx, spans, x, weights, out};
    ft_parallel_for((columns + COLUMN_BLOCK - 1) / COLUMN_BLOCK * spans, 1, execution->threads, sum_blocks, &call);
    return FT_OK;
}
