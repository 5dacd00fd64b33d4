/* Counts what the process allocates, and names the input at which it traps or hangs. For the fuzzer alone. */
#ifndef FLASHTRACE_ALLOCATIONS_H
#define FLASHTRACE_ALLOCATIONS_H

#include <stddef.h>
#include <stdint.h>

/* Forgets what was seen, takes the bytes in use now as the level that growth is counted from, and gives the input at
 * most `seconds` of time. Every allocation of the process is seen: by definitions of malloc and its kin that stand
 * before the C library's, or by the hooks of the address sanitizer. */
void allocations_begin(int64_t input, unsigned seconds);

/* Ends the time limit. */
void allocations_end(void);

/* Bytes of the largest single allocation since allocations_begin. */
size_t allocations_largest(void);

/* The most bytes in use at once since allocations_begin, beyond those in use then. */
size_t allocations_growth(void);

#endif
