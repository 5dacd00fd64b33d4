#define FT_VARIANT 0
#include "attention_row.h"
#include <math.h>
#include "../runtime/target_begin.h"
#include "attention_row_body.h"
#include "../runtime/target_end.h"
