/*
 * A libSystem as far as process-calls.ts asks it, with two processes: 1 (of root, tells its own user nothing) and 42.
 * Layouts are written as structures here and as offsets there, so that each proves the other. LP64, as on a Mac.
 */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct kinfo {
  int64_t start_s;
  int32_t start_us;
  char a[36 - 12];
  int8_t stat;
  char b[3];
  int32_t pid;
  char c[242 - 44];
  int8_t nice;
  char comm[17];
  char d[420 - 260];
  uint32_t euid;
  char e[560 - 424];
  int32_t ppid;
  int32_t pgid;
  char f[648 - 568];
};
_Static_assert(sizeof(struct kinfo) == 648, "kinfo_proc");
_Static_assert(offsetof(struct kinfo, pid) == 40, "p_pid");
_Static_assert(offsetof(struct kinfo, comm) == 243, "p_comm");
_Static_assert(offsetof(struct kinfo, euid) == 420, "e_ucred.cr_uid");
_Static_assert(offsetof(struct kinfo, ppid) == 560, "e_ppid");

struct bsdinfo { /* proc_bsdinfo of sys/proc_info.h */
  uint32_t flags, status, xstatus, pid, ppid;
  uint32_t uid, gid, ruid, rgid, svuid, svgid, rfu_1;
  char comm[16];
  char name[32];
  uint32_t nfiles, pgid, pjobc, e_tdev, e_tpgid;
  int32_t nice;
  uint64_t start_s, start_us;
};
struct taskinfo { /* proc_taskinfo */
  uint64_t virtual_size, resident_size, total_user, total_system, threads_user, threads_system;
  int32_t policy, faults, pageins, cow_faults, messages_sent, messages_received;
  int32_t syscalls_mach, syscalls_unix, csw, threadnum, numrunning, priority;
};
struct taskall {
  struct bsdinfo bsd;
  struct taskinfo task;
};
_Static_assert(sizeof(struct taskall) == 232, "proc_taskallinfo");
_Static_assert(offsetof(struct taskall, task.total_user) == 152, "pti_total_user");
_Static_assert(offsetof(struct taskall, task.threadnum) == 220, "pti_threadnum");

struct rusage2 { /* rusage_info_v2 of sys/resource.h */
  uint8_t uuid[16];
  uint64_t user, system, pkg_idle, interrupt, pageins, wired, resident, footprint;
  uint64_t start, exit, child_user, child_system, child_pkg_idle, child_interrupt, child_pageins, child_elapsed;
  uint64_t read, written;
};
_Static_assert(sizeof(struct rusage2) == 160, "rusage_info_v2");
_Static_assert(offsetof(struct rusage2, footprint) == 72, "ri_phys_footprint");
_Static_assert(offsetof(struct rusage2, read) == 144, "ri_diskio_bytesread");

struct fake_passwd {
  char *name;
  char *password;
  uint32_t uid, gid;
};

static int listings;

int sysctl(int *name, unsigned length, void *old, size_t *size, void *new_value, size_t new_size) {
  (void)new_value, (void)new_size;
  if (length == 3 && name[0] == 1 && name[1] == 49 && name[2] == 42) {
    static const char text[] = "\2\0\0\0/bin/tool\0\0\0\0tool\0--big\0HOME=/";
    memcpy(old, text, sizeof text);
    *size = sizeof text;
    return 0;
  }
  if (length != 3 || name[0] != 1 || name[1] != 14 || name[2] != 0) return errno = EINVAL, -1;
  const size_t needed = 2 * sizeof(struct kinfo);
  if (old == NULL) return *size = needed, 0;
  /* The first listing comes too late: more processes have started than there is room for. */
  if (*size < needed || listings++ == 0) return errno = ENOMEM, -1;
  struct kinfo all[2] = {
      {.start_s = 1700000000, .stat = 2, .pid = 1, .comm = "launchd"},
      {.start_s = 1700000100,
       .start_us = 250000,
       .stat = 2,
       .pid = 42,
       .nice = -5,
       .comm = "a_program_with_a",
       .euid = 501,
       .ppid = 1},
  };
  memcpy(old, all, sizeof all);
  *size = sizeof all;
  return 0;
}

int sysctlbyname(const char *name, void *old, size_t *size, void *new_value, size_t new_size) {
  (void)new_value, (void)new_size;
  if (strcmp(name, "hw.tbfrequency") != 0 || *size < 8) return errno = ENOENT, -1;
  *(uint64_t *)old = 24000000;
  *size = 8;
  return 0;
}

int proc_pidinfo(int pid, int flavor, uint64_t argument, void *bytes, int size) {
  (void)argument;
  if (pid != 42) return errno = EPERM, 0;
  if (flavor != 2 || size != sizeof(struct taskall)) return errno = EINVAL, 0;
  struct taskall all = {
      .bsd = {.status = 2, .pid = 42, .name = "a_program_with_a_long_name"},
      .task = {.virtual_size = 1 << 20,
               .resident_size = 4096 * 10,
               .total_user = 48000000,
               .total_system = 24000000,
               .threadnum = 7,
               .numrunning = 1},
  };
  memcpy(bytes, &all, sizeof all);
  return sizeof all;
}

int proc_pid_rusage(int pid, int flavor, void *bytes) {
  if (pid != 42) return errno = EPERM, -1;
  if (flavor != 2) return errno = EINVAL, -1;
  struct rusage2 usage = {.footprint = 4096 * 8, .read = 1000, .written = 2000};
  memcpy(bytes, &usage, sizeof usage);
  return 0;
}

int proc_pidpath(int pid, void *bytes, uint32_t size) {
  static const char path[] = "/Applications/a_program_with_a_long_name";
  if (pid != 42 || size < sizeof path) return errno = ESRCH, 0;
  memcpy(bytes, path, sizeof path);
  return sizeof path - 1;
}

void *getpwuid(uint32_t uid) {
  static struct fake_passwd entry = {.name = "anna"};
  return uid == 501 ? &entry : NULL;
}
