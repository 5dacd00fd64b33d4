#define FT_VARIANT 0
#include "rope.h"
#include "../runtime/target_begin.h"
#include "rope_body.h"
#include "../runtime/target_end.h"
