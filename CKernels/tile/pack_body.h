// Packing of f32 matrices into the panels of tile.h. Included inside a target region.
//
// A panel has `lanes` lanes (mr or nr) and one 32-bit word a lane and step: an f32, or two bfloat16 of neighbouring
// steps, the lower step in the lower half. Missing lanes and an odd last step are zero.

FT_INLINE uint32_t FT_NAME(bf16_bits)(float x) {
    uint32_t bits;
    memcpy(&bits, &x, 4);
    if ((bits & 0x7fffffff) > 0x7f800000) return (bits >> 16) | 0x40; // NaN stays NaN
    return (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
}

FT_INLINE uint32_t FT_NAME(bf16_pair)(float low, float high) {
    return FT_NAME(bf16_bits)(low) | FT_NAME(bf16_bits)(high) << 16;
}

// One lane of a panel: step p = scale * src[p]. `lane` points at the lane's first word.
FT_INLINE void FT_NAME(pack_lane)(ft_precision precision, size_t lanes, size_t k, const float *src, float scale,
                                  float *lane) {
    if (precision != FT_PRECISION_BF16) {
        for (size_t p = 0; p < k; p++) lane[p * lanes] = scale * src[p];
        return;
    }
    uint32_t *words = (uint32_t *)lane;
    for (size_t p = 0; p < k; p += 2)
        words[p / 2 * lanes] = FT_NAME(bf16_pair)(scale * src[p], p + 1 < k ? scale * src[p + 1] : 0);
}

// Four neighbouring lanes of an f32 panel, exchanged in registers as squares of 4 x 4: a panel may have fewer lanes than a
// vector.
FT_INLINE void FT_NAME(pack_four_lanes)(size_t lanes, size_t k, const float *src, size_t ld, float scale,
                                        float *panel) {
    typedef float four __attribute__((vector_size(16), aligned(4)));
    size_t p = 0;
    for (; p + 4 <= k; p += 4) {
        four row[4], pair[4];
        for (size_t l = 0; l < 4; l++) row[l] = scale * *(const four *)(src + l * ld + p);
        for (size_t l = 0; l < 4; l += 2) {
            pair[l] = __builtin_shufflevector(row[l], row[l + 1], 0, 4, 1, 5);
            pair[l + 1] = __builtin_shufflevector(row[l], row[l + 1], 2, 6, 3, 7);
        }
        for (size_t half = 0; half < 2; half++) {
            float *out = panel + (p + 2 * half) * lanes;
            *(four *)out = __builtin_shufflevector(pair[half], pair[half + 2], 0, 1, 4, 5);
            *(four *)(out + lanes) = __builtin_shufflevector(pair[half], pair[half + 2], 2, 3, 6, 7);
        }
    }
    for (; p < k; p++)
        for (size_t l = 0; l < 4; l++) panel[p * lanes + l] = scale * src[l * ld + p];
}

// Lane l, step p = scale * src[l * ld + p]: rows become lanes. `count` <= lanes rows are there.
FT_INLINE void FT_NAME(pack_rows)(ft_precision precision, size_t lanes, size_t count, size_t k, const float *src,
                                  size_t ld, float scale, float *panel) {
    size_t four = precision == FT_PRECISION_BF16 ? 0 : count / 4 * 4;
    for (size_t l = 0; l < four; l += 4) FT_NAME(pack_four_lanes)(lanes, k, src + l * ld, ld, scale, panel + l);
    for (size_t l = four; l < count; l++) FT_NAME(pack_lane)(precision, lanes, k, src + l * ld, scale, panel + l);
    for (size_t l = count; l < lanes; l++)
        for (size_t p = 0; p < ft_panel_words(precision, k); p++) panel[p * lanes + l] = 0;
}

// The rows of a block in panels of `lanes`, one after the other: `rows` in all, of which `count` are there.
FT_INLINE void FT_NAME(pack_panels)(ft_precision precision, size_t lanes, size_t rows, size_t count, size_t k,
                                    const float *src, size_t ld, float scale, float *panels) {
    for (size_t row = 0; row < rows; row += lanes, panels += ft_panel_words(precision, k) * lanes) {
        size_t left = count > row ? count - row : 0;
        FT_NAME(pack_rows)(precision, lanes, left < lanes ? left : lanes, k, src + row * ld, ld, scale, panels);
    }
}

// Lane l, step p = src[p * ld + l]: columns become lanes. `count` <= lanes columns and `present` <= k rows are there.
FT_INLINE void FT_NAME(pack_columns)(ft_precision precision, size_t lanes, size_t count, size_t k, size_t present,
                                     const float *src, size_t ld, float *panel) {
    size_t words = ft_panel_words(precision, k), step = precision == FT_PRECISION_BF16 ? 2 : 1;
    for (size_t w = 0; w < words; w++) {
        size_t p = w * step;
        const float *low = src + p * ld, *high = low + ld;
        float *out = panel + w * lanes;
        for (size_t l = 0; l < lanes; l++) {
            float a = l < count && p < present ? low[l] : 0;
            if (step == 1) {
                out[l] = a;
                continue;
            }
            float b = l < count && p + 1 < present ? high[l] : 0;
            ((uint32_t *)out)[l] = FT_NAME(bf16_pair)(a, b);
        }
    }
}
