#include "token_shares.h"

static void all_tiles(const ft_execution *execution, ft_sink_tiles *tiles, void *context) {
    (void)context;
    ft_run_sink_tiles(execution, tiles);
}

ft_status ft_token_shares(const ft_execution *execution, const ft_attribution_layer *layer, const ft_token_sinks *sinks,
                          size_t first, size_t count, float threshold, float *scores, size_t ldscores,
                          float *residual_shares, ft_pruning_counts *counts) {
    if (!ft_tile_for(execution->isa)) return FT_UNSUPPORTED;
    if (count == 0) return FT_OK;
    ft_token_shares_call call = ft_make_token_shares_call(execution, layer, sinks, first, count, threshold);
    call.scores = scores;
    call.ldscores = ldscores;
    call.residual_shares = residual_shares;
    return ft_with_sink_tiles(execution, &call, counts, all_tiles, NULL);
}
