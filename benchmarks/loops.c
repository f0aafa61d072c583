#include "bench.h"
void bench_add_loops (void) { }
