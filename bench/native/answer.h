/* What the C opponents share: times, and the one line of answer that every long-lived opponent gives. */
#include <stdio.h>
#include <time.h>

static double milliseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static void answer(double cpu_ms, double wall_ms, long rows) {
  printf("{\"cpuMs\":%.4f,\"wallMs\":%.4f,\"rows\":%ld}\n", cpu_ms, wall_ms, rows);
  fflush(stdout);
}
