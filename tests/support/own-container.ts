import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { TestContext } from 'vitest'
import { until } from '../launcher/launched.ts'

/** A container as an engine makes one: a cgroup with limits, and namespaces of its own. No engine is needed. */
export interface OwnContainer extends AsyncDisposable {
  /** 12 characters, as it is shown. */
  id: string
  /** Pid of its first process, as seen from outside. */
  pid: number
  /** Whether this machine lets a cgroup have that limit. */
  has: Readonly<Record<'memory' | 'cpu' | 'pids' | 'freezer', boolean>>
  /** Holds all of it still, or lets it go on. */
  freeze(frozen: boolean): void
}

interface Hierarchy {
  root: string
  isUnified: boolean
}

const CGROUPS = '/sys/fs/cgroup'

/**
 * Its first process writes its name where an engine would, and stays; `burn` keeps a CPU busy in it. null where it
 * can't be made: then the test is skipped with the reason.
 */
export async function startOwnContainer(
  context: TestContext,
  { hostname, burn = false }: { hostname: string; burn?: boolean },
): Promise<OwnContainer | null> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    context.skip('needs Linux and root, to make cgroups and namespaces')
    return null
  }
  const fullId = process.pid.toString(16).padStart(8, '0').repeat(8)
  const folders = new Map<string, Hierarchy>()
  const remove = () => {
    for (const folder of folders.keys()) {
      if (existsSync(folder)) rmdirSync(folder)
      removeIfEmpty(path.dirname(folder))
    }
  }
  try {
    for (const hierarchy of hierarchies()) {
      const folder = path.join(hierarchy.root, 'docker', fullId)
      mkdirSync(path.dirname(folder), { recursive: true })
      if (hierarchy.isUnified) allowBelow([hierarchy.root, path.dirname(folder)])
      mkdirSync(folder, { recursive: true })
      folders.set(folder, hierarchy)
    }
  } catch (error) {
    remove()
    context.skip(`this machine lets no cgroup be made: ${String(error)}`)
    return null
  }
  const set = (file: string, text: string): boolean => {
    const folder = [...folders.keys()].find((one) => existsSync(path.join(one, file)))
    if (folder !== undefined) writeFileSync(path.join(folder, file), text)
    return folder !== undefined
  }
  const has = {
    memory: set('memory.max', '256M') || set('memory.limit_in_bytes', '268435456'),
    cpu:
      set('cpu.max', '10000 100000') ||
      (set('cpu.cfs_period_us', '100000') && set('cpu.cfs_quota_us', '10000')),
    pids: set('pids.max', '64'),
    freezer: [...folders.keys()].some(
      (one) =>
        existsSync(path.join(one, 'cgroup.freeze')) || existsSync(path.join(one, 'freezer.state')),
    ),
  }
  const joins = [...folders.keys()].map((one) => `echo 0 > '${one}/cgroup.procs'`).join('; ')
  const inside = `${joins}; mount -t tmpfs tmpfs /etc && echo '${hostname}' > /etc/hostname || exit 9
    ${burn ? 'sh -c "while :; do :; done" &' : ''} exec sleep 1000`
  const namespaces = '--pid --mount --uts --net --fork --kill-child --mount-proc'.split(' ')
  const outer = spawn('unshare', [...namespaces, 'sh', '-c', inside], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  outer.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = new Promise<void>((resolve) => outer.once('exit', () => resolve()))
  const freeze = (frozen: boolean) =>
    void (
      set('cgroup.freeze', frozen ? '1' : '0') || set('freezer.state', frozen ? 'FROZEN' : 'THAWED')
    )
  const stop = async () => {
    freeze(false)
    outer.kill('SIGKILL') // and with it all that runs in its namespace
    await ended
    await until('the cgroups are empty', () =>
      [...folders.keys()].every(
        (one) => readFileSync(path.join(one, 'cgroup.procs'), 'utf8').trim() === '',
      ),
    )
    remove()
  }
  let pid = 0
  try {
    await until('the container runs', () => {
      if (outer.exitCode !== null) throw new Error(`it ended: ${said}`)
      pid = Number(childrenOf(outer.pid ?? 0).split(' ')[0])
      const nameFile = path.join('/proc', String(pid), 'root', 'etc/hostname')
      return pid > 0 && existsSync(nameFile) && isSleeping(pid)
    })
  } catch (error) {
    await stop()
    if (!/unshare: .*(?:not permitted|Operation)/.test(said)) throw error
    context.skip(`this machine allows no such namespace: ${said.trim()}`)
    return null
  }
  return { id: fullId.slice(0, 12), pid, has, freeze, [Symbol.asyncDispose]: stop }
}

/** The folder above, which another of these may be in. */
function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (!['ENOENT', 'EBUSY', 'ENOTEMPTY'].includes(code ?? '')) throw error
  }
}

/** Where cgroups are mounted, of both versions. */
function hierarchies(): Hierarchy[] {
  // Another systemd may have left it read-only for everybody.
  spawnSync('mount', ['-o', 'remount,rw', CGROUPS])
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, root = '', type] = line.split(' ')
      const isUnified = type === 'cgroup2'
      return (isUnified || type === 'cgroup') && root.startsWith(CGROUPS)
        ? [{ root, isUnified }]
        : []
    })
    .filter(({ root }) => !root.endsWith('/cpuset')) // needs CPUs given before it lets anybody in
}

/** The controllers below are those the folder above lets through. */
function allowBelow(folders: readonly string[]): void {
  for (const folder of folders) {
    const allowed = readFileSync(path.join(folder, 'cgroup.controllers'), 'utf8').trim().split(' ')
    for (const controller of ['cpu', 'memory', 'pids'].filter((one) => allowed.includes(one))) {
      writeFileSync(path.join(folder, 'cgroup.subtree_control'), `+${controller}`)
    }
  }
}

function childrenOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  } catch {
    return ''
  }
}

/** It has become what it stays. */
function isSleeping(pid: number): boolean {
  return readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n'
}
