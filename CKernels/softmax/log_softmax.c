#include "log_softmax.h"

FT_DEFINE_LOOKUP(ft_log_softmax_rows)

ft_status ft_log_softmax(const ft_execution *execution, size_t rows, size_t n, const float *l, size_t ldl,
                         const int32_t *id, float *lse, float *logprob) {
    ft_range_body body = ft_log_softmax_rows_for(execution->isa);
    if (!body) return FT_UNSUPPORTED;
    if (n == 0) return FT_BAD_ARGUMENT;
    for (size_t i = 0; id && i < rows; i++)
        if (id[i] < 0 || (size_t)id[i] >= n) return FT_BAD_ARGUMENT;
    ft_log_softmax_job job = {n, l, ldl, id, lse, logprob};
    ft_parallel_for(rows, ft_row_grain(n), execution->threads, body, &job);
    return FT_OK;
}
