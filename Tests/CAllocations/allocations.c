#define _GNU_SOURCE
#include "allocations.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static atomic_llong live, start, peak;
static atomic_size_t largest;
static volatile int64_t current;

static void note_allocation(size_t size) {
    long long now = atomic_fetch_add_explicit(&live, (long long)size, memory_order_relaxed) + (long long)size;
    if (now > atomic_load_explicit(&peak, memory_order_relaxed))
        atomic_store_explicit(&peak, now, memory_order_relaxed);
    if (size > atomic_load_explicit(&largest, memory_order_relaxed))
        atomic_store_explicit(&largest, size, memory_order_relaxed);
}

static void note_release(size_t size) {
    atomic_fetch_sub_explicit(&live, (long long)size, memory_order_relaxed);
}

#if defined(__has_feature) && __has_feature(address_sanitizer)

extern int __sanitizer_install_malloc_and_free_hooks(void (*allocated)(const volatile void *, size_t),
                                                     void (*released)(const volatile void *));
extern size_t __sanitizer_get_allocated_size(const volatile void *);

static void on_allocation(const volatile void *memory, size_t size) {
    if (memory != NULL) note_allocation(size);
}

static void on_release(const volatile void *memory) {
    if (memory != NULL) note_release(__sanitizer_get_allocated_size(memory));
}

static void install_hooks(void) {
    __sanitizer_install_malloc_and_free_hooks(on_allocation, on_release);
}

#else

/* The C library's own, under the names that it keeps for this use. */
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static void *noted(void *memory) {
    if (memory != NULL) note_allocation(malloc_usable_size(memory));
    return memory;
}

void *malloc(size_t size) {
    return noted(__libc_malloc(size));
}
void *calloc(size_t count, size_t size) {
    return noted(__libc_calloc(count, size));
}
void *memalign(size_t alignment, size_t size) {
    return noted(__libc_memalign(alignment, size));
}
void *aligned_alloc(size_t alignment, size_t size) {
    return noted(__libc_memalign(alignment, size));
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    void *result = noted(__libc_memalign(alignment, size));
    if (result == NULL) return ENOMEM;
    *memory = result;
    return 0;
}

void free(void *memory) {
    if (memory == NULL) return;
    note_release(malloc_usable_size(memory));
    __libc_free(memory);
}

void *realloc(void *memory, size_t size) {
    size_t before = memory == NULL ? 0 : malloc_usable_size(memory);
    void *result = __libc_realloc(memory, size);
    if (result != NULL || size == 0) note_release(before);
    return noted(result);
}

static void install_hooks(void) {}

#endif

/* Writes the number of the input at hand, with nothing that a signal handler may not call. */
static void on_signal(int signal) {
    char text[64] = "signal    at input                      \n";
    int64_t number = current;
    text[7] = (char)('0' + signal / 10);
    text[8] = (char)('0' + signal % 10);
    for (int place = 38; place > 19 && (number > 0 || place == 38); place--, number /= 10)
        text[place] = (char)('0' + number % 10);
    ssize_t written = write(STDERR_FILENO, text, 41);
    (void)written;
    _exit(1);
}

void allocations_begin(int64_t input, unsigned seconds) {
    static int is_installed = 0;
    if (!is_installed) {
        is_installed = 1;
        install_hooks();
        const int signals[] = {SIGALRM, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGSEGV, SIGBUS};
        for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], on_signal);
    }
    current = input;
    atomic_store(&start, atomic_load(&live));
    atomic_store(&peak, atomic_load(&live));
    atomic_store(&largest, 0);
    alarm(seconds);
}

void allocations_end(void) {
    alarm(0);
}

size_t allocations_largest(void) {
    return atomic_load(&largest);
}

size_t allocations_growth(void) {
    return (size_t)(atomic_load(&peak) - atomic_load(&start));
}
