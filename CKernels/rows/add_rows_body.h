void FT_NAME(ft_add_rows_items)(size_t begin, size_t end, int thread, void *context) {
    const ft_add_rows_job *job = context;
    (void)thread;
    for (size_t i = begin; i < end; i++) {
        const float *restrict x = job->x + i * job->ldx;
        float *restrict y = job->y + (job->index ? (size_t)job->index[i] : i) * job->ldy;
        float weight = job->weight ? job->weight[i] : 1;
        for (size_t c = 0; c < job->n; c++) y[c] += weight * x[c];
    }
}
