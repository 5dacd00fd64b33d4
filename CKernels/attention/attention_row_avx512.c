#if defined(__x86_64__)
#define FT_VARIANT 2
#include "attention_row.h"
#include <math.h>
#include "../runtime/target_begin.h"
#include "attention_row_body.h"
#include "../runtime/target_end.h"
#endif
