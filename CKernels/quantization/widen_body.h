// Widening of the block formats of GGUF, for every instruction set. Fields are little endian and unaligned.
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

static void FT_NAME(q4_0)(const uint8_t *data, size_t blocks, float *out) {
    for (size_t b = 0; b < blocks; b++, data += 18, out += 32) {
        ft_vf d = ft_splat(FT_NAME(half_at)(data));
        for (int i = 0; i < 16; i += FT_LANES) {
            ft_vi q = FT_NAME(bytes)(data + 2 + i);
            ft_store(out + i, d * FT_NAME(to_float)((q & 15) - 8));
            ft_store(out + 16 + i, d * FT_NAME(to_float)((q >> 4) - 8));
        }
    }
}

// d q is exact in f32 (a half times at most 8 bits), so a fused multiply-add rounds as the two steps do.
static void FT_NAME(q4_1)(const uint8_t *data, size_t blocks, float *out) {
    for (size_t b = 0; b < blocks; b++, data += 20, out += 32) {
        ft_vf d = ft_splat(FT_NAME(half_at)(data)), m = ft_splat(FT_NAME(half_at)(data + 2));
        for (int i = 0; i < 16; i += FT_LANES) {
            ft_vi q = FT_NAME(bytes)(data + 4 + i);
            ft_store(out + i, d * FT_NAME(to_float)(q & 15) + m);
            ft_store(out + 16 + i, d * FT_NAME(to_float)(q >> 4) + m);
        }
    }
}

static void FT_NAME(q5_0)(const uint8_t *data, size_t blocks, float *out) {
    for (size_t b = 0; b < blocks; b++, data += 22, out += 32) {
        ft_vf d = ft_splat(FT_NAME(half_at)(data));
        uint32_t high = FT_NAME(u32)(data + 2);
        for (int i = 0; i < 16; i += FT_LANES) {
            ft_vi q = FT_NAME(bytes)(data + 6 + i);
            ft_store(out + i, d * FT_NAME(to_float)(((q & 15) | FT_NAME(fifth_bits)(high, i)) - 16));
            ft_store(out + 16 + i, d * FT_NAME(to_float)(((q >> 4) | FT_NAME(fifth_bits)(high, 16 + i)) - 16));
        }
    }
}

static void FT_NAME(q5_1)(const uint8_t *data, size_t blocks, float *out) {
    for (size_t b = 0; b < blocks; b++, data += 24, out += 32) {
        ft_vf d = ft_splat(FT_NAME(half_at)(data)), m = ft_splat(FT_NAME(half_at)(data + 2));
        uint32_t high = FT_NAME(u32)(data + 4);
        for (int i = 0; i < 16; i += FT_LANES) {
            ft_vi q = FT_NAME(bytes)(data + 8 + i);
            ft_store(out + i, d * FT_NAME(to_float)((q & 15) | FT_NAME(fifth_bits)(high, i)) + m);
            ft_store(out + 16 + i, d * FT_NAME(to_float)((q >> 4) | FT_NAME(fifth_bits)(high, 16 + i)) + m);
        }
    }
}

static void FT_NAME(q8_0)(const uint8_t *data, size_t blocks, float *out) {
    for (size_t b = 0; b < blocks; b++, data += 34, out += 32) {
        float d = FT_NAME(half_at)(data);
        for (int i = 0; i < 32; i++) out[i] = d * (float)(int8_t)data[2 + i];
    }
}

static void FT_NAME(q8_k)(const uint8_t *data, size_t blocks, float *out) {
    for (size_t b = 0; b < blocks; b++, data += 292, out += 256) {
        float d;
        memcpy(&d, data, 4);
        for (int i = 0; i < 256; i++) out[i] = d * (float)(int8_t)data[4 + i];
    }
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

static void FT_NAME(q3_k)(const uint8_t *data, size_t blocks, float *out) {
    for (size_t b = 0; b < blocks; b++, data += 110, out += 256) {
        float d = FT_NAME(half_at)(data + 108);
        for (int group = 0; group < 16; group++) {
            const uint8_t *high = data + group % 2 * 16, *q = data + 32 + group / 8 * 32 + group % 2 * 16;
            float scale = d * (float)FT_NAME(q3_k_scale)(data + 96, group);
            int shift = group % 8 / 2 * 2, bit = group / 2;
            for (int i = 0; i < 16; i++)
                out[group * 16 + i] = scale * (float)((q[i] >> shift & 3) - (high[i] >> bit & 1 ? 0 : 4));
        }
    }
}

static void FT_NAME(q4_k)(const uint8_t *data, size_t blocks, float *out) {
    for (size_t b = 0; b < blocks; b++, data += 144, out += 256) {
        float d = FT_NAME(half_at)(data), dmin = FT_NAME(half_at)(data + 2), scale, low;
        for (int group = 0; group < 8; group++) {
            const uint8_t *q = data + 16 + group / 2 * 32;
            int shift = group % 2 * 4;
            FT_NAME(scale_and_min)(data + 4, group, &scale, &low);
            scale *= d, low *= dmin;
            for (int i = 0; i < 32; i++) out[group * 32 + i] = scale * (float)(q[i] >> shift & 15) - low;
        }
    }
}

static void FT_NAME(q5_k)(const uint8_t *data, size_t blocks, float *out) {
    for (size_t b = 0; b < blocks; b++, data += 176, out += 256) {
        float d = FT_NAME(half_at)(data), dmin = FT_NAME(half_at)(data + 2), scale, low;
        for (int group = 0; group < 8; group++) {
            const uint8_t *high = data + 16, *q = data + 48 + group / 2 * 32;
            int shift = group % 2 * 4;
            FT_NAME(scale_and_min)(data + 4, group, &scale, &low);
            scale *= d, low *= dmin;
            for (int i = 0; i < 32; i++)
                out[group * 32 + i] = scale * (float)((q[i] >> shift & 15) | (high[i] >> group & 1) << 4) - low;
        }
    }
}

static void FT_NAME(q6_k)(const uint8_t *data, size_t blocks, float *out) {
    for (size_t b = 0; b < blocks; b++, data += 210, out += 256) {
        float d = FT_NAME(half_at)(data + 208);
        for (int group = 0; group < 16; group++) {
            const uint8_t *low = data + group / 8 * 64 + group % 4 * 16,
                          *high = data + 128 + group / 8 * 32 + group % 2 * 16;
            ft_vf scale = ft_splat(d * (float)(int8_t)data[192 + group]);
            int low_shift = group % 8 / 4 * 4, high_shift = group % 8 / 2 * 2;
            for (int i = 0; i < 16; i += FT_LANES) {
                ft_vi q = FT_NAME(bytes)(low + i) >> low_shift & 15;
                q |= (FT_NAME(bytes)(high + i) >> high_shift & 3) << 4;
                ft_store(out + group * 16 + i, scale * FT_NAME(to_float)(q - 32));
            }
        }
    }
}

// The values of the 16 codes of IQ4_NL and IQ4_XS, not equally spaced.
FT_INLINE ft_vf FT_NAME(iq4_values)(ft_vi codes) {
    static const float values[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
#if FT_LANES == 16
    return (ft_vf)_mm512_permutexvar_ps((__m512i)codes, _mm512_loadu_ps(values));
#else
    ft_vf result = {};
    for (int i = 0; i < FT_LANES; i++) result[i] = values[codes[i]];
    return result;
#endif
}

// 16 bytes: low nibbles are values 0-15, high ones 16-31.
FT_INLINE void FT_NAME(iq4_run)(float scale, const uint8_t *nibbles, float *out) {
    for (int i = 0; i < 16; i += FT_LANES) {
        ft_vi q = FT_NAME(bytes)(nibbles + i);
        ft_store(out + i, ft_splat(scale) * FT_NAME(iq4_values)(q & 15));
        ft_store(out + 16 + i, ft_splat(scale) * FT_NAME(iq4_values)(q >> 4));
    }
}

static void FT_NAME(iq4_nl)(const uint8_t *data, size_t blocks, float *out) {
    for (size_t b = 0; b < blocks; b++, data += 18, out += 32) FT_NAME(iq4_run)(FT_NAME(half_at)(data), data + 2, out);
}

static void FT_NAME(iq4_xs)(const uint8_t *data, size_t blocks, float *out) {
    for (size_t b = 0; b < blocks; b++, data += 136, out += 256) {
        float d = FT_NAME(half_at)(data);
        uint16_t high = FT_NAME(u16)(data + 2);
        for (int group = 0; group < 8; group++) {
            int scale = (data[4 + group / 2] >> group % 2 * 4 & 15) | (high >> 2 * group & 3) << 4;
            FT_NAME(iq4_run)(d * (float)(scale - 32), data + 8 + group * 16, out + group * 32);
        }
    }
}

const ft_widen_table FT_NAME(ft_widen_table) = {{
    [FT_F32] = FT_NAME(f32),
    [FT_F16] = FT_NAME(half),
    [FT_BF16] = FT_NAME(bfloat),
    [FT_Q4_0] = FT_NAME(q4_0),
    [FT_Q4_1] = FT_NAME(q4_1),
    [FT_Q5_0] = FT_NAME(q5_0),
    [FT_Q5_1] = FT_NAME(q5_1),
    [FT_Q8_0] = FT_NAME(q8_0),
    [FT_Q2_K] = FT_NAME(q2_k),
    [FT_Q3_K] = FT_NAME(q3_k),
    [FT_Q4_K] = FT_NAME(q4_k),
    [FT_Q5_K] = FT_NAME(q5_k),
    [FT_Q6_K] = FT_NAME(q6_k),
    [FT_Q8_K] = FT_NAME(q8_k),
    [FT_IQ4_NL] = FT_NAME(iq4_nl),
    [FT_IQ4_XS] = FT_NAME(iq4_xs),
}};
