FT_INLINE float FT_NAME(largest)(const float *l, size_t n) {
    ft_vf top = ft_splat(-INFINITY);
    size_t c = 0;
    for (; c + FT_LANES <= n; c += FT_LANES) {
        ft_vf v = ft_load(l + c);
        top = ft_select(v > top, v, top);
    }
    float largest = -INFINITY;
    for (int k = 0; k < FT_LANES; k++) largest = top[k] > largest ? top[k] : largest;
    for (; c < n; c++) largest = l[c] > largest ? l[c] : largest;
    return largest;
}

// sum_c exp(l[c] - top). Blocks are summed in f32 and added up in double, so that many small terms are not lost.
FT_INLINE double FT_NAME(sum_of_exponentials)(const float *l, size_t n, float top) {
    enum { BLOCK = 64 * FT_LANES };
    double sum = 0;
    for (size_t start = 0; start < n; start += BLOCK) {
        size_t end = start + BLOCK < n ? start + BLOCK : n, c = start;
        ft_vf lanes = {};
        for (; c + FT_LANES <= end; c += FT_LANES) lanes += ft_exp(ft_load(l + c) - top);
        if (c < end) {
            ft_vf last = ft_splat(-INFINITY);
            memcpy(&last, l + c, (end - c) * sizeof(float));
            lanes += ft_exp(last - top);
        }
        for (int k = 0; k < FT_LANES; k++) sum += (double)lanes[k];
    }
    return sum;
}

void FT_NAME(ft_log_softmax_rows)(size_t begin, size_t end, int thread, void *context) {
    const ft_log_softmax_job *job = context;
    (void)thread;
    for (size_t i = begin; i < end; i++) {
        const float *l = job->l + i * job->ldl;
        float top = FT_NAME(largest)(l, job->n);
        double lse = (double)top + log(FT_NAME(sum_of_exponentials)(l, job->n, top));
        job->lse[i] = (float)lse;
        if (job->id) job->logprob[i] = (float)((double)l[job->id[i]] - lse);
    }
}
