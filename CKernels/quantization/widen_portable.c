#define FT_VARIANT 0
#include "widen.h"
#include "../runtime/target_begin.h"
#include "widen_body.h"
#include "../runtime/target_end.h"
