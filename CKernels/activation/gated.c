#include "gated.h"

FT_DEFINE_LOOKUP(ft_gated_rows)

ft_status ft_gated_activation(const ft_execution *execution, ft_activation activation, size_t rows, size_t n,
                              const float *g, size_t ldg, const float *u, size_t ldu, float *y, size_t ldy) {
    ft_range_body body = ft_gated_rows_for(execution->isa);
    if (!body) return FT_UNSUPPORTED;
    ft_gated_job job = {activation, n, g, ldg, u, ldu, y, ldy};
    ft_parallel_for(rows, ft_row_grain(n), execution->threads, body, &job);
    return FT_OK;
}
