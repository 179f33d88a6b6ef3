/** For tests: libSystem of macOS as a library that is compiled here, called through the foreign function library. */
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { koffiOrNull, type Koffi } from '../ffi.ts'
import { loadMacLibrary, type MacLibrary } from './lib-system.ts'

const hasCompiler = spawnSync('cc', ['--version']).status === 0

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
    end: (pid) => void end(pid),
    vanish: (pid) => void vanish(pid),
    asked: () => asked(),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
