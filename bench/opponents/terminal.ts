import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Missing } from '../line-worker.ts'
import { BUILD_DIRECTORY } from '../native.ts'
import { processCpuMs } from '../process-cpu.ts'
import { outputOf } from '../run-once.ts'

/** What a monitor used while it drew itself once a second. */
export interface WatchedCost {
  cpuMsPerSecond: number
  version: string
}

export interface TerminalMonitor {
  readonly name: string
  watch(seconds: number): Promise<WatchedCost | Missing>
}

/** Until its first screens are behind it. */
const SETTLE_MS = 3000
const SIZE = 'stty rows 50 cols 160'

/** A monitor with a screen of its own, run in a pseudo-terminal by script(1) at one picture a second. */
function terminalMonitor(name: string, commandLine: string): TerminalMonitor {
  return {
    name,
    async watch(seconds) {
      const version = await outputOf(name, ['--version'])
      if (version === null) return { missing: `apt-get install ${name}` }
      if ((await outputOf('script', ['--version'])) === null)
        return { missing: 'needs script(1): apt-get install bsdutils' }
      const child = spawn('script', ['-qec', `${SIZE}; exec ${commandLine}`, '/dev/null'], {
        stdio: ['pipe', 'pipe', 'ignore'],
        env: {
          ...process.env,
          TERM: 'xterm-256color',
          LC_ALL: 'C.UTF-8',
          XDG_CONFIG_HOME: ownSettings(),
        },
      })
      const ended = once(child, 'close')
      child.stdout.resume() // somebody must read the pictures
      try {
        await sleep(SETTLE_MS)
        const pid = childOf(child.pid ?? 0, name)
        if (pid === null) throw new Error('it does not run in a pseudo-terminal here')
        return { cpuMsPerSecond: await cpuMsPerSecond(pid, seconds), version: versionOf(version) }
      } finally {
        child.kill('SIGTERM')
        await ended
      }
    },
  }
}

export const htop = terminalMonitor('htop', 'htop -d 10')
export const btop = terminalMonitor('btop', 'btop --utf-force')

/** Default settings whatever the user's are, but for btop's rate, which its older versions take from no other place. */
function ownSettings(): string {
  const directory = path.join(BUILD_DIRECTORY, 'settings')
  rmSync(directory, { recursive: true, force: true }) // they write theirs when they end
  mkdirSync(path.join(directory, 'btop'), { recursive: true })
  writeFileSync(path.join(directory, 'btop/btop.conf'), 'update_ms = 1000\n')
  return directory
}

async function cpuMsPerSecond(pid: number, seconds: number): Promise<number> {
  const cpu = processCpuMs(pid)
  const wall = performance.now()
  await sleep(seconds * 1000)
  return ((processCpuMs(pid) - cpu) / (performance.now() - wall)) * 1000
}

const versionOf = (text: string): string => /\d+\.\d+(\.\d+)?/.exec(text)?.[0] ?? 'unknown'

/** The program below a process, whose shell may or may not still be between them. */
function childOf(pid: number, name: string): number | null {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    for (const child of children.split(' ').filter(Boolean).map(Number)) {
      if (readFileSync(`/proc/${child}/comm`, 'utf8').trim() === name) return child
      const below = childOf(child, name)
      if (below !== null) return below
    }
  } catch {
    // one of them has just ended
  }
  return null
}
