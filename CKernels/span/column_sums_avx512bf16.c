#if defined(__x86_64__)
#define FT_VARIANT 3
#include "column_sums.h"
#include "../runtime/target_begin.h"
#include "../runtime/exp_body.h"
#include "../tile/pack_body.h"
#include "column_sums_body.h"
#include "../runtime/target_end.h"
#endif
