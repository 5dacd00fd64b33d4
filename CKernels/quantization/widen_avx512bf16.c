#if defined(__x86_64__)
#define FT_VARIANT 3
#include "widen.h"
#include "../runtime/target_begin.h"
#include "widen_body.h"
#include "../runtime/target_end.h"
#endif
