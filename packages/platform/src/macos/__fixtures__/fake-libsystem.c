/*
 * A stand-in for libSystem of macOS, so that the binding is called for real. Its structures are those of the public
 * headers of xnu (sys/sysctl.h, sys/proc.h, sys/proc_info.h, sys/resource.h, mach/vm_statistics.h, net/if_var.h,
 * net/if_mib.h, sys/socketvar.h, netinet/in_pcb.h, netinet/tcp_var.h) and of Libc (utmpx.h) and the answers keep the rules of the kernel: what is too long is ENOMEM, what belongs to another
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
  rusage_v2_t v2;
  uint64_t qos_default, qos_maintenance, qos_background, qos_utility, qos_legacy, qos_user_initiated, qos_user_interactive;
  uint64_t billed_system, serviced_system;
  uint64_t logical_writes, lifetime_max_footprint, instructions, cycles, billed_energy, serviced_energy;
  uint64_t interval_max_footprint, runnable;
} rusage_v4_t;

typedef struct {
  rusage_v4_t v4;
  uint64_t flags, user_ptime, system_ptime, pinstructions, pcycles, energy_nj, penergy_nj, reserved[14];
} rusage_v6_t;

typedef struct {
  uint64_t user, system;
  int32_t cpu_usage, policy, run_state, flags, sleep_time, current_priority, priority, max_priority;
  char name[64];
} threadinfo_t;

typedef struct { uint32_t openflags, status; int64_t offset; int32_t type; uint32_t guardflags; } fileinfo_t;
typedef struct {
  uint32_t dev;
  uint16_t mode, nlink;
  uint64_t ino;
  uint32_t uid, gid;
  int64_t atime, atimensec, mtime, mtimensec, ctime, ctimensec, birthtime, birthtimensec, size, blocks;
  int32_t blksize;
  uint32_t flags, gen, rdev;
  int64_t qspare[2];
} vinfo_stat_t;
typedef struct { vinfo_stat_t stat; int32_t type, pad, fsid[2]; } vnode_t;
typedef struct { vnode_t vnode; char path[1024]; } vnode_path_t;
typedef struct { vnode_path_t cdir, rdir; } folders_t;
typedef struct { fileinfo_t file; vnode_path_t vnode; } open_file_t;

typedef struct { uint32_t pad[3]; uint8_t four[4]; } four_in_six_t;
typedef union { four_in_six_t four; uint8_t six[16]; } address_t;
typedef struct {
  int32_t fport, lport;
  uint64_t gencnt;
  uint32_t flags, flow;
  uint8_t vflag, ttl;
  uint32_t rfu;
  address_t faddr, laddr;
  struct { uint8_t tos; } v4;
  struct { uint8_t hlim; int32_t cksum; uint16_t ifindex; int16_t hops; } v6;
} in_sockinfo_t;
typedef struct { in_sockinfo_t ini; int32_t state, timer[4], mss; uint32_t flags, rfu; uint64_t tp; } tcp_sockinfo_t;
typedef struct { uint8_t len, family; char path[104]; } sockaddr_un_t;
typedef union { sockaddr_un_t sun; char dummy[255]; } un_address_t;
typedef struct { uint64_t conn_so, conn_pcb; un_address_t addr, caddr; } un_sockinfo_t;
typedef struct { uint32_t id, unit, flags, recv, send, number; char name[96]; } kern_ctl_t;
typedef struct { uint32_t cc, hiwat, mbcnt, mbmax, lowat; int16_t flags, timeo; } sockbuf_t;
typedef struct {
  vinfo_stat_t stat;
  uint64_t so, pcb;
  int32_t type, protocol, family;
  int16_t options, linger, state, qlen, incqlen, qlimit, timeo;
  uint16_t error;
  uint32_t oobmark;
  sockbuf_t rcv, snd;
  int32_t kind;
  uint32_t rfu;
  union { in_sockinfo_t in; tcp_sockinfo_t tcp; un_sockinfo_t un; kern_ctl_t ctl; } proto;
} socket_info_t;
typedef struct { fileinfo_t file; socket_info_t socket; } open_socket_t;
typedef struct { int32_t fd; uint32_t type; } fdinfo_t;

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

typedef struct { uint32_t len, count; uint64_t gen, sogen; } xinpgen_t;
typedef struct {
  uint32_t len, kind;
  uint64_t inpp;
  uint16_t fport, lport;
  uint64_t ppcb, gencnt;
  int32_t flags;
  uint32_t flow;
  uint8_t vflag, ttl, protocol;
  address_t faddr, laddr;
  struct { uint8_t tos; } v4;
  struct { uint8_t hlim; int32_t cksum; uint16_t ifindex; int16_t hops; } v6;
  uint32_t flowhash, flags2;
} xinpcb_t;
typedef struct {
  uint32_t len, kind;
  uint64_t so;
  int16_t type;
  uint32_t options;
  int16_t linger, state;
  uint64_t pcb;
  int32_t protocol, family;
  int16_t qlen, incqlen, qlimit, timeo;
  uint16_t error;
  int32_t pgid;
  uint32_t oobmark, uid;
  int32_t last_pid, e_pid;
} xsocket_t;
typedef struct { uint32_t len, kind; uint64_t segq; int32_t dupacks, timer[4], state; uint32_t flags; char rest[160]; } xtcpcb_t;
typedef struct { uint32_t len, kind, cc, hiwat, mbcnt, mbmax; int32_t lowat; int16_t flags, timeo; } xsockbuf_t;

typedef struct { char name[16]; uint32_t pcount, flags, snd_len, snd_maxlen, snd_drops, filler[4]; if_data64_t data; } ifmibdata_t;
#pragma pack(pop)

typedef struct { uint8_t len, family; uint16_t index; uint8_t type, nlen, alen, slen; char data[12]; } sockaddr_dl_t;
typedef struct { char *name, *passwd; uint32_t uid, gid; int64_t change; char *class, *gecos, *dir, *shell; int64_t expire; } passwd_t;
typedef struct { uint64_t total, avail, used; uint32_t pagesize; int32_t encrypted; } xsw_t;
typedef struct { char user[256], id[4], line[32]; int32_t pid; int16_t type; timeval_t tv; char host[256]; uint32_t pad[16]; } utmpx_t;

_Static_assert(sizeof(kinfo_t) == 648 && offsetof(kinfo_t, proc.stat) == 36 && offsetof(kinfo_t, proc.pid) == 40, "kinfo_proc");
_Static_assert(offsetof(kinfo_t, proc.nice) == 242 && offsetof(kinfo_t, proc.comm) == 243, "extern_proc");
_Static_assert(offsetof(kinfo_t, eproc.pcred.ruid) == 392 && offsetof(kinfo_t, eproc.ucred.uid) == 420, "credentials");
_Static_assert(offsetof(kinfo_t, eproc.ppid) == 560 && offsetof(kinfo_t, eproc.tdev) == 572, "eproc");
_Static_assert(sizeof(bsdinfo_t) == 136 && sizeof(taskinfo_t) == 96 && sizeof(taskall_t) == 232, "proc_taskallinfo");
_Static_assert(sizeof(rusage_v2_t) == 160 && offsetof(rusage_v2_t, footprint) == 72 && offsetof(rusage_v2_t, disk_read) == 144, "rusage_info_v2");
_Static_assert(sizeof(vmstat_t) == 152 && offsetof(vmstat_t, compressor) == 128 && offsetof(vmstat_t, swapins) == 112, "vm_statistics64");
_Static_assert(sizeof(if_data64_t) == 128 && sizeof(if_msghdr2_t) == 160 && sizeof(ifmibdata_t) == 180, "interfaces");
_Static_assert(offsetof(kinfo_t, eproc.pcred.rgid) == 400, "group");
_Static_assert(sizeof(rusage_v4_t) == 296 && offsetof(rusage_v4_t, lifetime_max_footprint) == 240 && offsetof(rusage_v2_t, wired) == 56, "rusage_info_v4");
_Static_assert(sizeof(rusage_v6_t) == 464 && offsetof(rusage_v6_t, energy_nj) == 336, "rusage_info_v6");
_Static_assert(sizeof(threadinfo_t) == 112 && offsetof(threadinfo_t, run_state) == 24 && offsetof(threadinfo_t, name) == 48, "proc_threadinfo");
_Static_assert(sizeof(folders_t) == 2352 && offsetof(folders_t, cdir.path) == 152, "proc_vnodepathinfo");
_Static_assert(sizeof(open_file_t) == 1200 && offsetof(open_file_t, vnode.path) == 176, "vnode_fdinfowithpath");
_Static_assert(offsetof(open_file_t, vnode.vnode.type) == 160 && offsetof(open_file_t, vnode.vnode.stat.nlink) == 30, "vnode_info");
_Static_assert(sizeof(in_sockinfo_t) == 80 && offsetof(in_sockinfo_t, vflag) == 24 && offsetof(in_sockinfo_t, laddr) == 48, "in_sockinfo");
_Static_assert(sizeof(open_socket_t) == 792 && offsetof(open_socket_t, socket.proto) == 264, "socket_fdinfo");
_Static_assert(offsetof(open_socket_t, socket.type) == 176 && offsetof(open_socket_t, socket.family) == 184, "socket_info");
_Static_assert(offsetof(open_socket_t, socket.options) == 188 && offsetof(open_socket_t, socket.kind) == 256, "socket_info");
_Static_assert(offsetof(open_socket_t, socket.proto.tcp.state) == 344 && offsetof(open_socket_t, socket.proto.un.caddr) == 264 + 271, "socket kinds");
_Static_assert(sizeof(fdinfo_t) == 8 && sizeof(xinpgen_t) == 24, "lists");
_Static_assert(sizeof(xinpcb_t) == 104 && offsetof(xinpcb_t, vflag) == 44 && offsetof(xinpcb_t, laddr) == 64, "xinpcb_n");
_Static_assert(offsetof(xsocket_t, last_pid) == 68 && sizeof(xsocket_t) == 76 && offsetof(xsocket_t, family) == 40 && offsetof(xsocket_t, uid) == 64, "xsocket_n");
_Static_assert(offsetof(xtcpcb_t, state) == 36, "xtcpcb_n");
_Static_assert(sizeof(passwd_t) == 72, "passwd");
_Static_assert(sizeof(utmpx_t) == 640 && offsetof(utmpx_t, line) == 260 && offsetof(utmpx_t, pid) == 292, "utmpx");
_Static_assert(offsetof(utmpx_t, type) == 296 && offsetof(utmpx_t, tv) == 304 && offsetof(utmpx_t, tv.usec) == 312 && offsetof(utmpx_t, host) == 320, "utmpx");

/* What there is. */
#define MOST 4000
typedef struct { int32_t pid; kinfo_t kinfo; taskall_t task; rusage_v2_t usage; rusage_v6_t more; char path[256], args[512], cwd[256]; int args_length, gone; } process_t;
static process_t processes[MOST];
static int process_count;
static uint32_t caller_uid;
/* What processes have open, and their threads. */
#define MOST_OPEN 4000
typedef struct { int32_t pid, fd; uint32_t type; open_file_t file; open_socket_t socket; } open_t;
static open_t opened[MOST_OPEN];
static int open_count;
typedef struct { int32_t pid; uint64_t id; threadinfo_t info; } thread_t;
static thread_t threads[MOST_OPEN];
static int thread_count;
/* The newest version of rusage_info, and whether the kernel lists sockets. */
static int newest_usage;
static int lists_sockets;
static int asked;
/* Who signed in; how often the list was begun and not ended. */
#define MOST_SIGNED_IN 64
static utmpx_t signed_in[MOST_SIGNED_IN];
static int signed_in_count, lists_open;

void fake_reset(uint32_t uid) {
  signed_in_count = 0;
  process_count = 0;
  open_count = 0;
  thread_count = 0;
  caller_uid = uid;
  asked = 0;
  newest_usage = 6;
  lists_sockets = 1;
}
void fake_older(int usage, int lists) { newest_usage = usage; lists_sockets = lists; }
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
  p->task.task = (taskinfo_t){.virtual = 400000000000, .resident = 5000000, .faults = 77, .threads = 3, .priority = 31};
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
void fake_details(int32_t pid, const char *cwd, uint64_t wired, uint64_t peak, uint64_t energy) {
  process_t *p = find(pid);
  if (p == NULL) return;
  strncpy(p->cwd, cwd, sizeof p->cwd - 1);
  p->usage.wired = wired;
  p->more.v4.lifetime_max_footprint = peak;
  p->more.v4.billed_energy = 1;
  p->more.energy_nj = energy;
}
void fake_thread(int32_t pid, uint64_t id, uint64_t user, uint64_t system, int32_t state, const char *name) {
  thread_t *t = &threads[thread_count++];
  *t = (thread_t){.pid = pid, .id = id, .info = {.user = user, .system = system, .run_state = state}};
  strncpy(t->info.name, name, sizeof t->info.name - 1);
}
static open_t *fake_open(int32_t pid, int32_t fd, uint32_t type) {
  open_t *o = &opened[open_count++];
  memset(o, 0, sizeof *o);
  o->pid = pid;
  o->fd = fd;
  o->type = type;
  return o;
}
/* Anything that is no socket; `flags` as in sys/fcntl.h of the kernel: 1 reads, 2 writes. */
void fake_open_file(int32_t pid, int32_t fd, uint32_t type, uint32_t flags, int32_t vnode_type, int32_t links, const char *path) {
  open_t *o = fake_open(pid, fd, type);
  o->file.file.openflags = flags;
  o->file.vnode.vnode.type = vnode_type;
  o->file.vnode.vnode.stat.nlink = (uint16_t)links;
  strncpy(o->file.vnode.path, path, sizeof o->file.vnode.path - 1);
}
static int32_t network_order(int port) { return ((port & 0xff) << 8) | (port >> 8); }
static address_t address_of(const uint8_t *bytes, int vflag) {
  address_t address;
  memset(&address, 0, sizeof address);
  if (vflag & 2) memcpy(address.six, bytes, 16);
  else memcpy(address.four.four, bytes + 12, 4);
  return address;
}
/* A socket of the internet; `ends` are the local and the remote address, 16 bytes each. `state` as in netinet/tcp_fsm.h; -1: UDP. */
void fake_open_socket(int32_t pid, int32_t fd, int32_t family, int vflag, int state, const uint8_t *ends, int local, int remote) {
  open_t *o = fake_open(pid, fd, 2);
  socket_info_t *s = &o->socket.socket;
  s->type = state < 0 ? 2 : 1;
  s->protocol = state < 0 ? 17 : 6;
  s->family = family;
  s->kind = state < 0 ? 1 : 2;
  s->proto.in = (in_sockinfo_t){.fport = network_order(remote), .lport = network_order(local), .vflag = (uint8_t)vflag,
    .laddr = address_of(ends, vflag), .faddr = address_of(ends + 16, vflag)};
  if (state >= 0) s->proto.tcp.state = state;
}
void fake_open_unix(int32_t pid, int32_t fd, int listens, const char *local, const char *remote) {
  socket_info_t *s = &fake_open(pid, fd, 2)->socket.socket;
  s->type = 1;
  s->family = 1;
  s->kind = 3;
  s->options = listens ? 2 : 0;
  strncpy(s->proto.un.addr.sun.path, local, 103);
  strncpy(s->proto.un.caddr.sun.path, remote, 103);
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

static char list_bytes[1 << 22];
static size_t list_length;
static void append(void *record, uint32_t size) {
  memcpy(list_bytes + list_length, record, size);
  list_length += (size + 7) & ~7u;
}
/* As get_pcblist_n of netinet/in_pcblist.c has it. */
static int socket_list(int is_tcp, void *old, size_t *length) {
  if (!lists_sockets) { errno = ENOENT; return -1; }
  memset(list_bytes, 0, sizeof list_bytes);
  list_length = 0;
  xinpgen_t head = {.len = sizeof head, .count = 0x10, .gen = 7, .sogen = 8};
  append(&head, sizeof head);
  for (int i = 0; i < open_count; i++) {
    socket_info_t *s = &opened[i].socket.socket;
    process_t *p = find(opened[i].pid);
    if (opened[i].type != 2 || s->kind != (is_tcp ? 2 : 1) || p == NULL) continue;
    in_sockinfo_t *in = &s->proto.in;
    xinpcb_t pcb = {.len = sizeof pcb, .kind = 0x10, .fport = (uint16_t)in->fport, .lport = (uint16_t)in->lport,
      .vflag = in->vflag, .faddr = in->faddr, .laddr = in->laddr};
    xsocket_t so = {.len = sizeof so, .kind = 1, .family = s->family, .protocol = s->protocol,
      .uid = p->kinfo.eproc.ucred.uid, .last_pid = p->pid};
    xsockbuf_t receive = {.len = sizeof receive, .kind = 2}, send = {.len = sizeof send, .kind = 4};
    xtcpcb_t tcp = {.len = sizeof tcp, .kind = 0x20, .state = s->proto.tcp.state};
    append(&pcb, sizeof pcb);
    append(&so, sizeof so);
    append(&receive, sizeof receive);
    append(&send, sizeof send);
    if (is_tcp) append(&tcp, sizeof tcp);
  }
  append(&head, sizeof head);
  return give(old, length, list_bytes, list_length);
}

int sysctlbyname(const char *name, void *old, size_t *length, void *new, size_t new_length) {
  (void)new; (void)new_length;
  if (strcmp(name, "net.inet.tcp.pcblist_n") == 0) return socket_list(1, old, length);
  if (strcmp(name, "net.inet.udp.pcblist_n") == 0) return socket_list(0, old, length);
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

static int is_refused(process_t *p) { return caller_uid != 0 && p->kinfo.eproc.ucred.uid != caller_uid; }

static int list_descriptors(int pid, fdinfo_t *into, int size) {
  int count = 0;
  for (int i = 0; i < open_count; i++) {
    if (opened[i].pid != pid || (count + 1) * (int)sizeof *into > size) continue;
    into[count++] = (fdinfo_t){.fd = opened[i].fd, .type = opened[i].type};
  }
  return count * (int)sizeof *into;
}
static int list_threads(int pid, uint64_t *into, int size) {
  int count = 0;
  for (int i = 0; i < thread_count; i++) {
    if (threads[i].pid != pid || (count + 1) * 8 > size) continue;
    into[count++] = threads[i].id;
  }
  return count * 8;
}
static int thread_info(int pid, uint64_t id, void *into) {
  for (int i = 0; i < thread_count; i++) {
    if (threads[i].pid != pid || threads[i].id != id) continue;
    memcpy(into, &threads[i].info, sizeof(threadinfo_t));
    return sizeof(threadinfo_t);
  }
  errno = ESRCH;
  return 0;
}
static int folders(process_t *p, void *into) {
  folders_t both;
  memset(&both, 0, sizeof both);
  memcpy(both.cdir.path, p->cwd, sizeof p->cwd);
  memcpy(into, &both, sizeof both);
  return sizeof both;
}

int proc_pidinfo(int pid, int flavor, uint64_t argument, void *buffer, int size) {
  asked++;
  const int least = flavor == 1 ? 8 : flavor == 2 ? 232 : flavor == 9 ? 2352 : flavor == 15 ? 112 : flavor == 19 ? 8 : flavor == 28 ? 8 : 1 << 30;
  process_t *p = find(pid);
  if (least == 1 << 30) { errno = EINVAL; return 0; }
  if (size < least) { errno = ENOMEM; return 0; }
  if (p == NULL || p->gone || p->kinfo.proc.stat == 5) { errno = ESRCH; return 0; }
  if (is_refused(p)) { errno = EPERM; return 0; }
  if (flavor == 1) return list_descriptors(pid, buffer, size);
  if (flavor == 9) return folders(p, buffer);
  if (flavor == 15) return thread_info(pid, argument, buffer);
  if (flavor == 28) return list_threads(pid, buffer, size);
  if (flavor == 19) {
    const uint32_t arm64[2] = {0x0100000c, 2};
    memcpy(buffer, arm64, sizeof arm64);
    return sizeof arm64;
  }
  memcpy(buffer, &p->task, sizeof(taskall_t));
  return sizeof(taskall_t);
}
int proc_pidfdinfo(int pid, int fd, int flavor, void *buffer, int size) {
  process_t *p = find(pid);
  if (p == NULL || p->gone) { errno = ESRCH; return 0; }
  if (is_refused(p)) { errno = EPERM; return 0; }
  for (int i = 0; i < open_count; i++) {
    if (opened[i].pid != pid || opened[i].fd != fd) continue;
    const int wanted = flavor == 2 ? (int)sizeof(open_file_t) : flavor == 3 ? (int)sizeof(open_socket_t) : 1 << 30;
    if (size < wanted) { errno = ENOMEM; return 0; }
    if (opened[i].type != (flavor == 2 ? 1u : 2u)) { errno = flavor == 2 ? EBADF : ENOTSOCK; return 0; }
    memcpy(buffer, flavor == 2 ? (void *)&opened[i].file : (void *)&opened[i].socket, (size_t)wanted);
    return wanted;
  }
  errno = EBADF;
  return 0;
}
int proc_pid_rusage(int pid, int flavor, void *buffer) {
  process_t *p = find(pid);
  if (p == NULL) { errno = ESRCH; return -1; }
  if (flavor > newest_usage) { errno = EINVAL; return -1; }
  if (is_refused(p)) { errno = EPERM; return -1; }
  p->more.v4.v2 = p->usage;
  memcpy(buffer, &p->more, flavor == 2 ? sizeof(rusage_v2_t) : flavor == 4 ? sizeof(rusage_v4_t) : sizeof(rusage_v6_t));
  return 0;
}
char *devname_r(int32_t device, uint16_t type, char *buffer, int size) {
  if (device != 0x10000003 || type != 0020000 || size < 8) return NULL;
  return strcpy(buffer, "ttys003");
}
int proc_pidpath(int pid, void *buffer, uint32_t size) {
  process_t *p = find(pid);
  if (p == NULL || p->path[0] == 0 || size < strlen(p->path)) { errno = ESRCH; return 0; }
  if (strstr(p->path, "/deleted/") != NULL) { errno = ENOENT; return 0; } /* as where its file is gone */
  strcpy(buffer, p->path);
  return (int)strlen(p->path);
}

static int sandboxed_pid;
void fake_sandbox(int pid) { sandboxed_pid = pid; }
int sandbox_check(int pid, const char *operation, int type) {
  if (operation != NULL || type != 0 || find(pid) == NULL) return -1;
  return pid == sandboxed_pid;
}

static uint64_t thermal_level;
static int registered;
void fake_thermal(uint64_t level) { thermal_level = level; }
/* How often a name was registered. */
int fake_registered(void) { return registered; }
uint32_t notify_register_check(const char *name, int *token) {
  if (strcmp(name, "com.apple.system.thermalpressurelevel") != 0) return 1; /* NOTIFY_STATUS_INVALID_NAME */
  registered++;
  *token = 9;
  return 0;
}
uint32_t notify_get_state(int token, uint64_t *state) {
  if (token != 9 || thermal_level == 99) return 2; /* NOTIFY_STATUS_INVALID_TOKEN */
  *state = thermal_level;
  return 0;
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

void fake_signed_in(int type, const char *user, const char *line, int pid, int64_t since, int32_t micros, const char *host) {
  utmpx_t *entry = &signed_in[signed_in_count++];
  *entry = (utmpx_t){.pid = pid, .type = (int16_t)type, .tv = {since, micros}};
  strncpy(entry->user, user, sizeof entry->user);
  strncpy(entry->line, line, sizeof entry->line);
  strncpy(entry->host, host, sizeof entry->host);
}
int fake_lists_open(void) { return lists_open; }
static int next_signed_in;
void setutxent(void) { next_signed_in = 0; lists_open++; }
void endutxent(void) { lists_open--; }
/* One place for all of them, as the system has it. */
void *getutxent(void) {
  static utmpx_t place;
  if (next_signed_in >= signed_in_count) return NULL;
  place = signed_in[next_signed_in++];
  return &place;
}
