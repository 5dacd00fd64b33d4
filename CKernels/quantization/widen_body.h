// Widening of the block formats of GGUF, for every instruction set: a format is split into codes and factors, from which
// its values follow. Fields are little endian and unaligned.
//
// Formats (values a block; fields in order):
//   Q4_0 32: f16 d, 16 x nibbles           d (q - 8)          low nibbles are values 0-15, high ones 16-31
//   Q4_1 32: f16 d, f16 m, 16 x nibbles    d q + m
//   Q5_0 32: f16 d, u32 fifth bits, nibbles   d (q - 16)      Q5_1 32: f16 d, f16 m, u32 fifth bits, nibbles   d q + m
//   Q8_0 32: f16 d, 32 x i8                d q                Q8_K 256: f32 d, 256 x i8, 16 x i16 sums   d q
//   Q2_K 256: 16 x (scale, min nibbles), 64 x 2 bit, f16 d, f16 dmin      d scale q - dmin min     for 16 values each
//   Q3_K 256: 32 x third bits, 64 x 2 bit, 12 x packed 6 bit scales, f16 d     d (scale - 32) (q - 4)   for 16 values each
//   Q4_K 256: f16 d, f16 dmin, 12 x packed 6 bit scales and mins, 128 x nibbles   d scale q - dmin min  for 32 values each
//   Q5_K 256: the same with 32 x fifth bits before the nibbles
//   Q6_K 256: 128 x low nibbles, 64 x high 2 bits, 16 x i8 scales, f16 d       d scale (q - 32)    for 16 values each
//   IQ4_NL 32: f16 d, nibbles              d table[q]         IQ4_XS 256: f16 d, u16 high scale bits, 4 x low scale bits, nibbles

#include "fields_body.h"

static void FT_NAME(f32)(const uint8_t *data, size_t blocks, float *out) {
    memcpy(out, data, blocks * 4);
}

static void FT_NAME(half)(const uint8_t *data, size_t blocks, float *out) {
    size_t i = 0;
    for (; i + FT_LANES <= blocks; i += FT_LANES) ft_store(out + i, FT_NAME(halves)(data + 2 * i));
    for (; i < blocks; i++) out[i] = FT_NAME(half_at)(data + 2 * i);
}

static void FT_NAME(bfloat)(const uint8_t *data, size_t blocks, float *out) {
    for (size_t i = 0; i < blocks; i++) {
        uint32_t bits = (uint32_t)FT_NAME(u16)(data + 2 * i) << 16;
        memcpy(out + i, &bits, 4);
    }
}

// The low bits of FT_LANES values as codes.
FT_INLINE void FT_NAME(store_codes)(int16_t *p, ft_vi values) {
    typedef int16_t codes __attribute__((vector_size(FT_LANES * 2)));
    codes narrow = __builtin_convertvector(values, codes);
    memcpy(p, &narrow, sizeof narrow);
}

// Offset of formats without one: adding it changes no value, not even -0.
#define NO_OFFSET (-0.0f)

FT_INLINE void FT_NAME(q4_0_codes)(const uint8_t *data, int16_t *codes, float *first, float *second) {
    *first = FT_NAME(half_at)(data), *second = NO_OFFSET;
    for (int i = 0; i < 16; i += FT_LANES) {
        ft_vi q = FT_NAME(bytes)(data + 2 + i);
        FT_NAME(store_codes)(codes + i, (q & 15) - 8);
        FT_NAME(store_codes)(codes + 16 + i, (q >> 4) - 8);
    }
}

FT_INLINE void FT_NAME(q4_1_codes)(const uint8_t *data, int16_t *codes, float *first, float *second) {
    *first = FT_NAME(half_at)(data), *second = FT_NAME(half_at)(data + 2);
    for (int i = 0; i < 16; i += FT_LANES) {
        ft_vi q = FT_NAME(bytes)(data + 4 + i);
        FT_NAME(store_codes)(codes + i, q & 15);
        FT_NAME(store_codes)(codes + 16 + i, q >> 4);
    }
}

// 16 bytes of nibbles with their fifth bits; `lowest` is added to the codes.
FT_INLINE void FT_NAME(five_bits)(const uint8_t *nibbles, uint32_t high, int lowest, int16_t *codes) {
    for (int i = 0; i < 16; i += FT_LANES) {
        ft_vi q = FT_NAME(bytes)(nibbles + i);
        FT_NAME(store_codes)(codes + i, ((q & 15) | FT_NAME(fifth_bits)(high, i)) + lowest);
        FT_NAME(store_codes)(codes + 16 + i, ((q >> 4) | FT_NAME(fifth_bits)(high, 16 + i)) + lowest);
    }
}

FT_INLINE void FT_NAME(q5_0_codes)(const uint8_t *data, int16_t *codes, float *first, float *second) {
    *first = FT_NAME(half_at)(data), *second = NO_OFFSET;
    FT_NAME(five_bits)(data + 6, FT_NAME(u32)(data + 2), -16, codes);
}

FT_INLINE void FT_NAME(q5_1_codes)(const uint8_t *data, int16_t *codes, float *first, float *second) {
    *first = FT_NAME(half_at)(data), *second = FT_NAME(half_at)(data + 2);
    FT_NAME(five_bits)(data + 8, FT_NAME(u32)(data + 4), 0, codes);
}

FT_INLINE void FT_NAME(q8_0_codes)(const uint8_t *data, int16_t *codes, float *first, float *second) {
    *first = FT_NAME(half_at)(data), *second = NO_OFFSET;
    for (int i = 0; i < 32; i++) codes[i] = (int8_t)data[2 + i];
}

FT_INLINE void FT_NAME(q8_k_codes)(const uint8_t *data, int16_t *codes, float *first, float *second) {
    float d;
    memcpy(&d, data, 4);
    for (int group = 0; group < 8; group++) first[group] = d, second[group] = NO_OFFSET;
    for (int i = 0; i < 256; i++) codes[i] = (int8_t)data[4 + i];
}

static void FT_NAME(q2_k)(const uint8_t *data, size_t blocks, float *out) {
    for (size_t b = 0; b < blocks; b++, data += 84, out += 256) {
        float d = FT_NAME(half_at)(data + 80), dmin = FT_NAME(half_at)(data + 82);
        for (int group = 0; group < 16; group++) {
            const uint8_t *q = data + 16 + group / 8 * 32 + group % 2 * 16;
            float scale = d * (float)(data[group] & 15), low = dmin * (float)(data[group] >> 4);
            int shift = group % 8 / 2 * 2;
            for (int i = 0; i < 16; i++) out[group * 16 + i] = scale * (float)(q[i] >> shift & 3) - low;
        }
    }
}

// The 16 scales of Q3_K: low nibbles in bytes 0-7, high pairs of bits in bytes 8-11.
FT_INLINE int FT_NAME(q3_k_scale)(const uint8_t *packed, int group) {
    int low = group < 8 ? packed[group] & 15 : packed[group - 8] >> 4;
    return (low | (packed[8 + group % 4] >> group / 4 * 2 & 3) << 4) - 32;
}

FT_INLINE void FT_NAME(q3_k_codes)(const uint8_t *data, int16_t *codes, float *first, float *second) {
    float d = FT_NAME(half_at)(data + 108);
    for (int half = 0; half < 16; half++) {
        const uint8_t *high = data + half % 2 * 16, *q = data + 32 + half / 8 * 32 + half % 2 * 16;
        (half % 2 ? second : first)[half / 2] = d * (float)FT_NAME(q3_k_scale)(data + 96, half);
        int shift = half % 8 / 2 * 2, bit = half / 2;
        for (int i = 0; i < 16; i++)
            codes[half * 16 + i] = (int16_t)((q[i] >> shift & 3) - (high[i] >> bit & 1 ? 0 : 4));
    }
}

FT_INLINE void FT_NAME(scales_and_offsets)(const uint8_t *data, float *first, float *second) {
    float d = FT_NAME(half_at)(data), dmin = FT_NAME(half_at)(data + 2), scale, low;
    for (int group = 0; group < 8; group++) {
        FT_NAME(scale_and_min)(data + 4, group, &scale, &low);
        first[group] = d * scale, second[group] = -(dmin * low);
    }
}

FT_INLINE void FT_NAME(q4_k_codes)(const uint8_t *data, int16_t *codes, float *first, float *second) {
    FT_NAME(scales_and_offsets)(data, first, second);
    for (int group = 0; group < 8; group++) {
        const uint8_t *q = data + 16 + group / 2 * 32;
        int shift = group % 2 * 4;
        for (int i = 0; i < 32; i++) codes[group * 32 + i] = q[i] >> shift & 15;
    }
}

FT_INLINE void FT_NAME(q5_k_codes)(const uint8_t *data, int16_t *codes, float *first, float *second) {
    FT_NAME(scales_and_offsets)(data, first, second);
    for (int group = 0; group < 8; group++) {
        const uint8_t *high = data + 16, *q = data + 48 + group / 2 * 32;
        int shift = group % 2 * 4;
        for (int i = 0; i < 32; i++)
            codes[group * 32 + i] = (int16_t)((q[i] >> shift & 15) | (high[i] >> group & 1) << 4);
    }
}

FT_INLINE void FT_NAME(q6_k_codes)(const uint8_t *data, int16_t *codes, float *first, float *second) {
    float d = FT_NAME(half_at)(data + 208);
    for (int half = 0; half < 16; half++) {
        const uint8_t *low = data + half / 8 * 64 + half % 4 * 16, *high = data + 128 + half / 8 * 32 + half % 2 * 16;
        (half % 2 ? second : first)[half / 2] = d * (float)(int8_t)data[192 + half];
        int low_shift = half % 8 / 4 * 4, high_shift = half % 8 / 2 * 2;
        for (int i = 0; i < 16; i += FT_LANES) {
            ft_vi q = FT_NAME(bytes)(low + i) >> low_shift & 15;
            q |= (FT_NAME(bytes)(high + i) >> high_shift & 3) << 4;
            FT_NAME(store_codes)(codes + half * 16 + i, q - 32);
        }
    }
}

// The values of the 16 codes of IQ4_NL and IQ4_XS, not equally spaced.
FT_INLINE ft_vi FT_NAME(iq4_values)(ft_vi indices) {
    static const int32_t values[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
#if FT_LANES == 16
    return (ft_vi)_mm512_permutexvar_epi32((__m512i)indices, _mm512_loadu_si512(values));
#else
    ft_vi result = {};
    for (int i = 0; i < FT_LANES; i++) result[i] = values[indices[i]];
    return result;
#endif
}

// 16 bytes: low nibbles are values 0-15, high ones 16-31.
FT_INLINE void FT_NAME(iq4_run)(const uint8_t *nibbles, int16_t *codes) {
    for (int i = 0; i < 16; i += FT_LANES) {
        ft_vi q = FT_NAME(bytes)(nibbles + i);
        FT_NAME(store_codes)(codes + i, FT_NAME(iq4_values)(q & 15));
        FT_NAME(store_codes)(codes + 16 + i, FT_NAME(iq4_values)(q >> 4));
    }
}

FT_INLINE void FT_NAME(iq4_nl_codes)(const uint8_t *data, int16_t *codes, float *first, float *second) {
    *first = FT_NAME(half_at)(data), *second = NO_OFFSET;
    FT_NAME(iq4_run)(data + 2, codes);
}

FT_INLINE void FT_NAME(iq4_xs_codes)(const uint8_t *data, int16_t *codes, float *first, float *second) {
    float d = FT_NAME(half_at)(data);
    uint16_t high = FT_NAME(u16)(data + 2);
    for (int group = 0; group < 8; group++) {
        int scale = (data[4 + group / 2] >> group % 2 * 4 & 15) | (high >> 2 * group & 3) << 4;
        first[group] = d * (float)(scale - 32), second[group] = NO_OFFSET;
        FT_NAME(iq4_run)(data + 8 + group * 16, codes + group * 32);
    }
}

// One group's values. Products are exact in f32 but for the scales of Q8_K, so a fused multiply-add rounds as two steps do.
FT_INLINE void FT_NAME(values_of)(ft_code_layout layout, const int16_t *codes, float first, float second, float *out) {
    int halves = layout == FT_CODES_IN_HALVES;
    for (int i = 0; i < 16; i++) out[i] = first * (float)codes[i] + (halves ? NO_OFFSET : second);
    for (int i = 16; i < 32; i++) out[i] = (halves ? second : first) * (float)codes[i] + (halves ? NO_OFFSET : second);
}

// The two functions of a format: into codes and factors, and, by way of them, into values.
#define CODE_FORMAT(name, layout, length, bytes)                                                                       \
    static void FT_NAME(split_##name)(const uint8_t *data, size_t blocks, int16_t *codes, float *first,                \
                                      float *second) {                                                                 \
        for (size_t b = 0; b < blocks; b++, data += bytes, codes += length) {                                          \
            FT_NAME(name##_codes)(data, codes, first, second);                                                         \
            first += length / FT_CODE_GROUP, second += length / FT_CODE_GROUP;                                         \
        }                                                                                                              \
    }                                                                                                                  \
    static void FT_NAME(name)(const uint8_t *data, size_t blocks, float *out) {                                        \
        int16_t codes[length];                                                                                         \
        float first[length / FT_CODE_GROUP], second[length / FT_CODE_GROUP];                                           \
        for (size_t b = 0; b < blocks; b++, data += bytes, out += length) {                                            \
            FT_NAME(name##_codes)(data, codes, first, second);                                                         \
            for (size_t g = 0; g < length / FT_CODE_GROUP; g++)                                                        \
                FT_NAME(values_of)(layout, codes + g * FT_CODE_GROUP, first[g], second[g], out + g * FT_CODE_GROUP);   \
        }                                                                                                              \
    }

CODE_FORMAT(q4_0, FT_CODES_WITH_OFFSET, 32, 18)
CODE_FORMAT(q4_1, FT_CODES_WITH_OFFSET, 32, 20)
CODE_FORMAT(q5_0, FT_CODES_WITH_OFFSET, 32, 22)
CODE_FORMAT(q5_1, FT_CODES_WITH_OFFSET, 32, 24)
CODE_FORMAT(q8_0, FT_CODES_WITH_OFFSET, 32, 34)
CODE_FORMAT(q3_k, FT_CODES_IN_HALVES, 256, 110)
CODE_FORMAT(q4_k, FT_CODES_WITH_OFFSET, 256, 144)
CODE_FORMAT(q5_k, FT_CODES_WITH_OFFSET, 256, 176)
CODE_FORMAT(q6_k, FT_CODES_IN_HALVES, 256, 210)
CODE_FORMAT(q8_k, FT_CODES_WITH_OFFSET, 256, 292)
CODE_FORMAT(iq4_nl, FT_CODES_WITH_OFFSET, 32, 18)
CODE_FORMAT(iq4_xs, FT_CODES_WITH_OFFSET, 256, 136)

#define CODE_ENTRY(type, name, kind)                                                                                   \
    .of[type] = FT_NAME(name), .split[type] = FT_NAME(split_##name), .layout[type] = kind

const ft_widen_table FT_NAME(ft_widen_table) = {
    .of[FT_F32] = FT_NAME(f32),
    .of[FT_F16] = FT_NAME(half),
    .of[FT_BF16] = FT_NAME(bfloat),
    .of[FT_Q2_K] = FT_NAME(q2_k),
    CODE_ENTRY(FT_Q4_0, q4_0, FT_CODES_WITH_OFFSET),
    CODE_ENTRY(FT_Q4_1, q4_1, FT_CODES_WITH_OFFSET),
    CODE_ENTRY(FT_Q5_0, q5_0, FT_CODES_WITH_OFFSET),
    CODE_ENTRY(FT_Q5_1, q5_1, FT_CODES_WITH_OFFSET),
    CODE_ENTRY(FT_Q8_0, q8_0, FT_CODES_WITH_OFFSET),
    CODE_ENTRY(FT_Q3_K, q3_k, FT_CODES_IN_HALVES),
    CODE_ENTRY(FT_Q4_K, q4_k, FT_CODES_WITH_OFFSET),
    CODE_ENTRY(FT_Q5_K, q5_k, FT_CODES_WITH_OFFSET),
    CODE_ENTRY(FT_Q6_K, q6_k, FT_CODES_IN_HALVES),
    CODE_ENTRY(FT_Q8_K, q8_k, FT_CODES_WITH_OFFSET),
    CODE_ENTRY(FT_IQ4_NL, iq4_nl, FT_CODES_WITH_OFFSET),
    CODE_ENTRY(FT_IQ4_XS, iq4_xs, FT_CODES_WITH_OFFSET),
};

#undef NO_OFFSET
#undef CODE_FORMAT
#undef CODE_ENTRY
