/// The most arithmetic that a core can do: independent multiply-adds on registers, no memory.
#pragma once
#include <stdint.h>

/// The widths that kernels have variants for.
typedef enum fma_width {
    FMA_128 = 0,  ///< the baseline's 128-bit vectors; a multiplication and an addition where it has no fused one
    FMA_256 = 1,  ///< AVX2 and FMA
    FMA_512 = 2,  ///< AVX-512
    FMA_BF16 = 3, ///< AVX512_BF16 dot products
} fma_width;

/// Floating-point operations of one step of the loop; 0 where the program was compiled without this width.
uint64_t fma_operations(fma_width width);

/// Runs `steps` steps. The result means nothing; it keeps the loop from being removed.
float fma_run(fma_width width, uint64_t steps);
