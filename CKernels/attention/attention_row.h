/// Inside of ft_attention_row: what the driver and its variants share.
#pragma once
#include "ft_attention.h"

typedef struct ft_attention_row_call {
    ft_attention_shape shape;
    size_t group;          ///< heads / kv_heads
    size_t first, visible; ///< the first visible position and how many there are
    size_t ldkv;
    const float *q, *k, *v;
    float *y, *lse;
    size_t scratch_words; ///< of one thread: `visible` rounded up to whole vectors of any instruction set
    float *scratch;       ///< [threads][scratch_words]
} ft_attention_row_call;
