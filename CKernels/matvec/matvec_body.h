// The sum of one row of W, for every instruction set; quantization/widen_body.h tells the formats.
//
// Where a format's values are d q + m with the same d and m for 32 of them, their sum is d sum q x + m sum x, and the
// sums of x are the same for all rows.
#include "../quantization/fields_body.h"
#include "../runtime/dot_body.h"
#include "../quantization/round_body.h"

// 16 bytes: low nibbles are values 0-15, high ones 16-31.
FT_INLINE ft_vf FT_NAME(nibble_products)(const uint8_t *nibbles, const float *x) {
    ft_vf low = {}, high = {};
    for (int i = 0; i < 16; i += FT_LANES) {
        ft_vi q = FT_NAME(bytes)(nibbles + i);
        low += FT_NAME(to_float)(q & 15) * ft_load(x + i);
        high += FT_NAME(to_float)(q >> 4) * ft_load(x + 16 + i);
    }
    return low + high;
}

// The same with fifth bits.
FT_INLINE ft_vf FT_NAME(five_bit_products)(uint32_t fifth, const uint8_t *nibbles, const float *x) {
    ft_vf low = {}, high = {};
    for (int i = 0; i < 16; i += FT_LANES) {
        ft_vi q = FT_NAME(bytes)(nibbles + i);
        low += FT_NAME(to_float)((q & 15) | FT_NAME(fifth_bits)(fifth, i)) * ft_load(x + i);
        high += FT_NAME(to_float)((q >> 4) | FT_NAME(fifth_bits)(fifth, 16 + i)) * ft_load(x + 16 + i);
    }
    return low + high;
}

static float FT_NAME(row_q4_0)(const ft_matvec_row *r, const uint8_t *data) {
    ft_vf sum = {};
    float rest = 0;
    for (size_t b = 0; b < r->columns / 32; b++, data += 18) {
        float d = FT_NAME(half_at)(data);
        sum += ft_splat(d) * FT_NAME(nibble_products)(data + 2, r->x + 32 * b);
        rest += d * r->sums[b];
    }
    return ft_sum(sum) - 8 * rest;
}

static float FT_NAME(row_q4_1)(const ft_matvec_row *r, const uint8_t *data) {
    ft_vf sum = {};
    float rest = 0;
    for (size_t b = 0; b < r->columns / 32; b++, data += 20) {
        float d, m;
        FT_NAME(two_halves)(data, &d, &m);
        sum += ft_splat(d) * FT_NAME(nibble_products)(data + 4, r->x + 32 * b);
        rest += m * r->sums[b];
    }
    return ft_sum(sum) + rest;
}

static float FT_NAME(row_q5_0)(const ft_matvec_row *r, const uint8_t *data) {
    ft_vf sum = {};
    float rest = 0;
    for (size_t b = 0; b < r->columns / 32; b++, data += 22) {
        float d = FT_NAME(half_at)(data);
        sum += ft_splat(d) * FT_NAME(five_bit_products)(FT_NAME(u32)(data + 2), data + 6, r->x + 32 * b);
        rest += d * r->sums[b];
    }
    return ft_sum(sum) - 16 * rest;
}

static float FT_NAME(row_q5_1)(const ft_matvec_row *r, const uint8_t *data) {
    ft_vf sum = {};
    float rest = 0;
    for (size_t b = 0; b < r->columns / 32; b++, data += 24) {
        float d, m;
        FT_NAME(two_halves)(data, &d, &m);
        sum += ft_splat(d) * FT_NAME(five_bit_products)(FT_NAME(u32)(data + 4), data + 8, r->x + 32 * b);
        rest += m * r->sums[b];
    }
    return ft_sum(sum) + rest;
}

static float FT_NAME(row_q8_0)(const ft_matvec_row *r, const uint8_t *data) {
    ft_vf sum = {};
    for (size_t b = 0; b < r->columns / 32; b++, data += 34) {
        const float *x = r->x + 32 * b;
        ft_vf even = {}, odd = {};
        for (int i = 0; i < 32; i += 2 * FT_LANES) {
            even += FT_NAME(to_float)(FT_NAME(signed_bytes)(data + 2 + i)) * ft_load(x + i);
            if (i + FT_LANES < 32)
                odd += FT_NAME(to_float)(FT_NAME(signed_bytes)(data + 2 + i + FT_LANES)) * ft_load(x + i + FT_LANES);
        }
        sum += ft_splat(FT_NAME(half_at)(data)) * (even + odd);
    }
    return ft_sum(sum);
}

// Groups of 32 with scale and min; two groups share 32 bytes.
static float FT_NAME(row_q4_k)(const ft_matvec_row *r, const uint8_t *data) {
    ft_vf sum = {};
    float rest = 0;
    for (size_t b = 0; b < r->columns / 256; b++, data += 144) {
        float d, dmin, block = 0;
        FT_NAME(two_halves)(data, &d, &dmin);
        for (int pair = 0; pair < 4; pair++) {
            const uint8_t *q = data + 16 + 32 * pair;
            const float *x = r->x + 256 * b + 64 * pair, *sums = r->sums + 8 * b + 2 * pair;
            float scale[2], least[2];
            for (int i = 0; i < 2; i++) FT_NAME(scale_and_min)(data + 4, 2 * pair + i, &scale[i], &least[i]);
            ft_vf low = {}, high = {};
            for (int i = 0; i < 32; i += FT_LANES) {
                ft_vi bytes = FT_NAME(bytes)(q + i);
                low += FT_NAME(to_float)(bytes & 15) * ft_load(x + i);
                high += FT_NAME(to_float)(bytes >> 4) * ft_load(x + 32 + i);
            }
            sum += ft_splat(d * scale[0]) * low;
            sum += ft_splat(d * scale[1]) * high;
            block += least[0] * sums[0] + least[1] * sums[1];
        }
        rest += dmin * block;
    }
    return ft_sum(sum) - rest;
}

static float FT_NAME(row_q6_k)(const ft_matvec_row *r, const uint8_t *data) {
    ft_vf sum = {};
    for (size_t b = 0; b < r->columns / 256; b++, data += 210) {
        float d = FT_NAME(half_at)(data + 208);
#pragma clang loop unroll(full)
        for (int group = 0; group < 16; group++) {
            const uint8_t *low = data + group / 8 * 64 + group % 4 * 16,
                          *high = data + 128 + group / 8 * 32 + group % 2 * 16;
            const float *x = r->x + 256 * b + 16 * group;
            int low_shift = group % 8 / 4 * 4, high_shift = group % 8 / 2 * 2;
            ft_vf products = {};
            for (int i = 0; i < 16; i += FT_LANES) {
                ft_vi q = FT_NAME(bytes)(low + i) >> low_shift & 15;
                q |= (FT_NAME(bytes)(high + i) >> high_shift & 3) << 4;
                products += FT_NAME(to_float)(q - 32) * ft_load(x + i);
            }
            sum += ft_splat(d * (float)(int8_t)data[192 + group]) * products;
        }
    }
    return ft_sum(sum);
}

static float FT_NAME(row_half)(const ft_matvec_row *r, const uint8_t *data) {
    ft_vf sums[4] = {};
    float tail = 0;
    size_t k = 0;
    for (; k + 4 * FT_LANES <= r->columns; k += 4 * FT_LANES)
        for (size_t i = 0; i < 4; i++)
            sums[i] += FT_NAME(halves)(data + 2 * (k + i * FT_LANES)) * ft_load(r->x + k + i * FT_LANES);
    for (; k < r->columns; k++) tail += FT_NAME(half_at)(data + 2 * k) * r->x[k];
    return ft_sum((sums[0] + sums[1]) + (sums[2] + sums[3])) + tail;
}

// Any other type: a part of the row is widened, then multiplied.
static float FT_NAME(row_other)(const ft_matvec_row *r, const uint8_t *data) {
    enum { PART = 256 };
    float wide[PART], sum = 0;
    for (size_t k = 0; k < r->columns; k += PART) {
        size_t count = r->columns - k < PART ? r->columns - k : PART;
        r->widen(data + k / r->block_length * r->block_bytes, count / r->block_length, wide);
        sum += ft_dot(count, wide, r->x + k);
    }
    return sum;
}

// A vector of 16-bit words holds at most the 16 values of a group's half.
#if FT_LANES <= 8
#include "matvec_codes_body.h"
#endif

const ft_matvec_variant FT_NAME(ft_matvec) = {
    .of =
        {
            [FT_F16] = FT_NAME(row_half),
            [FT_Q4_0] = FT_NAME(row_q4_0),
            [FT_Q4_1] = FT_NAME(row_q4_1),
            [FT_Q5_0] = FT_NAME(row_q5_0),
            [FT_Q5_1] = FT_NAME(row_q5_1),
            [FT_Q8_0] = FT_NAME(row_q8_0),
            [FT_Q4_K] = FT_NAME(row_q4_k),
            [FT_Q6_K] = FT_NAME(row_q6_k),
        },
#if FT_LANES <= 8
    .coded =
        {
            [FT_Q4_0] = FT_NAME(coded_row_q4_0),
            [FT_Q4_1] = FT_NAME(coded_row_q4_1),
            [FT_Q8_0] = FT_NAME(coded_row_q8_0),
            [FT_Q4_K] = FT_NAME(coded_row_q4_k),
            [FT_Q6_K] = FT_NAME(coded_row_q6_k),
        },
#endif
    .other = FT_NAME(row_other),
    .round = FT_NAME(round_to_codes),
};
