// The output projection as both attribution kernels read it. Included inside a target region, after dot_body.h.

/// w[k], 1 where the block does not normalise its output.
FT_INLINE float FT_NAME(output_weight)(const ft_attribution_layer *layer, size_t k) {
    return layer->output_weight ? layer->output_weight[k] : 1;
}

/// Row k of O[h].
FT_INLINE const float *FT_NAME(output_row)(const ft_attribution_layer *layer, size_t head, size_t k) {
    return layer->output + (k * layer->shape.heads + head) * layer->shape.head_dim;
}

/// c[h, k] = |w_k| |row k of O[h]|_2, so that |F_k| <= |V|_2 c[h, k]     bounds: [hidden] of the head
FT_INLINE void FT_NAME(head_bounds)(const ft_attribution_layer *layer, size_t head, float *bounds) {
    size_t hd = layer->shape.head_dim;
    for (size_t k = 0; k < layer->hidden; k++) {
        const float *row = FT_NAME(output_row)(layer, head, k);
        bounds[k] = fabsf(FT_NAME(output_weight)(layer, k)) * sqrtf(ft_dot(hd, row, row));
    }
}
