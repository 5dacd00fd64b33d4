#include "scratch.h"
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

// A block is its header, a cache line, and the memory that callers see.
typedef struct {
    _Alignas(64) size_t bytes;
} block;

static _Atomic(block *) kept;

// Larger blocks go back to the system at once: few calls need them, and each for long.
enum { MOST_KEPT = 64 << 20 };

void *ft_scratch_take(size_t bytes) {
    block *found = atomic_exchange(&kept, NULL);
    if (found && found->bytes >= bytes) return found + 1;
    free(found);
    if (bytes > SIZE_MAX - 2 * sizeof(block)) return NULL;
    size_t whole = (bytes + sizeof(block) - 1) / sizeof(block) * sizeof(block);
    found = aligned_alloc(sizeof(block), sizeof(block) + whole);
    if (!found) return NULL;
    found->bytes = whole;
    return found + 1;
}

void ft_scratch_give(void *memory) {
    if (!memory) return;
    block *given = (block *)memory - 1;
    if (given->bytes <= MOST_KEPT) given = atomic_exchange(&kept, given);
    free(given);
}
