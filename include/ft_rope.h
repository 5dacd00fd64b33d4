/// Rotary position embedding (Su et al. 2021, "RoFormer").
#pragma once
#include "ft_runtime.h"

/// Which values of a head turn together; p counts pairs, of which there are rotary / 2.
typedef enum ft_rope_layout {
    FT_ROPE_HALF_SPLIT = 0,  ///< values p and p + rotary / 2
    FT_ROPE_INTERLEAVED = 1, ///< values 2 p and 2 p + 1
} ft_rope_layout;

/// For r in [0, positions) and pairs p:  angle = (first_position + r) * frequency[p]
///   cosine[r, p] = magnitude * cos(angle)      sine[r, p] = magnitude * sin(angle)
///
/// frequency: [pairs], radians a position.  cosine, sine: [positions, pairs] f32, contiguous. Angles are computed in
/// double precision. Threads take positions. Thread-safe.
void ft_rope_table(int threads, size_t first_position, size_t positions, size_t pairs, const double *frequency,
                   double magnitude, float *cosine, float *sine);

/// Turns, in every head of every row i, each pair (a, b) among the first 2 * pairs values of the head:
///   a' = a * cosine[i, p] - b * sine[i, p]      b' = b * cosine[i, p] + a * sine[i, p]
///
/// X: [rows, heads * head_dim] f32, leading dimension ldx, changed in place; values from 2 * pairs on stay.
/// cosine, sine: [rows, pairs], contiguous. Errors: FT_UNSUPPORTED, FT_BAD_ARGUMENT (2 * pairs > head_dim).
/// Threads take rows. Thread-safe.
ft_status ft_rope(const ft_execution *execution, ft_rope_layout layout, size_t rows, size_t heads, size_t head_dim,
                  size_t pairs, const float *cosine, const float *sine, float *x, size_t ldx);
