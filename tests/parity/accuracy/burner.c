/*
 * A process of known work that keeps book of its own CPU time: burner LOG THREADS WORK_US PERIOD_US SECONDS
 *
 * Each thread works WORK_US of its own CPU time every PERIOD_US (without a pause when they are equal) and writes points
 * (CLOCK_MONOTONIC ns, own CPU ns) into its part of LOG, a file mapped into memory: int64 count, then the pairs.
 *
 * Reading a CPU clock brings the kernel's books of that thread up to date, which nobody does for an ordinary program. So
 * it is read at the ends of a stretch of work and every ANCHOR_NS only. In between the thread watches the monotonic
 * clock, which costs no system call: where that jumps, somebody else had the CPU (and the kernel wrote its books), and
 * both ends of the jump are points. Says the length of the kernel's tick in nanoseconds once it is about to begin.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define GAP_NS 20000 /* longer than an interrupt of the timer */
/* Several kernel ticks, so that the books are mostly as old as they would be without us. */
#define ANCHOR_NS 50000000
#define POINTS_PER_SECOND 4000

struct point { int64_t at, cpu; };
struct log { int64_t count; struct point points[]; };

static int64_t work_ns, period_ns, room;
static size_t log_bytes;
static char *logs;

static int64_t now(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void put(struct log *log, int64_t at, int64_t cpu)
{
	if (log->count >= room) _exit(3);
	log->points[log->count] = (struct point){ at, cpu };
	__atomic_store_n(&log->count, log->count + 1, __ATOMIC_RELEASE);
}

/* Reads the own CPU clock between two looks at the time, so that the pair is of one instant. */
static struct point anchor(struct log *log)
{
	for (;;) {
		int64_t before = now(CLOCK_MONOTONIC), cpu = now(CLOCK_THREAD_CPUTIME_ID), after = now(CLOCK_MONOTONIC);
		if (after - before > GAP_NS) continue;
		struct point p = { before + (after - before) / 2, cpu };
		put(log, p.at, p.cpu);
		return p;
	}
}

static void work(struct log *log)
{
	struct point from = anchor(log);
	int64_t goal = from.cpu + work_ns, last = from.at;
	for (;;) {
		int64_t t = now(CLOCK_MONOTONIC);
		if (t - last > GAP_NS) {
			put(log, last, from.cpu + (last - from.at));
			from = anchor(log);
			t = from.at;
		}
		last = t;
		int64_t cpu = from.cpu + (t - from.at);
		if (cpu < goal && t - from.at < ANCHOR_NS) continue;
		from = anchor(log);
		last = from.at;
		if (from.cpu >= goal) return;
	}
}

static void *run(void *part)
{
	struct log *log = part;
	int64_t next = now(CLOCK_MONOTONIC);
	for (;;) {
		work(log);
		next += period_ns;
		int64_t late = now(CLOCK_MONOTONIC) - next;
		if (late > 0) next += late; /* a busy machine: work less, never in a lump */
		else if (work_ns < period_ns) {
			struct timespec wake = { next / 1000000000, next % 1000000000 };
			clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wake, NULL);
		}
	}
}

int main(int argc, char **argv)
{
	if (argc != 6) return 2;
	int threads = atoi(argv[2]), seconds = atoi(argv[5]);
	work_ns = atoll(argv[3]) * 1000;
	period_ns = atoll(argv[4]) * 1000;
	room = (int64_t)seconds * POINTS_PER_SECOND;
	log_bytes = sizeof(struct log) + room * sizeof(struct point);
	int fd = open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || ftruncate(fd, threads * log_bytes) != 0) return 2;
	logs = mmap(NULL, threads * log_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
	if (logs == MAP_FAILED) return 2;
	pthread_t thread;
	for (int i = 1; i < threads; i++)
		if (pthread_create(&thread, NULL, run, logs + i * log_bytes) != 0) return 2;
	struct timespec tick;
	clock_getres(CLOCK_MONOTONIC_COARSE, &tick); /* the kernel's tick, at which it writes the books of who runs */
	printf("%ld\n", tick.tv_nsec);
	fflush(stdout);
	alarm(seconds); /* should whoever started it be gone */
	run(logs);
}
