#define FT_VARIANT 0
#include "matvec.h"
#include "../runtime/target_begin.h"
#include "matvec_body.h"
#include "../runtime/target_end.h"
