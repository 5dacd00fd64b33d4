#define FT_VARIANT 0
#include "rms_norm.h"
#include <math.h>
#include "../runtime/target_begin.h"
#include "rms_norm_body.h"
#include "../runtime/target_end.h"
