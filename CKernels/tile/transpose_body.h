// Transposition of a square of 32-bit words in registers. Included inside a target region.

#if FT_LANES == 16
#define FT_SHUFFLE(a, b, F)                                                                                            \
    __builtin_shufflevector(a, b, F(0), F(1), F(2), F(3), F(4), F(5), F(6), F(7), F(8), F(9), F(10), F(11), F(12),     \
                            F(13), F(14), F(15))
#elif FT_LANES == 8
#define FT_SHUFFLE(a, b, F) __builtin_shufflevector(a, b, F(0), F(1), F(2), F(3), F(4), F(5), F(6), F(7))
#else
#define FT_SHUFFLE(a, b, F) __builtin_shufflevector(a, b, F(0), F(1), F(2), F(3))
#endif

// In the exchange at distance s, lanes with bit s clear of the lower row take from a, the others from b.
#define FT_LOWER(s, l) (((l) & (s)) ? FT_LANES + (l) - (s) : (l))
#define FT_UPPER(s, l) (((l) & (s)) ? FT_LANES + (l) : (l) + (s))
#define FT_LOWER_1(l) FT_LOWER(1, l)
#define FT_UPPER_1(l) FT_UPPER(1, l)
#define FT_LOWER_2(l) FT_LOWER(2, l)
#define FT_UPPER_2(l) FT_UPPER(2, l)
#define FT_LOWER_4(l) FT_LOWER(4, l)
#define FT_UPPER_4(l) FT_UPPER(4, l)
#define FT_LOWER_8(l) FT_LOWER(8, l)
#define FT_UPPER_8(l) FT_UPPER(8, l)

#define FT_EXCHANGE(s, LOWER, UPPER)                                                                                   \
    _Pragma("clang loop unroll(full)") for (int i = 0; i < FT_LANES; i++) {                                            \
        if (i & (s)) continue;                                                                                         \
        ft_vf a = row[i], b = row[i + (s)];                                                                            \
        row[i] = FT_SHUFFLE(a, b, LOWER);                                                                              \
        row[i + (s)] = FT_SHUFFLE(a, b, UPPER);                                                                        \
    }

/// row[i][l] becomes row[l][i].
FT_INLINE void ft_transpose(ft_vf row[FT_LANES]) {
    FT_EXCHANGE(1, FT_LOWER_1, FT_UPPER_1)
    FT_EXCHANGE(2, FT_LOWER_2, FT_UPPER_2)
#if FT_LANES > 4
    FT_EXCHANGE(4, FT_LOWER_4, FT_UPPER_4)
#endif
#if FT_LANES > 8
    FT_EXCHANGE(8, FT_LOWER_8, FT_UPPER_8)
#endif
}

#undef FT_EXCHANGE
