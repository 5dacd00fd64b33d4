// The sum of one row of W in integers: x as 16-bit codes with a scale for every FT_CODE_GROUP values. The sums of products
// of a group are exact.
#include "../runtime/pair_products_body.h"

typedef int16_t FT_NAME(words) __attribute__((vector_size(FT_LANES * 4)));
enum { FT_NAME(word_lanes) = 2 * FT_LANES };

FT_INLINE FT_NAME(words) FT_NAME(byte_words)(const uint8_t *p) {
    uint8_t __attribute__((vector_size(FT_LANES * 2))) bytes;
    memcpy(&bytes, p, sizeof bytes);
    return __builtin_convertvector(bytes, FT_NAME(words));
}

FT_INLINE FT_NAME(words) FT_NAME(signed_byte_words)(const uint8_t *p) {
    int8_t __attribute__((vector_size(FT_LANES * 2))) bytes;
    memcpy(&bytes, p, sizeof bytes);
    return __builtin_convertvector(bytes, FT_NAME(words));
}

// Sums of neighbouring products.
FT_INLINE ft_vi FT_NAME(code_products)(FT_NAME(words) q, const int16_t *codes) {
    return FT_NAME(pair_products)((ft_vi)q, *(const ft_vi_u *)codes);
}

// 16 bytes: low nibbles are values 0-15, high ones 16-31.
FT_INLINE ft_vf FT_NAME(nibble_sums)(const uint8_t *nibbles, const int16_t *codes) {
    ft_vi sum = {};
    for (int i = 0; i < 16; i += FT_NAME(word_lanes)) {
        FT_NAME(words) q = FT_NAME(byte_words)(nibbles + i);
        sum += FT_NAME(code_products)(q & 15, codes + i) + FT_NAME(code_products)(q >> 4, codes + 16 + i);
    }
    return FT_NAME(to_float)(sum);
}

// Adds what the group g of 32 values, stored at `data`, gives: products to `sum`, and d or m times the sum of x to `rest`.
typedef void (*FT_NAME(add_group))(const ft_matvec_row *r, size_t g, const uint8_t *data, ft_vf *sum, float *rest);

// Groups of `bytes` go to two sums in turn, else each addition waits for the one before it.
FT_INLINE float FT_NAME(add_groups)(const ft_matvec_row *r, const uint8_t *data, size_t bytes, FT_NAME(add_group) add,
                                    float rest_factor) {
    ft_vf sums[2] = {};
    float rests[2] = {};
    size_t groups = r->columns / 32, g = 0;
    for (; g + 2 <= groups; g += 2, data += 2 * bytes) {
        add(r, g, data, &sums[0], &rests[0]);
        add(r, g + 1, data + bytes, &sums[1], &rests[1]);
    }
    if (g < groups) add(r, g, data, &sums[0], &rests[0]);
    return ft_sum(sums[0] + sums[1]) + rest_factor * (rests[0] + rests[1]);
}

FT_INLINE void FT_NAME(add_q4_0)(const ft_matvec_row *r, size_t g, const uint8_t *data, ft_vf *sum, float *rest) {
    float d = FT_NAME(half_at)(data);
    *sum += ft_splat(d * r->scales[g]) * FT_NAME(nibble_sums)(data + 2, r->codes + 32 * g);
    *rest += d * r->sums[g];
}

FT_INLINE void FT_NAME(add_q4_1)(const ft_matvec_row *r, size_t g, const uint8_t *data, ft_vf *sum, float *rest) {
    float d, m;
    FT_NAME(two_halves)(data, &d, &m);
    *sum += ft_splat(d * r->scales[g]) * FT_NAME(nibble_sums)(data + 4, r->codes + 32 * g);
    *rest += m * r->sums[g];
}

FT_INLINE void FT_NAME(add_q8_0)(const ft_matvec_row *r, size_t g, const uint8_t *data, ft_vf *sum, float *rest) {
    (void)rest;
    ft_vi products = {};
    for (int i = 0; i < 32; i += FT_NAME(word_lanes))
        products += FT_NAME(code_products)(FT_NAME(signed_byte_words)(data + 2 + i), r->codes + 32 * g + i);
    *sum += ft_splat(FT_NAME(half_at)(data) * r->scales[g]) * FT_NAME(to_float)(products);
}

static float FT_NAME(coded_row_q4_0)(const ft_matvec_row *r, const uint8_t *data) {
    return FT_NAME(add_groups)(r, data, 18, FT_NAME(add_q4_0), -8);
}

static float FT_NAME(coded_row_q4_1)(const ft_matvec_row *r, const uint8_t *data) {
    return FT_NAME(add_groups)(r, data, 20, FT_NAME(add_q4_1), 1);
}

static float FT_NAME(coded_row_q8_0)(const ft_matvec_row *r, const uint8_t *data) {
    return FT_NAME(add_groups)(r, data, 34, FT_NAME(add_q8_0), 0);
}

// Groups of 32 with scale and min; two groups share 32 bytes.
static float FT_NAME(coded_row_q4_k)(const ft_matvec_row *r, const uint8_t *data) {
    ft_vf sum = {};
    float rest = 0;
    for (size_t b = 0; b < r->columns / 256; b++, data += 144) {
        float d, dmin, block = 0;
        FT_NAME(two_halves)(data, &d, &dmin);
        for (int pair = 0; pair < 4; pair++) {
            size_t group = 8 * b + 2 * (size_t)pair;
            const uint8_t *q = data + 16 + 32 * pair;
            const int16_t *codes = r->codes + 32 * group;
            float scale[2], least[2];
            for (int i = 0; i < 2; i++) FT_NAME(scale_and_min)(data + 4, 2 * pair + i, &scale[i], &least[i]);
            ft_vi low = {}, high = {};
            for (int i = 0; i < 32; i += FT_NAME(word_lanes)) {
                FT_NAME(words) bytes = FT_NAME(byte_words)(q + i);
                low += FT_NAME(code_products)(bytes & 15, codes + i);
                high += FT_NAME(code_products)(bytes >> 4, codes + 32 + i);
            }
            sum += ft_splat(d * scale[0] * r->scales[group]) * FT_NAME(to_float)(low);
            sum += ft_splat(d * scale[1] * r->scales[group + 1]) * FT_NAME(to_float)(high);
            block += least[0] * r->sums[group] + least[1] * r->sums[group + 1];
        }
        rest += dmin * block;
    }
    return ft_sum(sum) - rest;
}

// Groups of 16 with a scale.
static float FT_NAME(coded_row_q6_k)(const ft_matvec_row *r, const uint8_t *data) {
    ft_vf sum = {};
    for (size_t b = 0; b < r->columns / 256; b++, data += 210) {
        float d = FT_NAME(half_at)(data + 208);
#pragma clang loop unroll(full)
        for (int group = 0; group < 16; group++) {
            const uint8_t *low = data + group / 8 * 64 + group % 4 * 16,
                          *high = data + 128 + group / 8 * 32 + group % 2 * 16;
            const int16_t *codes = r->codes + 256 * b + 16 * group;
            int low_shift = group % 8 / 4 * 4, high_shift = group % 8 / 2 * 2;
            ft_vi products = {};
            for (int i = 0; i < 16; i += FT_NAME(word_lanes)) {
                FT_NAME(words) q = FT_NAME(byte_words)(low + i) >> low_shift & 15;
                q |= (FT_NAME(byte_words)(high + i) >> high_shift & 3) << 4;
                products += FT_NAME(code_products)(q - 32, codes + i);
            }
            float scale = d * (float)(int8_t)data[192 + group] * r->scales[8 * b + (size_t)group / 2];
            sum += ft_splat(scale) * FT_NAME(to_float)(products);
        }
    }
    return ft_sum(sum);
}
