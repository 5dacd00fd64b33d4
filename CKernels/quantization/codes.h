/// Block formats as integer codes and factors, for products that stay in integers.
#pragma once
#include "ft_runtime.h"

/// Values that share two factors.
enum { FT_CODE_GROUP = 32 };

/// What the two factors of a group are: value = first code + second; or value = first code in the first half of the
/// group and second code in the other.
typedef enum ft_code_layout {
    FT_NO_CODES = 0, ///< the type has no integer codes, or factors of another kind
    FT_CODES_WITH_OFFSET,
    FT_CODES_IN_HALVES,
} ft_code_layout;

/// Splits `blocks` consecutive blocks into codes, one a value, and the factors of their groups. |code| <= 128.
typedef void (*ft_split)(const uint8_t *data, size_t blocks, int16_t *codes, float *first, float *second);
