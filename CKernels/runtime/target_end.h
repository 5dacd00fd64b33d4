// Closes the region that target_begin.h opened.
#if FT_VARIANT > 0
#pragma clang attribute pop
#endif
#undef FT_VARIANT
#undef FT_SUFFIX
#undef FT_LANES
#undef FT_INLINE
#undef FT_NAME
#undef FT_PASTE
#undef FT_PASTE_
