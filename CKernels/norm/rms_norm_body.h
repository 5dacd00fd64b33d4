FT_INLINE float FT_NAME(sum_of_squares)(const float *x, size_t n) {
    enum { CHAINS = 4, STEP = CHAINS * FT_LANES };
    ft_vf sums[CHAINS] = {};
    size_t c = 0;
    for (; c + STEP <= n; c += STEP)
#pragma clang loop unroll(full)
        for (int k = 0; k < CHAINS; k++) {
            ft_vf v = ft_load(x + c + k * FT_LANES);
            sums[k] += v * v;
        }
    for (; c + FT_LANES <= n; c += FT_LANES) {
        ft_vf v = ft_load(x + c);
        sums[0] += v * v;
    }
    ft_vf lanes = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    float sum = 0;
    for (int k = 0; k < FT_LANES; k++) sum += lanes[k];
    for (; c < n; c++) sum += x[c] * x[c];
    return sum;
}

FT_INLINE void FT_NAME(apply_scale)(const ft_rms_norm_job *job, const float *x, float scale, float *y) {
    size_t c = 0;
    for (; c + FT_LANES <= job->n; c += FT_LANES) {
        ft_vf v = ft_load(x + c) * scale * ft_load(job->w + c);
        ft_store(y + c, job->accumulate ? ft_load(y + c) + v : v);
    }
    for (; c < job->n; c++) {
        float v = x[c] * scale * job->w[c];
        y[c] = job->accumulate ? y[c] + v : v;
    }
}

void FT_NAME(ft_rms_norm_items)(size_t begin, size_t end, int thread, void *context) {
    const ft_rms_norm_job *job = context;
    (void)thread;
    for (size_t item = begin; item < end; item++) {
        size_t row = item / job->groups, column = item % job->groups * job->n;
        const float *x = job->x + row * job->ldx + column;
        double mean = (double)FT_NAME(sum_of_squares)(x, job->n) / (double)job->n;
        float scale = (float)(1 / sqrt(mean + (double)job->epsilon));
        if (job->scale) job->scale[item] = scale;
        FT_NAME(apply_scale)(job, x, scale, job->y + row * job->ldy + column);
    }
}
