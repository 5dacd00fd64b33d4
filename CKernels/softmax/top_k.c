#include "ft_logprob.h"

void ft_top_k(size_t n, const float *values, size_t k, int32_t *id) {
    size_t kept = 0;
    for (size_t c = 0; c < n && k > 0; c++) {
        if (kept == k && !(values[c] > values[id[k - 1]])) continue;
        size_t place = kept < k ? kept++ : k - 1;
        for (; place > 0 && values[c] > values[id[place - 1]]; place--) id[place] = id[place - 1];
        id[place] = (int32_t)c;
    }
}
