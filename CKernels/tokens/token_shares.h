/// Inside of ft_token_shares: sinks are lanes of tiles of nr, keys and values come in blocks of FT_KEY_BLOCK.
#pragma once
#include "ft_token_shares.h"
#include "../span/proximity.h"
#include "../tile/tile.h"

enum { FT_KEY_BLOCK = 64 };

/// Tiles that are at work before their sums are added up, in order: a number of its own, so that no sum depends on the threads.
enum { FT_WALK_WAVE = 32 };

/// One layer of a walk: weights of sinks that move onto sources.
typedef struct ft_walk {
    size_t spans;
    const float *weights; ///< q [spans][rows]
    float *kept;          ///< q r [spans][rows]
    float *partial;       ///< q E of each tile of a wave [FT_WALK_WAVE][spans][positions]
} ft_walk;

typedef struct ft_token_shares_call {
    const ft_tile *tile;
    ft_precision precision; ///< of the attention scores; everything else is f32
    const ft_attribution_layer *layer;
    const ft_token_sinks *sinks;
    size_t group, first, count, blocks; ///< heads / kv_heads, sinks asked for, blocks of keys
    float threshold;                    ///< least proximity that counts
    size_t padded_dim;                  ///< head_dim rounded up to mr
    size_t key_words, value_words;      ///< of one packed block: panels of mr positions
    float *packed_keys;                 ///< [kv_heads][blocks][key_words], in `precision`
    float *packed_values;               ///< [kv_heads][blocks][value_words], f32
    float *packed_output;               ///< [heads][padded_dim / mr] panels [hidden][mr]: O, its columns as lanes
    float *value_norms;                 ///< [kv_heads][positions]
    float *bounds;                      ///< c[h, k] = |w_k| |row k of O[h]|_2  [heads][hidden]
    size_t scratch_bytes;
    char *scratch;       ///< [threads][scratch_bytes]
    const ft_walk *walk; ///< NULL where rows are written to `scores`
    float *scores, *residual_shares;
    size_t ldscores;
    ft_pruning_counts *counts; ///< one a tile
} ft_token_shares_call;

typedef struct ft_token_shares_variant {
    /// Packs a block of keys and values of a key-value head and takes the values' norms.
    void (*pack_block)(const ft_token_shares_call *call, size_t kv_head, size_t block);
    /// Packs O of one head and takes its bounds.
    void (*pack_head)(const ft_token_shares_call *call, size_t head);
    /// The rows of one tile of nr sinks.
    void (*sink_tile)(const ft_token_shares_call *call, size_t tile, char *scratch);
} ft_token_shares_variant;
