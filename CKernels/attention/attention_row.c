#include "attention_row.h"
#include "../runtime/scratch.h"
#include "../runtime/variants.h"

FT_DECLARE_VARIANTS(ft_attention_row_heads)
FT_DEFINE_LOOKUP(ft_attention_row_heads)

ft_status ft_attention_row(const ft_execution *execution, const ft_attention_shape *shape, size_t position,
                           const float *q, const float *k, const float *v, size_t ldkv, float *y, float *lse) {
    ft_range_body body = ft_attention_row_heads_for(execution->isa);
    if (!body) return FT_UNSUPPORTED;
    if (shape->kv_heads == 0 || shape->heads % shape->kv_heads || position >= INT32_MAX) return FT_BAD_ARGUMENT;
    if (shape->heads == 0) return FT_OK;

    size_t first = shape->window && position >= shape->window ? position - shape->window + 1 : 0;
    ft_attention_row_call call = {
        .shape = *shape,
        .group = shape->heads / shape->kv_heads,
        .first = first,
        .visible = position - first + 1,
        .ldkv = ldkv,
        .q = q,
        .k = k,
        .v = v,
        .y = y,
        .lse = lse,
    };
    call.scratch_words = ft_round_up(call.visible, 16);
    call.scratch = ft_scratch_take((size_t)execution->threads * call.scratch_words * sizeof(float));
    if (!call.scratch) return FT_OUT_OF_MEMORY;
    ft_parallel_for(shape->heads, 1, execution->threads, body, &call);
    ft_scratch_give(call.scratch);
    return FT_OK;
}
