// Both activations are g times a logistic function, since (1 + tanh(z)) / 2 = 1 / (1 + exp(-2 z)).
FT_INLINE ft_vf FT_NAME(gated)(ft_activation activation, ft_vf g, ft_vf u) {
    const float twice_root = 1.5957691216f; // 2 sqrt(2 / pi)
    ft_vf z = activation == FT_SILU ? g : twice_root * (g + 0.044715f * (g * g * g));
    return g / (1.0f + ft_exp(-z)) * u;
}

FT_INLINE void FT_NAME(gated_row)(ft_activation activation, size_t n, const float *g, const float *u, float *y) {
    size_t c = 0;
    for (; c + FT_LANES <= n; c += FT_LANES)
        ft_store(y + c, FT_NAME(gated)(activation, ft_load(g + c), ft_load(u + c)));
    if (c == n) return;
    ft_vf last_g = {}, last_u = {};
    memcpy(&last_g, g + c, (n - c) * sizeof(float));
    memcpy(&last_u, u + c, (n - c) * sizeof(float));
    ft_vf last = FT_NAME(gated)(activation, last_g, last_u);
    memcpy(y + c, &last, (n - c) * sizeof(float));
}

void FT_NAME(ft_gated_rows)(size_t begin, size_t end, int thread, void *context) {
    const ft_gated_job *job = context;
    (void)thread;
    for (size_t i = begin; i < end; i++) {
        const float *g = job->g + i * job->ldg, *u = job->u + i * job->ldu;
        float *y = job->y + i * job->ldy;
        if (job->activation == FT_SILU)
            FT_NAME(gated_row)(FT_SILU, job->n, g, u, y);
        else
            FT_NAME(gated_row)(FT_GELU_TANH, job->n, g, u, y);
    }
}
