#if defined(__x86_64__)
#define FT_VARIANT 2
#include "matvec.h"
#include "../runtime/target_begin.h"
#include "matvec_body.h"
#include "../runtime/target_end.h"
#endif
