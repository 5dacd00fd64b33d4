#include "rope.h"

FT_DEFINE_LOOKUP(ft_rope_rows)

ft_status ft_rope(const ft_execution *execution, ft_rope_layout layout, size_t rows, size_t heads, size_t head_dim,
                  size_t pairs, const float *cosine, const float *sine, float *x, size_t ldx) {
    ft_range_body body = ft_rope_rows_for(execution->isa);
    if (!body) return FT_UNSUPPORTED;
    if (pairs > head_dim / 2) return FT_BAD_ARGUMENT;
    ft_rope_job job = {layout, heads, head_dim, pairs, cosine, sine, x, ldx};
    ft_parallel_for(rows, ft_row_grain(heads * head_dim), execution->threads, body, &job);
    return FT_OK;
}
