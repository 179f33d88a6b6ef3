/** For tests: libSystem of macOS as a library that is compiled here, called through the foreign function library. */
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { koffiOrNull, type Koffi } from '../ffi.ts'
import { addressBytes } from '../peer/net-address.ts'
import { loadMacLibrary, type MacLibrary } from './lib-system.ts'

const hasCompiler = spawnSync('cc', ['--version']).status === 0

const AF_INET = 2
const AF_INET6 = 30

function bytesOfAddress(text: string): Buffer {
  const bytes = addressBytes(text)
  if (bytes === null) throw new Error(`${text} is no address`)
  return bytes
}

/** Why it cannot be had here; null when it can. */
export const noFakeLibrary: string | null = !hasCompiler
  ? 'no C compiler (cc) here'
  : koffiOrNull() === null
    ? 'koffi has no binary here'
    : null

/** A Mac as a test says it. Every moment is in seconds and microseconds of 1970, every time in ticks of 24 MHz. */
export interface FakeMac extends Disposable {
  library: MacLibrary
  /** Nothing is running; `uid` is who asks. */
  reset(uid: number): void
  process(of: {
    pid: number
    ppid?: number
    uid?: number
    euid?: number
    name: string
    start?: number
    micros?: number
  }): void
  counters(
    pid: number,
    of: {
      user?: number
      system?: number
      footprint?: number
      read?: number
      written?: number
      switches?: number
      running?: number
    },
  ): void
  /** `stat` as in sys/proc.h: 4 stopped, 5 zombie. */
  state(pid: number, of: { stat?: number; nice?: number; device?: number }): void
  program(pid: number, file: string, args: readonly string[], environment?: string): void
  /** Bytes, and nanojoules. */
  details(pid: number, of: { cwd?: string; wired?: number; peak?: number; energy?: number }): void
  /** `state` as in sys/proc_info.h: 1 runs, 3 waits. Times are nanoseconds. */
  thread(
    pid: number,
    of: { id: number; user?: number; system?: number; state?: number; name?: string },
  ): void
  /** `type` as in sys/proc_info.h: 1 a file of some kind, 5 a kqueue, 6 a pipe; `vnode` as in sys/vnode.h. */
  file(
    pid: number,
    of: {
      fd: number
      type?: number
      flags?: number
      vnode?: number
      links?: number
      path?: string
    },
  ): void
  /** `state` as in netinet/tcp_fsm.h; none: UDP. A version of 2 is IPv6, 1 IPv4. */
  socket(
    pid: number,
    of: {
      fd: number
      state?: number
      family?: number
      version?: number
      local: readonly [address: string, port: number]
      remote?: readonly [address: string, port: number]
    },
  ): void
  unix(pid: number, of: { fd: number; listens?: boolean; local?: string; remote?: string }): void
  /** A record of who is signed in; `type` as in utmpx.h: 7 a person, 2 a start of the machine, 8 somebody who left. */
  signedIn(of: {
    type?: number
    user: string
    line: string
    pid: number
    since?: number
    micros?: number
    host?: string
  }): void
  /** Lists of who is signed in that were begun and not ended. */
  listsOpen(): number
  /** This one runs in a sandbox. */
  sandbox(pid: number): void
  /** Level of thermal pressure; 99: it is refused. */
  thermal(level: number): void
  /** How often a notification was registered. */
  registered(): number
  /** An older macOS, or one that lists no sockets. */
  older(of: { usage?: 2 | 4 | 6; listsSockets?: boolean }): void
  end(pid: number): void
  /** It is in the list and gone when it is asked. */
  vanish(pid: number): void
  /** Processes that were asked for their counters since the last time. */
  asked(): number
}

/** Each loads a copy of its own, since a library keeps its state as long as it is loaded. */
export function fakeMac(): FakeMac {
  const koffi = koffiOrNull() as Koffi
  const folder = mkdtempSync(path.join(tmpdir(), 'mac-'))
  const file = path.join(folder, 'libSystem.so')
  const code = fileURLToPath(new URL('./__fixtures__/fake-libsystem.c', import.meta.url))
  const built = path.join(folder, 'built.so')
  execFileSync('cc', ['-Wall', '-Werror', '-shared', '-fPIC', '-o', built, code])
  copyFileSync(built, file)
  const library = koffi.load(file)
  const call = (prototype: string) => library.func(prototype) as (...args: unknown[]) => number
  const reset = call('void fake_reset(uint32_t uid)')
  const process = call(
    'void fake_process(int pid, int ppid, uint32_t ruid, uint32_t euid, const char *name, int64_t start, int micros)',
  )
  const counters = call(
    'void fake_counters(int pid, uint64_t user, uint64_t system, uint64_t footprint, uint64_t read, uint64_t written, int csw, int running)',
  )
  const state = call('void fake_state(int pid, int stat, int nice, int device)')
  const program = call(
    'void fake_program(int pid, const char *path, int argc, const void *text, int length)',
  )
  const details = call(
    'void fake_details(int pid, const char *cwd, uint64_t wired, uint64_t peak, uint64_t energy)',
  )
  const thread = call(
    'void fake_thread(int pid, uint64_t id, uint64_t user, uint64_t system, int state, const char *name)',
  )
  const openFile = call(
    'void fake_open_file(int pid, int fd, uint32_t type, uint32_t flags, int vnode, int links, const char *path)',
  )
  const openSocket = call(
    'void fake_open_socket(int pid, int fd, int family, int version, int state, const void *ends, int local, int remote)',
  )
  const openUnix = call(
    'void fake_open_unix(int pid, int fd, int listens, const char *local, const char *remote)',
  )
  const signedIn = call(
    'void fake_signed_in(int type, const char *user, const char *line, int pid, int64_t since, int32_t micros, const char *host)',
  )
  const listsOpen = call('int fake_lists_open()')
  const sandbox = call('void fake_sandbox(int pid)')
  const thermal = call('void fake_thermal(uint64_t level)')
  const registered = call('int fake_registered()')
  const older = call('void fake_older(int usage, int lists)')
  const end = call('void fake_end(int pid)')
  const vanish = call('void fake_vanish(int pid)')
  const asked = call('int fake_asked()')
  return {
    library: loadMacLibrary(koffi, file),
    reset: (uid) => void reset(uid),
    process: ({ pid, ppid = 1, uid = 501, euid = uid, name, start = 1_764_190_000, micros = 0 }) =>
      void process(pid, ppid, uid, euid, name, start, micros),
    counters: (pid, of) =>
      void counters(
        pid,
        of.user ?? 0,
        of.system ?? 0,
        of.footprint ?? 0,
        of.read ?? 0,
        of.written ?? 0,
        of.switches ?? 0,
        of.running ?? 0,
      ),
    state: (pid, { stat = 2, nice = 0, device = -1 }) => void state(pid, stat, nice, device),
    program: (pid, path_, args, environment = 'HOME=/Users/anna') => {
      const text = Buffer.from(`${path_}\0\0\0\0${[...args, environment].join('\0')}\0`)
      program(pid, path_, args.length, text, text.length)
    },
    details: (pid, { cwd = '', wired = 0, peak = 0, energy = 0 }) =>
      void details(pid, cwd, wired, peak, energy),
    thread: (pid, { id, user = 0, system = 0, state: runs = 3, name = '' }) =>
      void thread(pid, id, user, system, runs, name),
    file: (pid, { fd, type = 1, flags = 1, vnode = 1, links = 1, path: name = '' }) =>
      void openFile(pid, fd, type, flags, vnode, links, name),
    socket: (pid, { fd, state: tcp = -1, version = 1, local, remote, ...of }) => {
      const family = of.family ?? (version === 1 ? AF_INET : AF_INET6)
      const ends = Buffer.concat([bytesOfAddress(local[0]), bytesOfAddress(remote?.[0] ?? '::')])
      openSocket(pid, fd, family, version, tcp, ends, local[1], remote?.[1] ?? 0)
    },
    unix: (pid, { fd, listens = false, local = '', remote = '' }) =>
      void openUnix(pid, fd, listens ? 1 : 0, local, remote),
    signedIn: ({ type = 7, user, line, pid, since = 1_764_195_000, micros = 0, host = '' }) =>
      void signedIn(type, user, line, pid, since, micros, host),
    listsOpen: () => listsOpen(),
    sandbox: (pid) => void sandbox(pid),
    thermal: (level) => void thermal(level),
    registered: () => registered(),
    older: ({ usage = 6, listsSockets = true }) => void older(usage, listsSockets ? 1 : 0),
    end: (pid) => void end(pid),
    vanish: (pid) => void vanish(pid),
    asked: () => asked(),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
