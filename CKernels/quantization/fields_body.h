// The fields of stored blocks, for every instruction set. Little endian and unaligned.

FT_INLINE uint16_t FT_NAME(u16)(const uint8_t *p) {
    uint16_t value;
    memcpy(&value, p, 2);
    return value;
}

FT_INLINE uint32_t FT_NAME(u32)(const uint8_t *p) {
    uint32_t value;
    memcpy(&value, p, 4);
    return value;
}

// An f16 as f32.
#if FT_VARIANT >= 1
FT_INLINE float FT_NAME(half_at)(const uint8_t *p) {
    __m128i half = _mm_cvtsi32_si128(FT_NAME(u16)(p));
    // Else the compiler inserts it into a register that a sum is in, and it waits for that.
    __asm__("" : "+x"(half));
    return _mm_cvtss_f32(_mm_cvtph_ps(half));
}

FT_INLINE void FT_NAME(two_halves)(const uint8_t *p, float *first, float *second) {
    __m128 halves = _mm_cvtph_ps(_mm_cvtsi32_si128((int)FT_NAME(u32)(p)));
    *first = halves[0], *second = halves[1];
}
#else
FT_INLINE float FT_NAME(f16)(uint16_t half) {
    uint32_t magnitude = (uint32_t)(half & 0x7fff) << 13, sign = (uint32_t)(half & 0x8000) << 16, bits;
    float value;
    memcpy(&value, &magnitude, 4);
    value *= 0x1p112f; // moves the exponent's bias; exact for subnormal halves too
    memcpy(&bits, &value, 4);
    if ((half & 0x7c00) == 0x7c00) bits |= 0x7f800000; // infinities and NaN
    bits |= sign;
    memcpy(&value, &bits, 4);
    return value;
}

FT_INLINE float FT_NAME(half_at)(const uint8_t *p) {
    return FT_NAME(f16)(FT_NAME(u16)(p));
}

FT_INLINE void FT_NAME(two_halves)(const uint8_t *p, float *first, float *second) {
    *first = FT_NAME(half_at)(p), *second = FT_NAME(half_at)(p + 2);
}
#endif

// FT_LANES of them.
FT_INLINE ft_vf FT_NAME(halves)(const uint8_t *p) {
#if FT_VARIANT >= 2
    return (ft_vf)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
#elif FT_VARIANT == 1
    return (ft_vf)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
#else
    ft_vf values;
    for (int i = 0; i < FT_LANES; i++) values[i] = FT_NAME(half_at)(p + 2 * i);
    return values;
#endif
}

// FT_LANES unsigned bytes.
FT_INLINE ft_vi FT_NAME(bytes)(const uint8_t *p) {
    typedef uint8_t bytes __attribute__((vector_size(FT_LANES)));
    bytes values;
    memcpy(&values, p, FT_LANES);
    return __builtin_convertvector(values, ft_vi);
}

// FT_LANES signed bytes.
FT_INLINE ft_vi FT_NAME(signed_bytes)(const uint8_t *p) {
    typedef int8_t bytes __attribute__((vector_size(FT_LANES)));
    bytes values;
    memcpy(&values, p, FT_LANES);
    return __builtin_convertvector(values, ft_vi);
}

FT_INLINE ft_vf FT_NAME(to_float)(ft_vi values) {
    return __builtin_convertvector(values, ft_vf);
}

// Bits first, first + 1, ... of `bits`, one a lane, each worth 16.
FT_INLINE ft_vi FT_NAME(fifth_bits)(uint32_t bits, int first) {
    return ((((ft_vi){} + (int32_t)bits) >> (ft_iota() + first)) & 1) << 4;
}

// The 8 scales and mins of Q4_K and Q5_K: 6 bits each in 12 bytes.
FT_INLINE void FT_NAME(scale_and_min)(const uint8_t *packed, int group, float *scale, float *low) {
    if (group < 4) {
        *scale = (float)(packed[group] & 63);
        *low = (float)(packed[group + 4] & 63);
    } else {
        *scale = (float)((packed[group + 4] & 15) | (packed[group - 4] >> 6) << 4);
        *low = (float)((packed[group + 4] >> 4) | (packed[group] >> 6) << 4);
    }
}
