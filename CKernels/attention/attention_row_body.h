// Attention of one query row, head by head, for every instruction set.
#include "../runtime/dot_body.h"
#include "../runtime/exp_body.h"

// Scores of one head, and -inf up to a whole vector; returns the highest.
FT_INLINE float FT_NAME(row_scores)(const ft_attention_row_call *c, const float *q, const float *k, float *scores) {
    float peak = -__builtin_inff();
    for (size_t j = 0; j < c->visible; j++) {
        scores[j] = c->shape.scale * ft_dot(c->shape.head_dim, q, k + j * c->ldkv);
        if (scores[j] > peak) peak = scores[j];
    }
    for (size_t j = c->visible; j % FT_LANES; j++) scores[j] = -__builtin_inff();
    return peak;
}

// exp(score - peak) in place of each score; returns their sum.
FT_INLINE float FT_NAME(row_weights)(size_t visible, float peak, float *scores) {
    ft_vf sum = {};
    for (size_t j = 0; j < visible; j += FT_LANES) {
        ft_vf weight = ft_exp(ft_load(scores + j) - ft_splat(peak));
        ft_store(scores + j, weight);
        sum += weight;
    }
    return ft_sum(sum);
}

// y[d] = factor sum_j weights[j] V[j, d], for `vectors` vectors of d.
FT_INLINE void FT_NAME(weighted_values)(const ft_attention_row_call *c, int vectors, const float *weights, float factor,
                                        const float *v, float *y) {
    ft_vf sums[4] = {};
    for (size_t j = 0; j < c->visible; j++, v += c->ldkv)
        for (int i = 0; i < vectors; i++) sums[i] += ft_splat(weights[j]) * ft_load(v + i * FT_LANES);
    for (int i = 0; i < vectors; i++) ft_store(y + i * FT_LANES, sums[i] * factor);
}

void FT_NAME(ft_attention_row_heads)(size_t begin, size_t end, int thread, void *context) {
    const ft_attention_row_call *c = context;
    size_t hd = c->shape.head_dim;
    float *scores = c->scratch + (size_t)thread * c->scratch_words;
    for (size_t head = begin; head < end; head++) {
        size_t start = c->first * c->ldkv + head / c->group * hd, d = 0;
        const float *v = c->v + start;
        float *y = c->y + head * hd;
        float peak = FT_NAME(row_scores)(c, c->q + head * hd, c->k + start, scores);
        float sum = FT_NAME(row_weights)(c->visible, peak, scores), inverse = 1 / sum;
        for (; d + 4 * FT_LANES <= hd; d += 4 * FT_LANES) FT_NAME(weighted_values)(c, 4, scores, inverse, v + d, y + d);
        for (; d + FT_LANES <= hd; d += FT_LANES) FT_NAME(weighted_values)(c, 1, scores, inverse, v + d, y + d);
        for (; d < hd; d++) {
            float value = 0;
            for (size_t j = 0; j < c->visible; j++) value += scores[j] * v[j * c->ldkv + d];
            y[d] = value * inverse;
        }
        if (c->lse) c->lse[head] = peak + logf(sum);
    }
}
