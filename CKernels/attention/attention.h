/// Inside of the attention kernel: what the driver and its variants share.
///
/// The query rows of one key-value head, (query, head of the group) with the head running fastest, are lanes of tiles
/// of nr; the keys come in blocks of FT_ATTENTION_KEYS. Scores are made transposed, [key][lane], so that the softmax
/// runs down the vectors and the weights are, as they stand, the packed operand of the product with the values.
#pragma once
#include "ft_attention.h"
#include "../tile/tile.h"

enum { FT_ATTENTION_KEYS = 64 };

typedef struct ft_attention_call {
    const ft_tile *tile;
    ft_precision precision;
    ft_attention_shape shape;
    size_t group; ///< heads / kv_heads
    size_t rows, first_position, ldq, ldkv, ldy;
    const float *q, *k, *v;
    float *y, *lse;
    size_t key_blocks;    ///< blocks of positions 0 ... first_position + rows - 1
    size_t padded_dim;    ///< head_dim rounded up to mr
    size_t key_words;     ///< f32-sized words of one packed block of keys
    size_t value_words;   ///< the same for values
    float *packed_keys;   ///< [kv_heads][key_blocks][key_words]: panels of mr keys
    float *packed_values; ///< [kv_heads][key_blocks][value_words]: panels of mr dimensions
    size_t scratch_words; ///< of one thread
    float *scratch;       ///< [threads][scratch_words]
} ft_attention_call;

typedef struct ft_attention_variant {
    /// Packs one block of keys and values of one key-value head.
    void (*pack)(const ft_attention_call *call, size_t kv_head, size_t block);
    /// Attention of one tile of nr lanes of one key-value head.
    void (*query_tile)(const ft_attention_call *call, size_t kv_head, size_t tile, float *scratch);
} ft_attention_variant;
