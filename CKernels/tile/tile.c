#include "tile.h"

extern const ft_tile ft_tile_portable;
#if defined(__x86_64__)
extern const ft_tile ft_tile_avx2, ft_tile_avx512, ft_tile_avx512bf16;
#endif

static const ft_tile *const variants[FT_ISA_COUNT] = {
    [FT_ISA_PORTABLE] = &ft_tile_portable,
#if defined(__x86_64__)
    [FT_ISA_AVX2] = &ft_tile_avx2,
    [FT_ISA_AVX512] = &ft_tile_avx512,
    [FT_ISA_AVX512_BF16] = &ft_tile_avx512bf16,
#endif
};

const ft_tile *ft_tile_for(ft_isa isa) {
    return (unsigned)isa < FT_ISA_COUNT ? variants[isa] : NULL;
}
