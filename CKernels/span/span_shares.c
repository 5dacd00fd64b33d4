#include "span_shares.h"
#include <stdlib.h>

extern const ft_span_shares_variant ft_span_shares_portable;
#if defined(__x86_64__)
extern const ft_span_shares_variant ft_span_shares_avx2, ft_span_shares_avx512, ft_span_shares_avx512bf16;
#endif

static const ft_span_shares_variant *const variants[FT_ISA_COUNT] = {
    [FT_ISA_PORTABLE] = &ft_span_shares_portable,
#if defined(__x86_64__)
    [FT_ISA_AVX2] = &ft_span_shares_avx2,
    [FT_ISA_AVX512] = &ft_span_shares_avx512,
    [FT_ISA_AVX512_BF16] = &ft_span_shares_avx512bf16,
#endif
};

typedef struct {
    const ft_span_shares_call *call;
    void (*step)(const ft_span_shares_call *call, size_t item);
} span_shares_loop;

static void run_items(size_t begin, size_t end, int thread, void *context) {
    (void)thread;
    const span_shares_loop *loop = context;
    for (size_t i = begin; i < end; i++) loop->step(loop->call, i);
}

static void each(const ft_execution *execution, size_t count, const ft_span_shares_call *call,
                 void (*step)(const ft_span_shares_call *, size_t)) {
    span_shares_loop loop = {call, step};
    ft_parallel_for(count, 1, execution->threads, run_items, &loop);
}

static size_t source_blocks(const ft_attribution_layer *layer) {
    return (layer->positions + FT_SOURCE_BLOCK - 1) / FT_SOURCE_BLOCK;
}

static void attribute_span(const ft_execution *execution, ft_span_shares_call *call, const float *before, float *scores,
                           float *residual_share, ft_pruning_counts *counts) {
    const ft_span_shares_variant *variant = variants[execution->isa];
    size_t positions = call->layer->positions, blocks = source_blocks(call->layer);
    each(execution, call->layer->shape.heads, call, variant->head);
    each(execution, blocks, call, variant->sources);
    double residual = ft_proximity(call->layer->hidden, before, call->mid), total = residual + 1e-12;
    for (size_t j = 0; j < positions; j++) total += call->proximity[j];
    for (size_t j = 0; j < positions; j++) scores[j] += (float)(call->proximity[j] / total);
    if (residual_share) *residual_share += (float)(residual / total);
    if (counts) counts->sinks++;
    for (size_t block = 0; counts && block < blocks; block++) ft_add_pruning_counts(counts, &call->counts[block]);
}

static int allocate(ft_span_shares_call *call) {
    const ft_attribution_layer *layer = call->layer;
    size_t heads = layer->shape.heads, positions = layer->positions;
    call->value_norms = malloc(layer->shape.kv_heads * positions * sizeof(float));
    call->bounds = malloc(heads * layer->hidden * sizeof(float));
    call->directions = malloc(heads * layer->shape.head_dim * sizeof(float));
    call->coordinates = malloc(heads * layer->hidden * sizeof(ft_coordinate));
    call->coordinate_count = malloc(heads * sizeof(size_t));
    call->proximity = malloc(positions * sizeof(double));
    call->counts = malloc(source_blocks(layer) * sizeof(ft_pruning_counts));
    return call->value_norms && call->bounds && call->directions && call->coordinates && call->coordinate_count &&
           call->proximity && call->counts;
}

static void release(ft_span_shares_call *call) {
    free(call->value_norms);
    free(call->bounds);
    free(call->directions);
    free(call->coordinates);
    free(call->coordinate_count);
    free(call->proximity);
    free(call->counts);
}

ft_status ft_span_shares(const ft_execution *execution, const ft_attribution_layer *layer, size_t spans,
                         const float *before, const float *mid, const float *a, float threshold, float *scores,
                         float *residual_shares, ft_pruning_counts *counts) {
    if ((unsigned)execution->isa >= FT_ISA_COUNT || !variants[execution->isa]) return FT_UNSUPPORTED;
    if (layer->positions == 0 || spans == 0) return FT_OK;
    ft_span_shares_call call = {
        .layer = layer, .group = layer->shape.heads / layer->shape.kv_heads, .threshold = threshold};
    if (!allocate(&call)) {
        release(&call);
        return FT_OUT_OF_MEMORY;
    }
    const ft_span_shares_variant *variant = variants[execution->isa];
    each(execution, source_blocks(layer), &call, variant->value_norms);
    each(execution, layer->shape.heads, &call, variant->bounds);
    for (size_t s = 0; s < spans; s++) {
        call.mid = mid + s * layer->hidden;
        call.a = a + s * layer->shape.heads * layer->positions;
        attribute_span(execution, &call, before + s * layer->hidden, scores + s * layer->positions,
                       residual_shares ? residual_shares + s : NULL, counts);
    }
    release(&call);
    return FT_OK;
}
