#include "bench.h"
void bench_add_queues (void) { }
