#include "rms_norm.h"

FT_DEFINE_LOOKUP(ft_rms_norm_items)

ft_status ft_rms_norm(const ft_execution *execution, size_t rows, size_t groups, size_t n, const float *x, size_t ldx,
                      const float *w, float epsilon, float *y, size_t ldy, int accumulate, float *scale) {
    ft_range_body body = ft_rms_norm_items_for(execution->isa);
    if (!body) return FT_UNSUPPORTED;
    ft_rms_norm_job job = {groups, n, x, ldx, w, epsilon, y, ldy, accumulate, scale};
    ft_parallel_for(rows * groups, ft_row_grain(n), execution->threads, body, &job);
    return FT_OK;
}
