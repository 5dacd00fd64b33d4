#if defined(__x86_64__)
#define FT_VARIANT 2
#include "add_rows.h"
#include "../runtime/target_begin.h"
#include "add_rows_body.h"
#include "../runtime/target_end.h"
#endif
