#include "ft_runtime.h"
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

// The OpenMP runtime's entry points, declared here since the package is compiled without -fopenmp: that flag
// would be an unsafe build flag, and packages with such flags cannot be depended on. libomp exports the GNU
// names next to its own.
extern void GOMP_parallel(void (*function)(void *), void *data, unsigned threads, unsigned flags);
extern int omp_get_thread_num(void);
extern int omp_get_max_threads(void);

typedef struct parallel_loop {
    size_t count, grain;
    ft_range_body body;
    void *context;
    _Alignas(64) atomic_size_t next;
} parallel_loop;

// The runtime keeps the threads of a caller's last region for its next one. Where a region needs more, new ones read the
// runtime's table of threads as they start, and libomp 14 frees that table when another caller's region makes it grow. So
// one region at a time starts threads.
static pthread_mutex_t starting = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local unsigned kept;

static void run_pieces(parallel_loop *loop, int thread) {
    for (;;) {
        size_t begin = atomic_fetch_add_explicit(&loop->next, loop->grain, memory_order_relaxed);
        if (begin >= loop->count) return;
        size_t left = loop->count - begin;
        loop->body(begin, begin + (left < loop->grain ? left : loop->grain), thread, loop->context);
    }
}

static void region(void *data) {
    run_pieces(data, omp_get_thread_num());
}

static _Thread_local const ft_loop_observer *observed;

void ft_observe_loops(const ft_loop_observer *observer) {
    observed = observer;
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void run_observed(const parallel_loop *loop, size_t pieces, const ft_loop_observer *observer) {
    observer->begin(observer->context, pieces);
    for (size_t begin = 0; begin < loop->count; begin += loop->grain) {
        size_t left = loop->count - begin;
        double start = seconds_now();
        loop->body(begin, begin + (left < loop->grain ? left : loop->grain), 0, loop->context);
        observer->piece(observer->context, seconds_now() - start);
    }
}

static void run_region(parallel_loop *loop, unsigned threads) {
    int starts = threads > kept;
    if (starts) pthread_mutex_lock(&starting);
    GOMP_parallel(region, loop, threads, 0);
    if (starts) pthread_mutex_unlock(&starting);
    kept = threads;
}

void ft_parallel_for(size_t count, size_t grain, int threads, ft_range_body body, void *context) {
    if (count == 0) return;
    size_t pieces = (count + grain - 1) / grain;
    parallel_loop loop = {.count = count, .grain = grain, .body = body, .context = context};
    if (observed) {
        run_observed(&loop, pieces, observed);
        return;
    }
    atomic_init(&loop.next, 0);
    if (threads <= 1 || pieces == 1) {
        run_pieces(&loop, 0);
        return;
    }
    run_region(&loop, (unsigned)(pieces < (size_t)threads ? pieces : (size_t)threads));
}

int ft_default_threads(void) {
    pthread_mutex_lock(&starting); // a thread's first call enters it into the table
    int threads = omp_get_max_threads();
    pthread_mutex_unlock(&starting);
    return threads < 1 ? 1 : threads;
}
