#define FT_VARIANT 0
#include "column_sums.h"
#include "../runtime/target_begin.h"
#include "../runtime/exp_body.h"
#include "../tile/pack_body.h"
#include "column_sums_body.h"
#include "../runtime/target_end.h"
