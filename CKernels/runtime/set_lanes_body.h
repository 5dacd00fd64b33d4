// Lists of the lanes where a comparison holds, without branches. Included inside a target region.

// The numbers of a nibble's set bits, in order, and how many they are.
static const uint32_t FT_NAME(nibble_numbers)[16][4] = {{0},    {0},       {1},       {0, 1},      {2},    {0, 2},
                                                        {1, 2}, {0, 1, 2}, {3},       {0, 3},      {1, 3}, {0, 1, 3},
                                                        {2, 3}, {0, 2, 3}, {1, 2, 3}, {0, 1, 2, 3}};
static const uint8_t FT_NAME(nibble_counts)[16] = {0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4};

/// Writes first + l to list[count...] for every lane l whose bit is set, and returns the new count. The list needs room for
/// FT_LANES more, whatever the bits.
FT_INLINE size_t ft_append_set(uint32_t bits, uint32_t first, uint32_t *list, size_t count) {
    typedef uint32_t quad __attribute__((vector_size(16)));
    for (uint32_t l = 0; l < FT_LANES; l += 4, bits >>= 4) {
        quad numbers;
        memcpy(&numbers, FT_NAME(nibble_numbers)[bits & 15], sizeof numbers);
        numbers += first + l;
        memcpy(list + count, &numbers, sizeof numbers);
        count += FT_NAME(nibble_counts)[bits & 15];
    }
    return count;
}
