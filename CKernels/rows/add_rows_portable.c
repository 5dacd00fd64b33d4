#define FT_VARIANT 0
#include "add_rows.h"
#include "../runtime/target_begin.h"
#include "add_rows_body.h"
#include "../runtime/target_end.h"
