FT_INLINE void FT_NAME(turn)(float *a, float *b, float cosine, float sine) {
    float x = *a, y = *b;
    *a = x * cosine - y * sine;
    *b = y * cosine + x * sine;
}

FT_INLINE void FT_NAME(turn_half_split)(float *head, size_t pairs, const float *cosine, const float *sine) {
    size_t p = 0;
    for (; p + FT_LANES <= pairs; p += FT_LANES) {
        ft_vf x = ft_load(head + p), y = ft_load(head + pairs + p);
        ft_vf c = ft_load(cosine + p), s = ft_load(sine + p);
        ft_store(head + p, x * c - y * s);
        ft_store(head + pairs + p, y * c + x * s);
    }
    for (; p < pairs; p++) FT_NAME(turn)(head + p, head + pairs + p, cosine[p], sine[p]);
}

FT_INLINE void FT_NAME(turn_interleaved)(float *head, size_t pairs, const float *cosine, const float *sine) {
    for (size_t p = 0; p < pairs; p++) FT_NAME(turn)(head + 2 * p, head + 2 * p + 1, cosine[p], sine[p]);
}

void FT_NAME(ft_rope_rows)(size_t begin, size_t end, int thread, void *context) {
    const ft_rope_job *job = context;
    (void)thread;
    for (size_t i = begin; i < end; i++) {
        const float *cosine = job->cosine + i * job->pairs, *sine = job->sine + i * job->pairs;
        for (size_t h = 0; h < job->heads; h++) {
            float *head = job->x + i * job->ldx + h * job->head_dim;
            if (job->layout == FT_ROPE_HALF_SPLIT)
                FT_NAME(turn_half_split)(head, job->pairs, cosine, sine);
            else
                FT_NAME(turn_interleaved)(head, job->pairs, cosine, sine);
        }
    }
}
