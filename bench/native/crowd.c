/* A crowd of processes to count: `crowd COUNT ACTIVE` forks COUNT children, ACTIVE of which work a little.
   Says "ready N" or "ready N REASON" with the number it could make. Its children end when its standard input closes,
   when it is asked to end, and when it dies however that comes: each asks the kernel for that (PR_SET_PDEATHSIG). */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void nap(long microseconds) {
  struct timespec pause = {microseconds / 1000000, microseconds % 1000000 * 1000};
  nanosleep(&pause, NULL);
}

static long cpu_microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

/* Half a percent of a core or less, another share from second to second, so that a list of it has something to tell. */
static void work(unsigned seed) {
  for (;;) {
    long burn = 100 + rand_r(&seed) % 900;
    for (long until = cpu_microseconds() + burn; cpu_microseconds() < until;) {
    }
    nap(150000 + rand_r(&seed) % 100000);
  }
}

static void child(pid_t parent, int is_active, unsigned seed) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0); /* it died before we asked */
  close(0);
  close(1);
  if (is_active) work(seed);
  for (;;) pause();
}

static void asked_to_end(int number) { (void)number; }

int main(int argc, char **argv) {
  int count = argc > 1 ? atoi(argv[1]) : 0, active = argc > 2 ? atoi(argv[2]) : 0, made = 0;
  pid_t self = getpid();
  pid_t *pids = calloc((size_t)count + 1, sizeof *pids);
  const char *reason = NULL;
  if (pids == NULL) return 1;
  for (; made < count; made++) {
    pid_t pid = fork();
    if (pid == 0) child(self, made < active, (unsigned)made + 1);
    if (pid < 0) {
      reason = strerror(errno);
      break;
    }
    pids[made] = pid;
  }
  struct sigaction action = {.sa_handler = asked_to_end}; /* no SA_RESTART: read comes back */
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGHUP, &action, NULL);
  printf(reason == NULL ? "ready %d\n" : "ready %d %s\n", made, reason);
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) {
  }
  for (int i = 0; i < made; i++) kill(pids[i], SIGKILL);
  for (int i = 0; i < made; i++) waitpid(pids[i], NULL, 0);
  return 0;
}
