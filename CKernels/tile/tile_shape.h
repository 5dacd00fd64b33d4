// Shape of an instruction set's register tile: TILE_ROWS x TILE_COLUMNS accumulators, TILE_VECTORS vectors a row.
// Included inside a target region; TILE_ROWS divides 64, so that blocks of 64 keys are whole panels.
#undef TILE_ROWS
#undef TILE_VECTORS
#undef TILE_COLUMNS
#undef NARROW_VECTORS
#if FT_LANES == 16
#define TILE_ROWS 8
#else
#define TILE_ROWS 4
#endif
#define TILE_VECTORS 3
#define TILE_COLUMNS (TILE_VECTORS * FT_LANES)
#define NARROW_VECTORS (TILE_VECTORS - 1)
