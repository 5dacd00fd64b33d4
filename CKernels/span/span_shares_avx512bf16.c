#if defined(__x86_64__)
#define FT_VARIANT 3
#include "span_shares.h"
#include <math.h>
#include "../runtime/target_begin.h"
#include "../runtime/dot_body.h"
#include "proximity_body.h"
#include "span_shares_body.h"
#include "../runtime/target_end.h"
#endif
