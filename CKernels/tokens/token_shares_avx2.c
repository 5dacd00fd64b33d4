#if defined(__x86_64__)
#define FT_VARIANT 1
#include "token_shares.h"
#include <math.h>
#include "../runtime/target_begin.h"
#include "../runtime/exp_body.h"
#include "../runtime/dot_body.h"
#include "../runtime/set_lanes_body.h"
#include "../tile/pack_body.h"
#include "../tile/transpose_body.h"
#include "../span/proximity_body.h"
#include "directions_body.h"
#include "sink_tile_body.h"
#include "part_codes_body.h"
#include "coordinates_body.h"
#include "corrections_body.h"
#include "token_shares_body.h"
#include "../runtime/target_end.h"
#endif
