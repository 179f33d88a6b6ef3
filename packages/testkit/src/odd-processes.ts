/** Processes of odd shapes, for POSIX systems with bash. Every helper has what it made listed when it settles. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { dispose, type KnownProcess } from './known-process.ts'

/** Runs a bash script that prints a line and then execs the program it shall be; settles when it is that program. */
export async function bash(
  script: string,
  ...args: string[]
): Promise<KnownProcess & { said: string }> {
  const child = spawn('bash', ['-c', script, 'bash', ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const known = dispose(child)
  let said = ''
  while (!said.includes('\n'))
    said += ((await once(child.stdout, 'data')) as [Buffer])[0].toString()
  if (script.includes('exec ')) await execDone(known.pid)
  return { ...known, said: said.trim() }
}

/** There is no event for "another process has called execve", so look until its arguments are no longer ours. */
async function execDone(pid: number) {
  for (;;) {
    const args = (await readFile(`/proc/${pid}/cmdline`)).toString('latin1')
    // For a moment in the middle of execve it has no arguments at all.
    if (args !== '' && !args.startsWith('bash\0-c\0')) return
    await setImmediate()
  }
}

/** A quiet process. */
export const sleeper = (): Promise<KnownProcess> => bash('echo up; exec sleep 1000')

/** Ignores TERM; only KILL ends it. */
export const termIgnorer = (): Promise<KnownProcess> =>
  bash("trap '' TERM; echo up; exec sleep 1000")

export interface ZombieParent extends KnownProcess {
  zombiePids: number[]
}

/** A parent that never waits for its `count` dead children; they go when it is disposed of. */
export async function zombies(count = 1): Promise<ZombieParent> {
  // The children wait for the end of their input, so none ends while bash, which would collect it, is still there.
  const parent = await bash(
    'pids=(); for ((i = 0; i < $1; i++)); do read -r _ <&0 & pids+=($!); done; echo "${pids[@]}"; exec sleep 1000',
    String(count),
  )
  parent.child.stdin?.end()
  const zombiePids = parent.said.split(' ').map(Number)
  await Promise.all(zombiePids.map(untilZombie))
  return { ...parent, zombiePids }
}

async function untilZombie(pid: number) {
  while (!(await readFile(`/proc/${pid}/stat`, 'latin1')).includes(') Z ')) await setImmediate()
}

/** A parent with `count` quiet children, which end with it. A plain shell has the smallest. */
export const crowd = (count: number): Promise<KnownProcess> =>
  bash('exec sh -c "$2" sh "$1"', String(count), CROWD)

const CROWD =
  'i=0; exec 3<&0; while [ $i -lt $1 ]; do read -r _ <&3 & i=$((i + 1)); done; echo up; wait'

/**
 * Keeps starting children that live for a moment and burn a little: what a sampler never sees alive.
 * They are waited for, so their CPU time shows up in `cutime` of the parent.
 */
export const storm = (): Promise<KnownProcess> =>
  bash('echo up; while :; do (for ((i = 0; i < 4000; i++)); do :; done); done')

/** Names a program may give itself, as bash writes them; `comm` is the file's name, `argv` the first argument. */
export const HOSTILE_NAMES: readonly { label: string; bash: string }[] = [
  { label: 'newline', bash: String.raw`$'new\nline'` },
  { label: 'fake stat fields', bash: String.raw`$') R 1 (x'` },
  { label: 'blanks and parentheses', bash: String.raw`$'((a) b) '` },
  { label: 'escape codes', bash: String.raw`$'\e[31mred'` },
  { label: 'bidirectional override', bash: String.raw`$'\u202egpj.exe'` },
  { label: 'invalid UTF-8', bash: String.raw`$'bad\xff\xfebyte'` },
  { label: 'prototype', bash: '__proto__' },
  { label: 'markup', bash: String.raw`$'<img src=x>'` },
  { label: 'formula', bash: String.raw`'=cmd|1'` },
]

export interface NamedProcess extends KnownProcess {
  label: string
}

/** Starts one quiet process with each hostile name, as `comm` and as its first argument. */
export async function hostileProcesses(): Promise<AsyncDisposable & { list: NamedProcess[] }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tmp-names-'))
  const list = await Promise.all(
    HOSTILE_NAMES.map(async ({ label, bash: name }) => {
      const script = `cp "$(type -P sleep)" "$1"/${name}; echo up; exec -a ${name} "$1"/${name} 1000`
      return Object.assign(await bash(script, folder), { label })
    }),
  )
  return {
    list,
    async [Symbol.asyncDispose]() {
      await Promise.all(list.map((item) => item[Symbol.asyncDispose]()))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A quiet process whose `comm` is `name` (at most 15 bytes) and whose arguments are `args`. */
export async function named(name: string, ...args: string[]): Promise<KnownProcess> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tmp-names-'))
  // bash that reads from a pipe nobody writes to: it takes any arguments, runs no child and uses no CPU.
  const known = await bash(
    'cp "$(type -P bash)" "$1/$2"; echo up; exec "$1/$2" -c "read -r _" "${@:2}"',
    folder,
    name,
    ...args,
  )
  return {
    ...known,
    async [Symbol.asyncDispose]() {
      await known[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
