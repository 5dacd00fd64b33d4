/// Inside of ft_token_shares: sinks are lanes of tiles of nr, keys and values come in blocks of FT_KEY_BLOCK.
#pragma once
#include "ft_token_shares.h"
#include "../span/proximity.h"
#include "../tile/tile.h"

enum { FT_KEY_BLOCK = 64 };

/// Blocks of sources that are bounded by one thread at a time.
enum { FT_BOUND_BLOCKS = 4 };

/// Thresholds are told apart in quarters of octaves, this many below a sink's highest.
enum { FT_THRESHOLD_BUCKETS = 128 };

/// Sinks whose directions are taken by one thread at a time.
enum { FT_DIRECTION_SINKS = 192 };

/// Directions are taken in pieces whose size divides this.
enum { FT_WIDEST_PIECE = 64 };

/// Lanes of the widest vector.
enum { FT_WIDEST_VECTOR = 16 };

/// Coordinates of a pair whose codes are looked up side by side.
enum { FT_CODES_AT_ONCE = 8 };

/// Codes of parts: F_k is code * c[h, k] |V_j| / FT_PART_LEVELS, give or take FT_PART_SLACK codes for rounding.
enum { FT_PART_LEVELS = 127 };
#define FT_PART_SLACK 0.51f

/// Sources whose codes and values are asked for ahead of their use.
enum { FT_SOURCES_AHEAD = 4 };

/// A coordinate whose part in a pair's correction is due, once memory has brought its row of O.
typedef struct ft_due_correction {
    uint32_t source, index; ///< j, k
    float projection;       ///< L of the pair
    uint16_t lane;
    uint16_t last; ///< 1 for the pair's last
} ft_due_correction;

/// Corrections that are due at a time.
enum { FT_DUE_CORRECTIONS = 32 };

/// Tiles that are at work before their sums are added up, in order: a number of its own, so that no sum depends on the threads.
enum { FT_WALK_WAVE = 32 };

/// One layer of a walk: weights of sinks that move onto sources.
typedef struct ft_walk {
    size_t spans;
    const float *weights; ///< q [spans][rows]
    float *kept;          ///< q r [spans][rows]
    float *partial;       ///< q E of each tile of a wave [FT_WALK_WAVE][positions][spans]
} ft_walk;

typedef struct ft_token_shares_call {
    const ft_tile *tile;
    ft_precision precision; ///< of the attention scores; everything else is f32
    const ft_attribution_layer *layer;
    const ft_token_sinks *sinks;
    size_t group, first, count, blocks; ///< heads / kv_heads, sinks asked for, blocks of keys
    float threshold;                    ///< least proximity that counts
    size_t padded_hidden;               ///< hidden rounded up to nr
    size_t sign_words;                  ///< of one sink's signs
    size_t direction_words;             ///< of one direction, head_dim rounded up
    size_t coordinate_words;            ///< of one sink's sorted coordinates
    size_t key_words, value_words;      ///< of one packed block: panels of mr positions
    float *packed_keys;                 ///< [kv_heads][blocks][key_words], in `precision`
    float *packed_values;               ///< [kv_heads][blocks][value_words], f32
    uint64_t *signs;                    ///< of x_mid, a bit each [count][sign_words]
    float *directions;                  ///< p [heads][count][direction_words]
    float *value_bounds;                ///< m[h, j], so that |F_k| <= m[h, j] c[h, k] for all k [heads][positions]
    float *value_units;                 ///< |V_j| / FT_PART_LEVELS [kv_heads][positions]
    int8_t *part_codes;                 ///< F_k in units of its source and c[h, k] [heads][positions][padded_hidden]
    float *inverse_bounds; ///< 1 / c[h, k], a little lowered; 0 where F_k is always 0 [heads][padded_hidden]
    size_t scratch_bytes;
    char *scratch;                ///< [threads][scratch_bytes]
    const unsigned char *skipped; ///< tiles to leave out, or NULL
    const ft_walk *walk;          ///< NULL where rows are written to `scores`
    float *scores, *residual_shares;
    size_t ldscores;
    ft_pruning_counts *counts; ///< one a tile
} ft_token_shares_call;

typedef struct ft_token_shares_variant {
    /// Packs a block of keys and values of a key-value head, and takes the values' units.
    void (*pack_block)(const ft_token_shares_call *call, size_t kv_head, size_t block);
    /// The bounds of one head's coordinates.
    void (*bound_coordinates)(const ft_token_shares_call *call, size_t head);
    /// The signs of sinks begin...end of the call.
    void (*take_signs)(const ft_token_shares_call *call, size_t begin, size_t end);
    /// The directions of FT_DIRECTION_SINKS sinks in one head, from sink `first` of the call on.
    void (*direct)(const ft_token_shares_call *call, size_t head, size_t first);
    /// The codes and bounds m of FT_BOUND_BLOCKS blocks of sources in one head, once all is packed.
    void (*code_parts)(const ft_token_shares_call *call, size_t head, size_t first_block, char *scratch);
    /// The rows of one tile of nr sinks.
    void (*sink_tile)(const ft_token_shares_call *call, size_t tile, char *scratch);
} ft_token_shares_variant;

/// A call without its results, and memory of the threads' scratch counted.
ft_token_shares_call ft_make_token_shares_call(const ft_execution *execution, const ft_attribution_layer *layer,
                                               const ft_token_sinks *sinks, size_t first, size_t count,
                                               float threshold);

/// Tiles that a thread takes from.
typedef struct ft_sink_tiles {
    const ft_token_shares_call *call;
    const ft_token_shares_variant *variant;
    size_t first, count;
} ft_sink_tiles;

/// Runs some tiles.
void ft_run_sink_tiles(const ft_execution *execution, const ft_sink_tiles *tiles);

/// Packs what all tiles read, lets `work` run them, adds up their counts. FT_UNSUPPORTED, FT_OUT_OF_MEMORY.
ft_status ft_with_sink_tiles(const ft_execution *execution, ft_token_shares_call *call, ft_pruning_counts *counts,
                             void (*work)(const ft_execution *, ft_sink_tiles *, void *), void *context);
