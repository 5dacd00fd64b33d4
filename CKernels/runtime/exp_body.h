// The exponential of a vector of f32, included between target_begin.h and target_end.h.
//
//   exp(x) = 2^n exp(r),  n = round(x / ln 2),  r = x - n ln 2,  |r| <= ln 2 / 2
//   exp(r) = 1 + r + r^2 q(r),  q the polynomial of degree 4 with the least relative error (3e-9) on that interval
//
// Relative error below 2e-7. exp(-inf) = 0, as is every result below the least normal f32 (x < -87.33); x above
// 88.37 gives exp(88.37) = 2.4e38, so the result is always finite. NaN gives NaN.

FT_INLINE ft_vf ft_exp(ft_vf x) {
    const ft_vf lowest = ft_splat(-87.33f), highest = ft_splat(88.37f);
    // Adding 1.5 * 2^23 leaves no bits for a fraction: the sum's low bits are n.
    const ft_vf shift = ft_splat(0x1.8p23f);
    ft_vi underflow = x < lowest;
    x = ft_select(underflow, lowest, x);
    x = ft_select(x > highest, highest, x);
    ft_vf shifted = x * 0x1.715476p0f + shift;
    ft_vf n = shifted - shift;
    // ln 2 in two parts; the first has so few bits that n times it is exact.
    ft_vf r = x - n * 0x1.62e4p-1f;
    r = r - n * 0x1.7f7d1cp-20f;
    ft_vf q = ft_splat(0.0013814467f);
    q = q * r + 0.0083687808f;
    q = q * r + 0.0416683927f;
    q = q * r + 0.1666651964f;
    q = q * r + 0.4999999404f;
    ft_vf mantissa = q * (r * r) + r + 1.0f;
    ft_vi exponent = ((ft_vi)shifted - (ft_vi)shift + 127) << 23;
    return ft_select(underflow, ft_splat(0.0f), mantissa * (ft_vf)exponent);
}
