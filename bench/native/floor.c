/* The floor: the system calls of our steady sweep (packages/platform/src/linux/linux-process-table.ts) and nothing else.
   One sweep per line of standard input. Per sweep: uptime and the machine's stat; loadavg and the clocks of the pids
   given out since the sweep before the last, or every tenth time getdents64 on /proc; every process's CPU clock; pread
   of the kept stat, statm and io of those whose clock moved; stat and statm of those that ran the time before or whose
   turn it is (one in thirty); getpriority of a tenth; and, with `floor pss`, smaps_rollup of the biggest and longest
   unread processes for half a millisecond on average. What is read is parsed no further than the next call needs. */
#define _GNU_SOURCE
#include "answer.h"
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NICE_TURNS 10
#define REST_TURNS 30
#define WHOLE_EVERY 10
#define HEADROOM 256
#define PSS_BUDGET_MS 0.5
#define PSS_MOST_CREDIT_MS 50.0
#define PSS_FRESH_MS 5000.0

struct process {
  int stat, statm, io; /* kept descriptors; -1: none to be had, -2: not opened yet */
  int is_kernel;
  uint64_t clock;
  double rss, pss_at;
  unsigned seen;
  char ran_before;
};

static struct process *table; /* by pid; untouched pages of it cost nothing */
static int pid_max = 4194304, *pids, *previous, count, previous_count, room;
static unsigned tick;
static char buffer[1 << 16];

static void path_of(char *path, int pid, const char *name) { sprintf(path, "/proc/%d/%s", pid, name); }

static ssize_t read_once(const char *path, size_t size) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t length = read(fd, buffer, size);
  close(fd);
  return length;
}

static int keep(int pid, const char *name) {
  char path[64];
  if (room <= 0) return -1;
  path_of(path, pid, name);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd >= 0) room--;
  return fd < 0 ? -1 : fd;
}

static void drop(int fd) {
  if (fd < 0) return;
  close(fd);
  room++;
}

static ssize_t read_again(int *fd, int pid, const char *name, size_t size) {
  char path[64];
  if (*fd == -2) *fd = keep(pid, name);
  if (*fd >= 0) return pread(*fd, buffer, size, 0);
  path_of(path, pid, name);
  return read_once(path, size);
}

static int latest_pid(int fd) {
  ssize_t length = pread(fd, buffer, 128, 0);
  if (length <= 1) return -1;
  buffer[length - 1] = 0;
  char *last = strrchr(buffer, ' ');
  return last == NULL ? -1 : atoi(last + 1);
}

static void list_whole(int fd) {
  count = 0;
  lseek(fd, 0, SEEK_SET);
  for (long length; (length = syscall(SYS_getdents64, fd, buffer, sizeof buffer)) > 0;)
    for (long at = 0; at < length;) {
      struct dirent64 *entry = (struct dirent64 *)(buffer + at);
      if (isdigit((unsigned char)entry->d_name[0])) pids[count++] = atoi(entry->d_name);
      at += entry->d_reclen;
    }
}

static int64_t clock_of(int pid) {
  struct timespec time;
  clockid_t id = (clockid_t)((~(unsigned)pid << 3) | 2);
  return clock_gettime(id, &time) == 0 ? time.tv_sec * 1000000000LL + time.tv_nsec : -1;
}

static void list(int fd, int loadavg) {
  static int latest = -1, earlier = -1, since_whole;
  int now = latest_pid(loadavg), from = earlier;
  earlier = latest, latest = now;
  if (from < 0 || now < from || now - from > previous_count || ++since_whole >= WHOLE_EVERY) {
    since_whole = 0;
    list_whole(fd);
    return;
  }
  count = 0;
  for (int i = 0; i < previous_count && previous[i] <= from; i++)
    if (table[previous[i]].seen != 0) pids[count++] = previous[i];
  for (int pid = from + 1; pid <= now; pid++)
    if (clock_of(pid) >= 0) pids[count++] = pid;
  for (int i = 0; i < previous_count; i++)
    if (previous[i] > now && table[previous[i]].seen != 0) pids[count++] = previous[i];
}

static void end(int pid) {
  struct process *process = &table[pid];
  drop(process->stat);
  drop(process->statm);
  drop(process->io);
  memset(process, 0, sizeof *process);
}

static void read_rss(int pid) {
  struct process *process = &table[pid];
  ssize_t length = read_again(&process->statm, pid, "statm", 1024);
  char *blank = length > 0 ? memchr(buffer, ' ', (size_t)length) : NULL;
  if (blank != NULL) process->rss = strtod(blank, NULL);
}

static void add(int pid) {
  struct process *process = &table[pid];
  memset(process, 0, sizeof *process);
  process->stat = process->statm = process->io = -2;
  process->pss_at = -1e12;
  ssize_t length = read_again(&process->stat, pid, "stat", 4096);
  char *bracket = length > 0 ? memrchr(buffer, ')', (size_t)length) : NULL;
  process->is_kernel = pid == 2 || (bracket != NULL && atoi(bracket + 4) == 2);
  if (process->is_kernel) return;
  read_rss(pid);
  read_again(&process->io, pid, "io", 1024);
}

static void visit(int pid, int64_t clock) {
  struct process *process = &table[pid];
  if (process->seen != 0 && clock >= 0) {
    int ran = (uint64_t)clock != process->clock, nice_turn = (unsigned)pid % NICE_TURNS == tick % NICE_TURNS;
    int reads = ran || process->ran_before || (unsigned)pid % REST_TURNS == tick % REST_TURNS;
    if (!reads && nice_turn) getpriority(PRIO_PROCESS, (id_t)pid);
    process->ran_before = (char)ran;
    if (reads && read_again(&process->stat, pid, "stat", 4096) <= 0) {
      end(pid); /* the pid lives, this process does not */
      add(pid);
    } else if (reads && !process->is_kernel) {
      read_rss(pid);
      if (ran) read_again(&process->io, pid, "io", 1024);
    }
  } else if (clock >= 0)
    add(pid);
  if (clock < 0) return;
  process->clock = (uint64_t)clock;
  process->seen = tick;
}

static void read_pss(void) {
  static double credit = PSS_MOST_CREDIT_MS;
  char path[64];
  credit = credit + PSS_BUDGET_MS < PSS_MOST_CREDIT_MS ? credit + PSS_BUDGET_MS : PSS_MOST_CREDIT_MS;
  if (credit <= 0) return;
  double started_at = milliseconds(CLOCK_MONOTONIC), stop_at = started_at + PSS_BUDGET_MS;
  do {
    double now = milliseconds(CLOCK_MONOTONIC), most = 0;
    int worst = 0;
    for (int i = 0; i < count; i++) {
      struct process *process = &table[pids[i]];
      double age = now - process->pss_at;
      if (process->rss <= 0 || age < PSS_FRESH_MS || process->rss * age <= most) continue;
      most = process->rss * age;
      worst = pids[i];
    }
    if (worst == 0) break;
    path_of(path, worst, "smaps_rollup");
    read_once(path, 4096);
    table[worst].pss_at = now;
  } while (milliseconds(CLOCK_MONOTONIC) < stop_at);
  credit -= milliseconds(CLOCK_MONOTONIC) - started_at;
}

static void sweep(int proc, int loadavg, int uptime, int machine, int with_pss) {
  static int64_t *clocks;
  if (clocks == NULL) clocks = malloc((size_t)pid_max * sizeof *clocks);
  tick++;
  if (pread(uptime, buffer, 128, 0) < 0) exit(1);
  int *swap = previous;
  previous = pids, pids = swap, previous_count = count;
  list(proc, loadavg);
  for (int i = 0; i < count; i++) clocks[i] = clock_of(pids[i]);
  if (pread(machine, buffer, sizeof buffer, 0) < 0) exit(1);
  for (int i = 0; i < count; i++) visit(pids[i], clocks[i]);
  for (int i = 0; i < previous_count; i++)
    if (table[previous[i]].seen != 0 && table[previous[i]].seen != tick) end(previous[i]);
  if (with_pss) read_pss();
}

int main(int argc, char **argv) {
  int with_pss = argc > 1 && strcmp(argv[1], "pss") == 0;
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    room = files.rlim_cur > 1000000 ? 1000000 : (int)files.rlim_cur - HEADROOM;
  }
  if (read_once("/proc/sys/kernel/pid_max", 32) > 0) pid_max = atoi(buffer) + 1;
  table = calloc((size_t)pid_max, sizeof *table);
  pids = malloc((size_t)pid_max * sizeof *pids);
  previous = malloc((size_t)pid_max * sizeof *previous);
  int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int loadavg = open("/proc/loadavg", O_RDONLY | O_CLOEXEC), uptime = open("/proc/uptime", O_RDONLY | O_CLOEXEC);
  int machine = open("/proc/stat", O_RDONLY | O_CLOEXEC);
  if (table == NULL || pids == NULL || previous == NULL || proc < 0 || machine < 0 || loadavg < 0 || uptime < 0) return 1;
  char line[256];
  while (fgets(line, sizeof line, stdin) != NULL) {
    double cpu = milliseconds(CLOCK_PROCESS_CPUTIME_ID), wall = milliseconds(CLOCK_MONOTONIC);
    sweep(proc, loadavg, uptime, machine, with_pss);
    answer(milliseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu, milliseconds(CLOCK_MONOTONIC) - wall, count);
  }
  return 0;
}
