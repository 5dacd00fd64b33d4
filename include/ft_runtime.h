/// Threads, instruction sets and status codes: what every kernel call shares.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Result of a kernel driver. A driver never prints, aborts or leaves its output half promised: on anything
/// but FT_OK the contents of the output are unspecified and nothing else has changed.
typedef enum ft_status {
    FT_OK = 0,
    FT_OUT_OF_MEMORY = 1, ///< scratch memory could not be had
    FT_UNSUPPORTED = 2,   ///< this CPU has no variant of the kernel for the requested instruction set or precision
    FT_BAD_ARGUMENT = 3,  ///< a shape or an element type outside the contract
} ft_status;

/// Instruction sets with kernel variants of their own, ascending: each implies the ones before it.
typedef enum ft_isa {
    FT_ISA_PORTABLE = 0,    ///< the compiler's baseline (SSE2 on x86-64, NEON on AArch64)
    FT_ISA_AVX2 = 1,        ///< AVX2, FMA, F16C
    FT_ISA_AVX512 = 2,      ///< AVX-512 F, BW, DQ, VL
    FT_ISA_AVX512_BF16 = 3, ///< the same with AVX512_BF16
    FT_ISA_COUNT = 4,
} ft_isa;

/// Arithmetic of matrix products: inputs as f32, or rounded to bfloat16 and summed in f32; or, in ft_matmul with block
/// formats that hold integer codes, activations rounded to 16-bit codes. Elsewhere FT_PRECISION_I16 is FT_PRECISION_F32.
typedef enum ft_precision {
    FT_PRECISION_F32 = 0,
    FT_PRECISION_BF16 = 1, ///< needs FT_ISA_AVX512_BF16
    FT_PRECISION_I16 = 2,
} ft_precision;

/// How a driver runs. The result is the same to the byte for every value of `threads`.
typedef struct ft_execution {
    int threads; ///< at least 1
    ft_isa isa;  ///< at most ft_isa_best()
    ft_precision precision;
} ft_execution;

/// The widest instruction set of this CPU and operating system that has kernel variants.
ft_isa ft_isa_detected(void);

/// The instruction set to use: FLASHTRACE_ISA (portable, avx2, avx512, avx512bf16) where that names one the CPU
/// has, else ft_isa_detected(). Read once, at the first call. Thread-safe.
ft_isa ft_isa_best(void);

/// "portable", "avx2", "avx512", "avx512bf16"; NULL outside the enumeration.
const char *ft_isa_name(ft_isa isa);

/// Threads of a parallel region where the caller asks for none in particular: OMP_NUM_THREADS, or the CPUs that
/// this process may use.
int ft_default_threads(void);

/// Body of a parallel loop: handles the items [begin, end). `thread` is in [0, threads) and no two bodies that
/// run at the same time share it, so it may index scratch memory.
typedef void (*ft_range_body)(size_t begin, size_t end, int thread, void *context);

/// Runs `body` over [0, count) on at most `threads` threads of the OpenMP runtime, in pieces of `grain` items
/// (the last may be shorter), and returns when all have been handled. Pieces are claimed one by one, so bodies
/// must write disjoint outputs; which thread gets which piece is unspecified. `grain` and `threads` at least 1.
/// Thread-safe; a body may not call it again.
void ft_parallel_for(size_t count, size_t grain, int threads, ft_range_body body, void *context);

/// A diagnostic's view of parallel loops: `begin` is told of each loop, `piece` of each of its pieces, in order.
typedef struct ft_loop_observer {
    void (*begin)(void *context, size_t pieces);
    void (*piece)(void *context, double seconds);
    void *context;
} ft_loop_observer;

/// Sets or, with NULL, ends observation of the loops that the calling thread starts. While it is set, these run on that
/// thread alone, cut into the pieces that their `threads` ask for, so that schedules for more threads than the machine
/// has can be computed from the pieces' durations. The observer is read until observation ends.
void ft_observe_loops(const ft_loop_observer *observer);
