/// Grouped-query attention without a stored attention matrix.
#pragma once
#include "ft_runtime.h"

/// The heads of one layer. Query head h reads key-value head h / (heads / kv_heads).
/// Position t sees the positions max(0, t - window + 1) ... t; window 0 means all of 0 ... t.
typedef struct ft_attention_shape {
    size_t heads, kv_heads, head_dim;
    size_t window;
    float scale; ///< factor of q . k before the softmax
} ft_attention_shape;

/// For rows i of Q at position t = first_position + i, every head h, and the visible positions j:
///   score = scale * Q[i, h] . K[j, h']    lse[i, h] = log sum_j exp(score)    Y[i, h] = sum_j exp(score - lse) V[j,
///   h']
///
/// Q: [rows, heads * head_dim], leading dimension ldq.    K, V: [first_position + rows, kv_heads * head_dim], ldkv.
/// Y: [rows, heads * head_dim], ldy.  lse: [rows, heads], contiguous, or NULL.  All f32; Y and lse overlap nothing.
/// Precision bf16 rounds Q, K, V and the weights that enter a product; sums and exponentials stay f32.
/// Work is split by key-value head and block of rows; scratch memory is linear in the positions.
/// Errors: FT_UNSUPPORTED, FT_OUT_OF_MEMORY, FT_BAD_ARGUMENT (kv_heads does not divide heads). Thread-safe.
ft_status ft_attention(const ft_execution *execution, const ft_attention_shape *shape, size_t rows,
                       size_t first_position, const float *q, size_t ldq, const float *k, const float *v, size_t ldkv,
                       float *y, size_t ldy, float *lse);

/// The same for one row of Q at `position`, from K and V as they are stored: nothing is packed, so that a step of
/// generation reads its KV cache once. Arithmetic is f32 whatever the precision, in an order that depends on the
/// instruction set, head_dim and the number of visible positions alone: not that of ft_attention, but the same for any
/// number of threads.
///
/// q, y: [heads * head_dim].    K, V: [position + 1, kv_heads * head_dim], ldkv.    lse: [heads], or NULL.
/// Work is split by head; scratch memory is threads * (position + 1) values. Errors and aliasing as for ft_attention.
ft_status ft_attention_row(const ft_execution *execution, const ft_attention_shape *shape, size_t position,
                           const float *q, const float *k, const float *v, size_t ldkv, float *y, float *lse);
