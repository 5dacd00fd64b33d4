// Products of 16-bit integers, included inside a target region.

// Lane by lane, the product of the low halves and that of the high halves, added.
FT_INLINE ft_vi FT_NAME(pair_products)(ft_vi a, ft_vi b) {
#if FT_LANES == 16
    return (ft_vi)_mm512_madd_epi16((__m512i)a, (__m512i)b);
#elif FT_LANES == 8
    return (ft_vi)_mm256_madd_epi16((__m256i)a, (__m256i)b);
#elif defined(__x86_64__)
    return (ft_vi)_mm_madd_epi16((__m128i)a, (__m128i)b);
#else
    return ((a << 16) >> 16) * ((b << 16) >> 16) + (a >> 16) * (b >> 16);
#endif
}
