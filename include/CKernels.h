/// The C kernels of FlashTrace. Each header states the equation, shapes, strides, aliasing and threading of its
/// kernels. Strides and leading dimensions count elements, not bytes, unless a name ends in `_bytes`.
#pragma once
#include "ft_activation.h"
#include "ft_attention.h"
#include "ft_dequantize.h"
#include "ft_element_type.h"
#include "ft_gradient.h"
#include "ft_logprob.h"
#include "ft_matmul.h"
#include "ft_matvec.h"
#include "ft_norm.h"
#include "ft_rope.h"
#include "ft_rows.h"
#include "ft_runtime.h"
#include "ft_span.h"
#include "ft_token_shares.h"
