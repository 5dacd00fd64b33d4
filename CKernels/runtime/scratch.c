#include "scratch.h"
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

// A block is its header, a cache line, and the memory that callers see.
typedef struct {
    _Alignas(64) size_t bytes;
} block;

static _Atomic(block *) kept;

// Blocks from here on are laid out in pages of 2 MiB where the system has them: their first use and every walk through
// them meet fewer page faults and misses of the address translation.
enum { LARGE = 4 << 20, LARGE_PAGE = 2 << 20 };

// Larger blocks go back to the system at once: few calls need them, and each for long.
enum { MOST_KEPT = 64 << 20 };

static block *allocate(size_t bytes) {
    size_t alignment = bytes >= LARGE ? LARGE_PAGE : sizeof(block);
    if (bytes > SIZE_MAX - sizeof(block) - alignment) return NULL;
    size_t whole = (sizeof(block) + bytes + alignment - 1) / alignment * alignment;
    block *made = aligned_alloc(alignment, whole);
    if (!made) return NULL;
#ifdef MADV_HUGEPAGE
    if (bytes >= LARGE) madvise(made, whole, MADV_HUGEPAGE);
#endif
    made->bytes = whole - sizeof(block);
    return made;
}

void *ft_scratch_take(size_t bytes) {
    block *found = atomic_exchange(&kept, NULL);
    if (found && found->bytes >= bytes) return found + 1;
    free(found);
    block *made = allocate(bytes);
    return made ? made + 1 : NULL;
}

void ft_scratch_give(void *memory) {
    if (!memory) return;
    block *given = (block *)memory - 1;
    if (given->bytes <= MOST_KEPT) given = atomic_exchange(&kept, given);
    free(given);
}
