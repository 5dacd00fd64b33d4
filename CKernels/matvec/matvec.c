#include "matvec.h"
#include "../runtime/scratch.h"
#include "../runtime/variants.h"

extern const ft_matvec_variant ft_matvec_portable;
#if defined(__x86_64__)
extern const ft_matvec_variant ft_matvec_avx2, ft_matvec_avx512;
#endif

static const ft_matvec_variant *const variants[FT_ISA_COUNT] = {
    [FT_ISA_PORTABLE] = &ft_matvec_portable,
#if defined(__x86_64__)
    [FT_ISA_AVX2] = &ft_matvec_avx2,
    [FT_ISA_AVX512] = &ft_matvec_avx512,
    [FT_ISA_AVX512_BF16] = &ft_matvec_avx512,
#endif
};

// One product; rows are counted through all of them.
typedef struct {
    const ft_product *product;
    ft_matvec_row row;
    ft_row_sum sum;
    size_t rows_end;
} matvec_part;

typedef struct {
    size_t count;
    matvec_part parts[FT_MOST_PRODUCTS];
} matvec_call;

// Fetches what a later row needs: rows are short, and each is summed faster than memory answers.
static void fetch_ahead(const uint8_t *data, size_t bytes) {
    for (size_t i = 0; i < bytes; i += 64) __builtin_prefetch(data + i);
}

static void run_part(const matvec_part *part, size_t begin, size_t end) {
    enum { AHEAD = 4096 };
    const ft_product *p = part->product;
    const uint8_t *data = (const uint8_t *)p->w->data;
    size_t stride = p->w->row_stride_bytes;
    for (size_t n = begin; n < end; n++) {
        fetch_ahead(data + n * stride + AHEAD, stride);
        float value = part->sum(&part->row, data + n * stride) + (p->bias ? p->bias[n] : 0);
        p->y[n] = p->accumulate ? p->y[n] + value : value;
    }
}

static void run_rows(size_t begin, size_t end, int thread, void *context) {
    (void)thread;
    const matvec_call *call = context;
    size_t first = 0;
    for (size_t p = 0; p < call->count && begin < end; p++) {
        const matvec_part *part = &call->parts[p];
        size_t last = end < part->rows_end ? end : part->rows_end;
        if (begin < last) {
            run_part(part, begin - first, last - first);
            begin = last;
        }
        first = part->rows_end;
    }
}

static ft_status describe(const ft_execution *execution, const ft_product *product, matvec_part *part) {
    const ft_matvec_variant *variant = (unsigned)execution->isa < FT_ISA_COUNT ? variants[execution->isa] : NULL;
    const ft_widen_table *table = ft_widen_table_for(execution->isa);
    const ft_weights *w = product->w;
    size_t length = ft_block_length(w->type);
    if (!variant || !table || length == 0) return FT_UNSUPPORTED;
    if (w->columns % length) return FT_BAD_ARGUMENT;
    part->product = product;
    part->sum = variant->of[w->type] ? variant->of[w->type] : variant->other;
    if (execution->precision == FT_PRECISION_I16 && variant->coded[w->type]) part->sum = variant->coded[w->type];
    part->row = (ft_matvec_row){
        .columns = w->columns,
        .block_length = length,
        .block_bytes = ft_block_bytes(w->type),
        .widen = table->of[w->type],
    };
    return FT_OK;
}

ft_status ft_matvec(const ft_execution *execution, const float *x, size_t count, const ft_product *products) {
    matvec_call call = {.count = count};
    if (count > FT_MOST_PRODUCTS) return FT_BAD_ARGUMENT;
    if (count == 0) return FT_OK;
    size_t columns = products[0].w->columns, rows = 0;
    for (size_t p = 0; p < count; p++) {
        ft_status status = describe(execution, &products[p], &call.parts[p]);
        if (status != FT_OK) return status;
        if (products[p].w->columns != columns) return FT_BAD_ARGUMENT;
        call.parts[p].rows_end = rows += products[p].w->rows;
    }
    size_t groups = columns / FT_CODE_GROUP;
    float *scales = ft_scratch_take(groups * (2 * sizeof(float) + FT_CODE_GROUP * sizeof(int16_t)) + sizeof(float));
    if (!scales) return FT_OUT_OF_MEMORY;
    float *sums = scales + groups;
    int16_t *codes = (int16_t *)(sums + groups);
    variants[execution->isa]->round(x, groups * FT_CODE_GROUP, codes, scales, sums);
    for (size_t p = 0; p < count; p++) {
        ft_matvec_row *row = &call.parts[p].row;
        row->x = x;
        row->codes = codes;
        row->scales = scales;
        row->sums = sums;
    }
    // Few long pieces: each is a stream through memory.
    size_t least = ft_row_grain(columns), grain = rows / (4 * (size_t)execution->threads);
    ft_parallel_for(rows, grain > least ? grain : least, execution->threads, run_rows, &call);
    ft_scratch_give(scales);
    return FT_OK;
}
