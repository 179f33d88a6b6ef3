import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { PlatformOptions } from '../options.ts'
import { parseAuxv } from './parse-auxv.ts'

const PAGE_SIZE = 4096
const LARGEST_PAGE_SIZE = 2 ** 20
const AT_PAGESZ = 6

/** Seconds since boot with fraction. Source: proc_uptime(5). */
export function readUptimeSeconds(procRoot: string): number | null {
  return parseUptime(readText(path.join(procRoot, 'uptime')) ?? '')
}

/** First number of `/proc/uptime`; null when it does not begin with one. */
export function parseUptime(text: string): number | null {
  const seconds = /^(\d{1,12}(?:\.\d{1,9})?)(?:\s|$)/.exec(text)?.[1]
  return seconds === undefined ? null : Number(seconds)
}

/** Epoch seconds of the boot of the kernel, cut to whole ones; null where no file tells. Source: `btime` of proc_stat(5). */
export function readBootSeconds(procRoot: string): number | null {
  const seconds = /^btime (\d{1,12})$/m.exec(readText(path.join(procRoot, 'stat')) ?? '')?.[1]
  return seconds === undefined ? null : Number(seconds)
}

/** Uptime comes in steps of 10 ms: readings of one boot differ by that and the time between the two clocks. */
const SAME_BOOT_MS = 20
/** `btime` is cut to a second, and is read a moment later. */
const BTIME_IS_ABOUT_MS = 2000
/** By the world they were read in: now − uptime, and the instant of the boot that was made of it. */
const boots = new WeakMap<PlatformOptions, { byUptimeMs: number; epochMs: number }>()

/**
 * Epoch milliseconds of the boot that `starttime` counts from. It is now − uptime, to 10 ms: the first answer holds, so
 * that an instant counted from it does not wobble, until the clock is set anew. In a container of LXC the uptime is that
 * of the container (lxcfs(1)), and without it there is none: then it is `btime`, to the second.
 * `null`: neither can be read, or is older than time.
 * @param uptime seconds of `/proc/uptime`, read this moment
 */
export function readBootEpochMs(
  options: PlatformOptions,
  uptime = readUptimeSeconds(options.procRoot),
): number | null {
  const now = options.clock.epochMs()
  const byUptimeMs = uptime === null ? NaN : now - uptime * 1000
  const before = boots.get(options)
  if (before !== undefined && Math.abs(byUptimeMs - before.byUptimeMs) <= SAME_BOOT_MS)
    return before.epochMs
  const btimeMs = (readBootSeconds(options.procRoot) ?? 0) * 1000
  const isTold = btimeMs > 0 && btimeMs <= now
  const agree = byUptimeMs >= 0 && Math.abs(byUptimeMs - btimeMs) <= BTIME_IS_ABOUT_MS
  const epochMs = isTold && !agree ? btimeMs : byUptimeMs
  if (!(epochMs >= 0)) return null
  boots.set(options, { byUptimeMs, epochMs })
  return epochMs
}

/**
 * Seconds that have passed since the boot at least, on the scale of `starttime`: the uptime, unless that began later.
 * Infinity when nothing tells.
 */
export function secondsSinceBoot(
  uptime: number | null,
  bootEpochMs: number | null,
  nowMs: number,
): number {
  if (uptime === null && bootEpochMs === null) return Infinity
  const byBoot = bootEpochMs === null ? 0 : (nowMs - bootEpochMs) / 1000 - 1 // it was cut to a second
  return Math.max(uptime ?? 0, byBoot)
}

/** Epoch milliseconds of what began so long after the boot. */
export function sinceBoot(bootEpochMs: number | null, ms: number): number | null {
  return bootEpochMs === null ? null : Math.round(bootEpochMs + ms)
}

/** Bytes of a page: 4096 on x86, up to 65536 on arm64 and ppc64. Source: AT_PAGESZ of proc_pid_auxv(5). */
export function readPageSize(procRoot: string): number {
  try {
    const size = parseAuxv(readFileSync(path.join(procRoot, 'self/auxv')), AT_PAGESZ)
    return size !== null && size >= PAGE_SIZE && size <= LARGEST_PAGE_SIZE ? size : PAGE_SIZE
  } catch {
    return PAGE_SIZE // not readable in some sandboxes
  }
}

/** Who looks at `/proc`. */
export interface ProcReader {
  uid: number | null
  /** Of the group and the supplementary ones. */
  gids: readonly number[]
  /** CAP_SYS_PTRACE. */
  mayTrace: boolean
}

const ROOT_GROUP = 0
/** With it the group that sees all counts for nothing. */
const PTRACEABLE = new Set(['4', 'ptraceable'])

/** The `hidepid` option of the proc mount in a sentence; null when this reader sees every process. Source: proc(5). */
export function hiddenReason(procRoot: string, { uid, gids, mayTrace }: ProcReader): string | null {
  if (uid === 0 || mayTrace) return null
  const found = parseHidepid(readText(path.join(procRoot, 'self/mountinfo')) ?? '')
  if (found === null || found.hidepid === '0' || found.hidepid === 'off') return null
  if (!PTRACEABLE.has(found.hidepid) && gids.includes(found.gid)) return null
  return `Processes of other users are hidden from this service: /proc is mounted with hidepid=${found.hidepid}.`
}

/**
 * `hidepid` among the options of the proc mount, the topmost of several, and the group whose members see all in spite of
 * it: that of root when no other is named. null without. Source: proc_pid_mountinfo(5).
 */
export function parseHidepid(mountinfo: string): { hidepid: string; gid: number } | null {
  const line = mountinfo
    .split('\n')
    .findLast((each) => each.split(' ', 5)[4] === '/proc' && each.includes(' - proc '))
  const hidepid = /\bhidepid=(\w{1,16})/.exec(line ?? '')?.[1]
  if (hidepid === undefined) return null
  return { hidepid, gid: Number(/\bgid=(\d{1,10})\b/.exec(line ?? '')?.[1] ?? ROOT_GROUP) }
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null // not recorded, or hidden by a sandbox
  }
}
