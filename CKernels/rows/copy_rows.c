#include "../runtime/variants.h"
#include "ft_rows.h"
#include <string.h>

typedef struct {
    size_t n, ldx, ldy;
    const float *x;
    const int32_t *index;
    float *y;
} copy_rows_job;

static void copy_items(size_t begin, size_t end, int thread, void *context) {
    (void)thread;
    const copy_rows_job *job = context;
    for (size_t i = begin; i < end; i++) {
        size_t row = job->index ? (size_t)job->index[i] : i;
        memcpy(job->y + i * job->ldy, job->x + row * job->ldx, job->n * sizeof(float));
    }
}

void ft_copy_rows(const ft_execution *execution, size_t rows, size_t n, const float *x, size_t ldx,
                  const int32_t *index, float *y, size_t ldy) {
    copy_rows_job job = {n, ldx, ldy, x, index, y};
    ft_parallel_for(rows, ft_row_grain(n), execution->threads, copy_items, &job);
}
