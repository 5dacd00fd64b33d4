// Rounding of activations to 16-bit codes, for every instruction set; needs codes.h and runtime/dot_body.h.

// x[k] = scales[g] codes[k] for the values k of group g, the largest of which gets the code 32767 or -32767, but for at
// most half a scale; sums[g] is that of the group's x. `count` is a whole number of groups.
FT_INLINE void FT_NAME(round_to_codes)(const float *x, size_t count, int16_t *codes, float *scales, float *sums) {
    // Adding 1.5 * 2^23 leaves no bits for a fraction: the sum's low bits are the code.
    const ft_vf shift = ft_splat(0x1.8p23f);
    for (size_t g = 0; g < count / FT_CODE_GROUP; g++, x += FT_CODE_GROUP, codes += FT_CODE_GROUP) {
        ft_vf largest = {}, total = {};
        for (int i = 0; i < FT_CODE_GROUP; i += FT_LANES) {
            ft_vf v = ft_load(x + i);
            largest = ft_max((ft_vf)((ft_vi)v & 0x7fffffff), largest);
            total += v;
        }
        float peak = 0, inverse, sum = ft_sum(total);
        for (int i = 0; i < FT_LANES; i++) peak = largest[i] > peak ? largest[i] : peak;
        inverse = peak > 0x1p-110f ? 32767 / peak : 0;
        scales[g] = peak / 32767 + 0 * sum; // NaN where the sum is no number
        sums[g] = sum;
        for (int i = 0; i < FT_CODE_GROUP; i += FT_LANES) {
            typedef int16_t halves __attribute__((vector_size(FT_LANES * 2)));
            halves narrow = __builtin_convertvector((ft_vi)(ft_load(x + i) * inverse + shift), halves);
            memcpy(codes + i, &narrow, sizeof narrow);
        }
    }
}
