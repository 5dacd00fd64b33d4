#if defined(__x86_64__)
#define FT_VARIANT 3
#include "tile.h"
#include "../runtime/target_begin.h"
#include "tile_body.h"
#include "../runtime/target_end.h"
#endif
