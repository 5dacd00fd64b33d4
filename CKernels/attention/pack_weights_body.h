// A block of weights as a packed operand, for every instruction set.
#include "../tile/tile_shape.h"

// [FT_ATTENTION_KEYS][lanes] weights as the operand of a product over the block's rows: as they are in f32, in pairs of
// rows in bf16, which go to `packed`.
FT_INLINE const float *FT_NAME(pack_weights)(ft_precision precision, const float *weights, float *packed) {
    if (precision != FT_PRECISION_BF16) return weights;
#if FT_VARIANT == 3
    for (size_t row = 0; row < FT_ATTENTION_KEYS; row += 2)
        for (int v = 0; v < TILE_VECTORS; v++) {
            const float *low = weights + row * TILE_COLUMNS + v * FT_LANES;
            __m512i even = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(_mm512_loadu_ps(low)));
            __m512i odd = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(_mm512_loadu_ps(low + TILE_COLUMNS)));
            _mm512_storeu_si512(packed + row / 2 * TILE_COLUMNS + v * FT_LANES,
                                _mm512_or_si512(even, _mm512_slli_epi32(odd, 16)));
        }
#endif
    return packed;
}
