// Dot products of short vectors in memory. Included inside a target region.

#define FT_HALVES(v, ...) (__builtin_shufflevector(v, v, __VA_ARGS__))

/// Sum of the lanes, in halves.
FT_INLINE float ft_sum(ft_vf v) {
    typedef float quad __attribute__((vector_size(16)));
#if FT_LANES == 16
    typedef float octet __attribute__((vector_size(32)));
    octet o = FT_HALVES(v, 0, 1, 2, 3, 4, 5, 6, 7) + FT_HALVES(v, 8, 9, 10, 11, 12, 13, 14, 15);
    quad q = FT_HALVES(o, 0, 1, 2, 3) + FT_HALVES(o, 4, 5, 6, 7);
#elif FT_LANES == 8
    quad q = FT_HALVES(v, 0, 1, 2, 3) + FT_HALVES(v, 4, 5, 6, 7);
#else
    quad q = v;
#endif
    return (q[0] + q[2]) + (q[1] + q[3]);
}

#undef FT_HALVES

/// sum_k x[k] y[k]; the order of the sum depends on n alone.
FT_INLINE float ft_dot(size_t n, const float *x, const float *y) {
    ft_vf sums[2] = {};
    size_t k = 0;
    for (; k + 2 * FT_LANES <= n; k += 2 * FT_LANES) {
        sums[0] += ft_load(x + k) * ft_load(y + k);
        sums[1] += ft_load(x + k + FT_LANES) * ft_load(y + k + FT_LANES);
    }
    for (; k + FT_LANES <= n; k += FT_LANES) sums[0] += ft_load(x + k) * ft_load(y + k);
    float tail = 0;
    for (; k < n; k++) tail += x[k] * y[k];
    return ft_sum(sums[0] + sums[1]) + tail;
}
