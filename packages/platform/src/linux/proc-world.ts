import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { PlatformOptions } from '../options.ts'

const PAGE_SIZE = 4096
const AT_PAGESZ = 6n

/** Seconds since boot with fraction. Source: proc_uptime(5). */
export function readUptimeSeconds(procRoot: string): number | null {
  const text = readText(path.join(procRoot, 'uptime'))
  const seconds = Number.parseFloat(text ?? '')
  return Number.isFinite(seconds) ? seconds : null
}

/** Epoch milliseconds of the boot, to 10 ms: now − uptime. */
export function readBootEpochMs(options: PlatformOptions): number {
  return options.clock.epochMs() - (readUptimeSeconds(options.procRoot) ?? 0) * 1000
}

/** Bytes of a page: 4096 on x86, up to 65536 on arm64 and ppc64. Source: AT_PAGESZ of proc_pid_auxv(5). */
export function readPageSize(procRoot: string): number {
  try {
    const vector = readFileSync(path.join(procRoot, 'self/auxv'))
    for (let at = 0; at + 16 <= vector.length; at += 16) {
      if (vector.readBigUInt64LE(at) === AT_PAGESZ) return Number(vector.readBigUInt64LE(at + 8))
    }
  } catch {
    // not readable in some sandboxes
  }
  return PAGE_SIZE
}

/** The `hidepid` option of the proc mount in a sentence; null when every process is visible. Source: proc(5). */
export function hiddenReason(procRoot: string, ownUid: number | null): string | null {
  if (ownUid === 0) return null
  const text = readText(path.join(procRoot, 'self/mountinfo')) ?? ''
  const line = text.split('\n').find((each) => / \/proc [^\n]* - proc /.test(each))
  const hidepid = /\bhidepid=(\w+)/.exec(line ?? '')?.[1]
  if (hidepid === undefined || hidepid === '0' || hidepid === 'off') return null
  return `Processes of other users are hidden from this service: /proc is mounted with hidepid=${hidepid}.`
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null // not recorded, or hidden by a sandbox
  }
}
