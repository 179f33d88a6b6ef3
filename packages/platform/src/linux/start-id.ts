import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseAuxv } from './parse-auxv.ts'
import { readBootSeconds } from './proc-world.ts'

/**
 * First 8 hex digits of the identity of this boot. Source: `/proc/sys/kernel/random/boot_id`, random(4).
 * Where a sandbox hides that file, the boot time (`btime` in proc_stat(5)) stands in: start ticks count from boot,
 * so a mark of the boot is all that keeps ids of two boots apart.
 */
export function readBootId(procRoot: string): string {
  const id = readText(path.join(procRoot, 'sys/kernel/random/boot_id'))
  const hex = id?.replaceAll(/[^0-9a-f]/g, '').slice(0, 8)
  if (hex?.length === 8) return hex
  return (readBootSeconds(procRoot) ?? 0).toString(16).padStart(8, '0')
}

/**
 * Opaque mark of a process's start: `<boot>-<ticks>`. With the pid it names a process for good, unless the pid is
 * reused within one tick (10 ms) of the same boot.
 * @param bootId as `readBootId` gives it
 * @param starttimeTicks field 22 of proc_pid_stat(5): clock ticks after boot
 */
export const formatStartId = (bootId: string, starttimeTicks: number): string =>
  `${bootId}-${starttimeTicks}`

const USER_HZ = 100
const AT_CLKTCK = 17

/**
 * Ticks per second of the times in `stat`. Source: AT_CLKTCK of proc_pid_auxv(5). 100 on every architecture Node
 * runs on, and what a recorded tree without `self` is taken to have.
 */
export function readClockTicksPerSecond(procRoot: string): number {
  try {
    const ticks = parseAuxv(readFileSync(path.join(procRoot, 'self/auxv')), AT_CLKTCK)
    return ticks !== null && ticks >= 1 && ticks <= 10_000 ? ticks : USER_HZ
  } catch {
    return USER_HZ // not readable in some sandboxes; the ABI value is right there too
  }
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null // hidden by a sandbox or not recorded: the caller has a substitute
  }
}
