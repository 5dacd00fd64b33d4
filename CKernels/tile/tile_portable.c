#define FT_VARIANT 0
#include "tile.h"
#include "../runtime/target_begin.h"
#include "tile_body.h"
#include "../runtime/target_end.h"
