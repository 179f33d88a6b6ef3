/*
 * A stand-in for libSystem of macOS, so that the binding is called for real. Its structures are those of the public
 * headers of xnu (sys/sysctl.h, sys/proc.h, sys/proc_info.h, sys/resource.h, mach/vm_statistics.h, net/if_var.h,
 * net/if_mib.h) and the answers keep the rules of the kernel: what is too long is ENOMEM, what belongs to another
 * user EPERM, what is gone ESRCH. The functions named fake_ say what there is.
 */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct { int64_t sec; int32_t usec; } timeval_t;

typedef struct {
  timeval_t starttime;
  void *vmspace, *sigacts;
  int32_t flag;
  char stat;
  int32_t pid, oppid, dupfd;
  char *user_stack;
  void *exit_thread;
  int32_t debugger, sigwait;
  uint32_t estcpu;
  int32_t cpticks;
  uint32_t pctcpu;
  void *wchan;
  char *wmesg;
  uint32_t swtime, slptime;
  timeval_t realtimer[2], rtime;
  uint64_t uticks, sticks, iticks;
  int32_t traceflag;
  void *tracep;
  int32_t siglist;
  void *textvp;
  int32_t holdcnt;
  uint32_t sigmask, sigignore, sigcatch;
  uint8_t priority, usrpri;
  char nice, comm[17];
  void *pgrp, *addr;
  uint16_t xstat, acflag;
  void *ru;
} extern_proc_t;

typedef struct {
  void *paddr, *sess;
  struct { char lock[72]; void *ucred; uint32_t ruid, svuid, rgid, svgid; int32_t refcnt; } pcred;
  struct { int32_t ref; uint32_t uid; int16_t ngroups; uint32_t groups[16]; } ucred;
  struct { int32_t dummy; void *dummy2; int32_t dummy3[5]; void *dummy4[3]; } vm;
  int32_t ppid, pgid;
  int16_t jobc;
  int32_t tdev, tpgid;
  void *tsess;
  char wmesg[8];
  int32_t xsize;
  int16_t xrssize, xccount, xswrss;
  int32_t flag;
  char login[12];
  int32_t spare[4];
} eproc_t;

typedef struct { extern_proc_t proc; eproc_t eproc; } kinfo_t;

typedef struct {
  uint32_t flags, status, xstatus, pid, ppid, uid, gid, ruid, rgid, svuid, svgid, rfu;
  char comm[16], name[32];
  uint32_t nfiles, pgid, pjobc, tdev, tpgid;
  int32_t nice;
  uint64_t start_sec, start_usec;
} bsdinfo_t;

typedef struct {
  uint64_t virtual, resident, user, system, threads_user, threads_system;
  int32_t policy, faults, pageins, cow_faults, messages_sent, messages_received, syscalls_mach, syscalls_unix;
  int32_t csw, threads, running, priority;
} taskinfo_t;

typedef struct { bsdinfo_t bsd; taskinfo_t task; } taskall_t;

typedef struct {
  uint8_t uuid[16];
  uint64_t user, system, pkg_idle_wakeups, interrupt_wakeups, pageins, wired, resident, footprint, start, exit;
  uint64_t child[6];
  uint64_t disk_read, disk_written;
} rusage_v2_t;

typedef struct {
  uint32_t free, active, inactive, wire;
  uint64_t zero_fill, reactivations, pageins, pageouts, faults, cow_faults, lookups, hits, purges;
  uint32_t purgeable, speculative;
  uint64_t decompressions, compressions, swapins, swapouts;
  uint32_t compressor, throttled, external, internal;
  uint64_t uncompressed_in_compressor;
} vmstat_t;

#pragma pack(push, 4)
typedef struct {
  uint8_t type, typelen, physical, addrlen, hdrlen, recvquota, xmitquota, unused;
  uint32_t mtu, metric;
  uint64_t baudrate, ipackets, ierrors, opackets, oerrors, collisions, ibytes, obytes, imcasts, omcasts, iqdrops, noproto;
  uint32_t recvtiming, xmittiming;
  struct { int32_t sec, usec; } lastchange;
} if_data64_t;

typedef struct {
  uint16_t msglen;
  uint8_t version, type;
  int32_t addrs, flags;
  uint16_t index;
  int32_t snd_len, snd_maxlen, snd_drops, timer;
  if_data64_t data;
} if_msghdr2_t;

typedef struct { char name[16]; uint32_t pcount, flags, snd_len, snd_maxlen, snd_drops, filler[4]; if_data64_t data; } ifmibdata_t;
#pragma pack(pop)

typedef struct { uint8_t len, family; uint16_t index; uint8_t type, nlen, alen, slen; char data[12]; } sockaddr_dl_t;
typedef struct { char *name, *passwd; uint32_t uid, gid; int64_t change; char *class, *gecos, *dir, *shell; int64_t expire; } passwd_t;
typedef struct { uint64_t total, avail, used; uint32_t pagesize; int32_t encrypted; } xsw_t;

_Static_assert(sizeof(kinfo_t) == 648 && offsetof(kinfo_t, proc.stat) == 36 && offsetof(kinfo_t, proc.pid) == 40, "kinfo_proc");
_Static_assert(offsetof(kinfo_t, proc.nice) == 242 && offsetof(kinfo_t, proc.comm) == 243, "extern_proc");
_Static_assert(offsetof(kinfo_t, eproc.pcred.ruid) == 392 && offsetof(kinfo_t, eproc.ucred.uid) == 420, "credentials");
_Static_assert(offsetof(kinfo_t, eproc.ppid) == 560 && offsetof(kinfo_t, eproc.tdev) == 572, "eproc");
_Static_assert(sizeof(bsdinfo_t) == 136 && sizeof(taskinfo_t) == 96 && sizeof(taskall_t) == 232, "proc_taskallinfo");
_Static_assert(sizeof(rusage_v2_t) == 160 && offsetof(rusage_v2_t, footprint) == 72 && offsetof(rusage_v2_t, disk_read) == 144, "rusage_info_v2");
_Static_assert(sizeof(vmstat_t) == 152 && offsetof(vmstat_t, compressor) == 128 && offsetof(vmstat_t, swapins) == 112, "vm_statistics64");
_Static_assert(sizeof(if_data64_t) == 128 && sizeof(if_msghdr2_t) == 160 && sizeof(ifmibdata_t) == 180, "interfaces");
_Static_assert(sizeof(passwd_t) == 72, "passwd");

/* What there is. */
#define MOST 4000
typedef struct { int32_t pid; kinfo_t kinfo; taskall_t task; rusage_v2_t usage; char path[256], args[512]; int args_length, gone; } process_t;
static process_t processes[MOST];
static int process_count;
static uint32_t caller_uid;
static int asked;

void fake_reset(uint32_t uid) { process_count = 0; caller_uid = uid; asked = 0; }
/* How many processes were asked for their counters since the last time. */
int fake_asked(void) { int count = asked; asked = 0; return count; }

static process_t *find(int32_t pid) {
  for (int i = 0; i < process_count; i++) if (processes[i].pid == pid) return &processes[i];
  return NULL;
}

void fake_process(int32_t pid, int32_t ppid, uint32_t ruid, uint32_t euid, const char *name, int64_t start, int32_t micros) {
  process_t *p = find(pid);
  if (p == NULL) p = &processes[process_count++];
  memset(p, 0, sizeof *p);
  p->pid = pid;
  p->kinfo.proc.starttime = (timeval_t){start, micros};
  p->kinfo.proc.stat = 2;
  p->kinfo.proc.pid = pid;
  strncpy(p->kinfo.proc.comm, name, 16);
  p->kinfo.eproc.pcred.ruid = ruid;
  p->kinfo.eproc.ucred.uid = euid;
  p->kinfo.eproc.ppid = ppid;
  p->kinfo.eproc.tdev = -1;
  p->task.bsd = (bsdinfo_t){.status = 2, .pid = pid, .ppid = ppid, .uid = euid, .ruid = ruid, .start_sec = start, .start_usec = micros};
  strncpy(p->task.bsd.comm, name, 15);
  strncpy(p->task.bsd.name, name, 31);
  p->task.task = (taskinfo_t){.virtual = 400000000000, .resident = 5000000, .threads = 3, .priority = 31};
  p->usage = (rusage_v2_t){.resident = 5000000, .footprint = 3000000};
}
void fake_counters(int32_t pid, uint64_t user, uint64_t system, uint64_t footprint, uint64_t read, uint64_t written, int32_t csw, int32_t running) {
  process_t *p = find(pid);
  if (p == NULL) return;
  p->task.task.user = p->usage.user = user;
  p->task.task.system = p->usage.system = system;
  p->task.task.csw = csw;
  p->task.task.running = running;
  p->usage.footprint = footprint;
  p->usage.disk_read = read;
  p->usage.disk_written = written;
}
void fake_state(int32_t pid, int32_t stat, int32_t nice, int32_t device) {
  process_t *p = find(pid);
  if (p == NULL) return;
  p->kinfo.proc.stat = (char)stat;
  p->kinfo.proc.nice = (char)nice;
  p->kinfo.eproc.tdev = device;
  p->task.bsd.status = (uint32_t)stat;
}
/* Text with its NULs: path, padding, arguments, environment. */
void fake_program(int32_t pid, const char *path, int argc, const char *text, int length) {
  process_t *p = find(pid);
  if (p == NULL) return;
  strncpy(p->path, path, sizeof p->path - 1);
  memcpy(p->args, &argc, 4);
  memcpy(p->args + 4, text, (size_t)length);
  p->args_length = length + 4;
}
void fake_end(int32_t pid) {
  process_t *p = find(pid);
  if (p != NULL) *p = processes[--process_count];
}
/* It is in the list, and gone when it is asked. */
void fake_vanish(int32_t pid) { process_t *p = find(pid); if (p != NULL) p->gone = 1; }

static int give(void *old, size_t *length, const void *value, size_t size) {
  if (old == NULL) { *length = size; return 0; }
  if (*length < size) { errno = ENOMEM; return -1; }
  memcpy(old, value, size);
  *length = size;
  return 0;
}

static int all_processes(void *old, size_t *length) {
  size_t size = sizeof(kinfo_t) * (size_t)process_count;
  if (old == NULL) { *length = size; return 0; }
  if (*length < size) { errno = ENOMEM; return -1; }
  for (int i = 0; i < process_count; i++) memcpy((char *)old + sizeof(kinfo_t) * (size_t)i, &processes[i].kinfo, sizeof(kinfo_t));
  *length = size;
  return 0;
}

static int arguments(int pid, void *old, size_t *length) {
  process_t *p = find(pid);
  if (p == NULL || p->args_length == 0 || (caller_uid != 0 && p->kinfo.eproc.ucred.uid != caller_uid)) { errno = EINVAL; return -1; }
  return give(old, length, p->args, (size_t)p->args_length);
}

static const struct { int index; const char *name; int type, flags; const char *mac; uint64_t received, sent; } interfaces[] = {
  {1, "lo0", 24, 0x8049, "", 1000, 1000},
  {4, "en0", 6, 0x8863, "\x02\x11\x22\x33\x44\x55", 6000000000, 7000},
  {5, "en1", 6, 0x8823, "\x02\x11\x22\x33\x44\x56", 0, 0},
  {9, "utun3", 1, 0x8051, "", 500, 400},
  {11, "bridge0", 0xd1, 0x8863, "\x02\x11\x22\x33\x44\x57", 50, 40},
};
#define INTERFACES (int)(sizeof interfaces / sizeof interfaces[0])

static if_data64_t data_of(int i) {
  return (if_data64_t){.type = (uint8_t)interfaces[i].type, .baudrate = 1000000000, .ipackets = 30, .ierrors = 1, .opackets = 20,
    .oerrors = 2, .ibytes = interfaces[i].received, .obytes = interfaces[i].sent, .iqdrops = 3};
}
static int interface_list(void *old, size_t *length) {
  char bytes[4096];
  size_t at = 0;
  for (int i = 0; i < INTERFACES; i++) {
    sockaddr_dl_t address = {.len = sizeof(sockaddr_dl_t), .family = 18, .index = (uint16_t)interfaces[i].index,
      .type = (uint8_t)interfaces[i].type, .nlen = (uint8_t)strlen(interfaces[i].name), .alen = interfaces[i].mac[0] ? 6 : 0};
    if_msghdr2_t head = {.msglen = sizeof head + sizeof address, .version = 5, .type = 0x12, .addrs = 0x10, .flags = interfaces[i].flags,
      .index = (uint16_t)interfaces[i].index, .data = data_of(i)};
    head.data.ibytes = (uint32_t)head.data.ibytes & ~1023u; /* as to a program without the entitlement */
    head.data.obytes = (uint32_t)head.data.obytes & ~1023u;
    memcpy(address.data, interfaces[i].name, address.nlen);
    memcpy(bytes + at, &head, sizeof head);
    memcpy(bytes + at + sizeof head, &address, sizeof address);
    memcpy(bytes + at + sizeof head + offsetof(sockaddr_dl_t, data) + address.nlen, interfaces[i].mac, address.alen);
    at += head.msglen;
    const uint8_t other[20] = {20, 0, 5, 0x0c}; /* an address of it */
    memcpy(bytes + at, other, sizeof other);
    at += sizeof other;
  }
  return give(old, length, bytes, at);
}
static int interface_data(int index, void *old, size_t *length) {
  for (int i = 0; i < INTERFACES; i++) {
    if (interfaces[i].index != index) continue;
    ifmibdata_t mib = {.flags = (uint32_t)interfaces[i].flags, .data = data_of(i)};
    strncpy(mib.name, interfaces[i].name, sizeof mib.name);
    return give(old, length, &mib, sizeof mib);
  }
  errno = ENOENT;
  return -1;
}

int sysctl(int *name, unsigned count, void *old, size_t *length, void *new, size_t new_length) {
  (void)new; (void)new_length;
  if (count == 3 && name[0] == 1 && name[1] == 14 && name[2] == 0) return all_processes(old, length);
  if (count == 4 && name[0] == 1 && name[1] == 14 && name[2] == 1) {
    process_t *p = find(name[3]);
    if (p == NULL) { *length = 0; return 0; }
    return give(old, length, &p->kinfo, sizeof(kinfo_t));
  }
  if (count == 3 && name[0] == 1 && name[1] == 49) return arguments(name[2], old, length);
  if (count == 6 && name[0] == 4 && name[1] == 17 && name[4] == 6) return interface_list(old, length);
  if (count == 6 && name[0] == 4 && name[1] == 18 && name[3] == 2 && name[5] == 1) return interface_data(name[4], old, length);
  errno = ENOENT;
  return -1;
}

int sysctlbyname(const char *name, void *old, size_t *length, void *new, size_t new_length) {
  (void)new; (void)new_length;
  static const struct { const char *name; uint64_t value; size_t size; } numbers[] = {
    {"hw.tbfrequency", 24000000, 8}, {"hw.memsize", 17179869184, 8}, {"hw.pagesize", 16384, 8}, {"hw.physicalcpu", 8, 4},
    {"hw.packages", 1, 4}, {"kern.argmax", 1048576, 4},
  };
  static const struct { const char *name, *text; } texts[] = {
    {"machdep.cpu.brand_string", "Apple M2"}, {"hw.model", "Mac14,2"}, {"kern.osproductversion", "15.4"},
    {"kern.bootsessionuuid", "6F1B5D0E-0001-4000-8000-000000000001"},
  };
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
    if (strcmp(name, numbers[i].name) == 0) return give(old, length, &numbers[i].value, numbers[i].size);
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
    if (strcmp(name, texts[i].name) == 0) return give(old, length, texts[i].text, strlen(texts[i].text) + 1);
  if (strcmp(name, "vm.swapusage") == 0) {
    const xsw_t swap = {.total = 2147483648, .avail = 1073741824, .used = 1073741824, .pagesize = 16384, .encrypted = 1};
    return give(old, length, &swap, sizeof swap);
  }
  errno = ENOENT;
  return -1;
}

int proc_pidinfo(int pid, int flavor, uint64_t argument, void *buffer, int size) {
  (void)argument;
  asked++;
  process_t *p = find(pid);
  if (p == NULL || p->gone || p->kinfo.proc.stat == 5) { errno = ESRCH; return 0; }
  if (flavor != 2 || size < (int)sizeof(taskall_t)) { errno = ENOMEM; return 0; }
  if (caller_uid != 0 && p->kinfo.eproc.ucred.uid != caller_uid) { errno = EPERM; return 0; }
  memcpy(buffer, &p->task, sizeof(taskall_t));
  return sizeof(taskall_t);
}
int proc_pid_rusage(int pid, int flavor, void *buffer) {
  process_t *p = find(pid);
  if (p == NULL || flavor != 2) { errno = p == NULL ? ESRCH : EINVAL; return -1; }
  if (caller_uid != 0 && p->kinfo.eproc.ucred.uid != caller_uid) { errno = EPERM; return -1; }
  memcpy(buffer, &p->usage, sizeof(rusage_v2_t));
  return 0;
}
int proc_pidpath(int pid, void *buffer, uint32_t size) {
  process_t *p = find(pid);
  if (p == NULL || p->path[0] == 0 || size < strlen(p->path)) { errno = ESRCH; return 0; }
  strcpy(buffer, p->path);
  return (int)strlen(p->path);
}

uint32_t mach_host_self(void) { return 0x1203; }
int host_statistics64(uint32_t host, int flavor, void *info, uint32_t *count) {
  if (host != 0x1203 || flavor != 4 || *count < 38) return 4; /* KERN_INVALID_ARGUMENT */
  const vmstat_t pages = {.free = 100000, .active = 300000, .inactive = 290000, .wire = 120000, .purgeable = 10000, .speculative = 5000,
    .swapins = 70, .swapouts = 80, .compressor = 60000, .external = 250000, .internal = 360000, .uncompressed_in_compressor = 180000};
  memcpy(info, &pages, sizeof pages);
  *count = 38;
  return 0;
}

int getpwuid_r(uint32_t uid, passwd_t *user, char *texts, size_t size, passwd_t **found) {
  *found = NULL;
  const char *name = uid == 0 ? "root" : uid == 501 ? "anna" : uid == 88 ? "_windowserver" : NULL;
  if (name == NULL) return 0;
  if (size < 64) return ERANGE;
  memset(user, 0, sizeof *user);
  strcpy(texts, "*");
  user->passwd = texts;
  user->name = strcpy(texts + 2, name);
  user->uid = uid;
  *found = user;
  return 0;
}
