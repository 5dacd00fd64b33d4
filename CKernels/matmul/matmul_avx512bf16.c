#if defined(__x86_64__)
#define FT_VARIANT 3
#include "matmul.h"
#include "../runtime/target_begin.h"
#include "../runtime/dot_body.h"
#include "../tile/pack_body.h"
#include "../tile/transpose_body.h"
#include "matmul_body.h"
#include "../runtime/target_end.h"
#endif
