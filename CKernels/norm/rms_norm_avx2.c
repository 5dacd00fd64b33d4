#if defined(__x86_64__)
#define FT_VARIANT 1
#include "rms_norm.h"
#include <math.h>
#include "../runtime/target_begin.h"
#include "rms_norm_body.h"
#include "../runtime/target_end.h"
#endif
