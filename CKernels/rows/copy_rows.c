#include "add_rows.h"
#include <string.h>

typedef struct {
    size_t n, ldx, ldy;
    const float *x;
    float *y;
} copy_rows_job;

static void copy_items(size_t begin, size_t end, int thread, void *context) {
    (void)thread;
    const copy_rows_job *job = context;
    for (size_t i = begin; i < end; i++) memcpy(job->y + i * job->ldy, job->x + i * job->ldx, job->n * sizeof(float));
}

void ft_copy_rows(const ft_execution *execution, size_t rows, size_t n, const float *x, size_t ldx, float *y,
                  size_t ldy) {
    copy_rows_job job = {n, ldx, ldy, x, y};
    ft_parallel_for(rows, ft_row_grain(n), execution->threads, copy_items, &job);
}
