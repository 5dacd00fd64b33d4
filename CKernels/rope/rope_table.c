#include "ft_rope.h"
#include <math.h>

typedef struct rope_table_job {
    size_t first_position, pairs;
    const double *frequency;
    double magnitude;
    float *cosine, *sine;
} rope_table_job;

static void fill_positions(size_t begin, size_t end, int thread, void *context) {
    const rope_table_job *job = context;
    (void)thread;
    for (size_t r = begin; r < end; r++)
        for (size_t p = 0; p < job->pairs; p++) {
            double angle = (double)(job->first_position + r) * job->frequency[p];
            job->cosine[r * job->pairs + p] = (float)(job->magnitude * cos(angle));
            job->sine[r * job->pairs + p] = (float)(job->magnitude * sin(angle));
        }
}

void ft_rope_table(int threads, size_t first_position, size_t positions, size_t pairs, const double *frequency,
                   double magnitude, float *cosine, float *sine) {
    rope_table_job job = {first_position, pairs, frequency, magnitude, cosine, sine};
    ft_parallel_for(positions, 64, threads, fill_positions, &job);
}
