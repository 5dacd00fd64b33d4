#include "add_rows.h"

FT_DEFINE_LOOKUP(ft_add_rows_items)

ft_status ft_add_rows(const ft_execution *execution, size_t rows, size_t n, const float *x, size_t ldx,
                      const int32_t *index, const float *weight, float *y, size_t ldy) {
    ft_range_body body = ft_add_rows_items_for(execution->isa);
    if (!body) return FT_UNSUPPORTED;
    ft_add_rows_job job = {n, x, ldx, index, weight, y, ldy};
    ft_parallel_for(rows, ft_row_grain(n), execution->threads, body, &job);
    return FT_OK;
}
