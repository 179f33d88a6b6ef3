import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { ProcessRef } from '@taskmanager/contracts'
import { parseProcPidStat, ProcStatRecord } from '../linux/parse-stat.ts'
import { ProcParseError } from '../read-result.ts'
import { cleanName } from '../text/clean.ts'

export interface Relative {
  pid: number
  ppid: number
  name: string
  startTicks: number
}

const AT_ONCE = 64
const record = new ProcStatRecord()

/** Every process with its parent, in one pass; those that vanish meanwhile are missing. */
export async function readRelatives(procRoot: string): Promise<Map<number, Relative>> {
  const names = (await readdir(procRoot)).filter((name) => /^[1-9]\d*$/.test(name))
  const relatives = new Map<number, Relative>()
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const some = await Promise.all(
      names.slice(at, at + AT_ONCE).map((name) => readRelative(procRoot, Number(name))),
    )
    for (const each of some) if (each !== null) relatives.set(each.pid, each)
  }
  return relatives
}

async function readRelative(procRoot: string, pid: number): Promise<Relative | null> {
  try {
    const bytes = await readFile(path.join(procRoot, String(pid), 'stat'))
    parseProcPidStat(bytes, bytes.length, record)
    const name = cleanName(bytes.subarray(record.commStart, record.commEnd))
    return { pid, ppid: record.ppid, name, startTicks: record.starttimeTicks }
  } catch (error) {
    if (error instanceof ProcParseError) return null
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM') return null
    throw error
  }
}

/** Children and their children, nearest first. A parent that began after its child is a reused pid and no parent. */
export function descendantsOf<T extends Relative>(
  pid: number,
  relatives: ReadonlyMap<number, T>,
): T[] {
  const childrenOf = new Map<number, T[]>()
  for (const each of relatives.values()) {
    const parent = relatives.get(each.ppid)
    if (parent === undefined || parent.startTicks > each.startTicks) continue
    const siblings = childrenOf.get(each.ppid)
    if (siblings === undefined) childrenOf.set(each.ppid, [each])
    else siblings.push(each)
  }
  const found: T[] = []
  const queue = [pid]
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const child of childrenOf.get(next) ?? []) {
      found.push(child)
      queue.push(child.pid)
    }
  }
  return found
}

/** Parent first, up to PID 1. */
export function ancestorsOf<T extends Relative>(
  pid: number,
  relatives: ReadonlyMap<number, T>,
): T[] {
  const found: T[] = []
  let ppid = relatives.get(pid)?.ppid ?? 0
  while (ppid > 0 && found.length < 64) {
    const parent = relatives.get(ppid)
    if (parent === undefined) break
    found.push(parent)
    ppid = parent.ppid
  }
  return found
}

export const refOf = (
  { pid, name, startTicks }: Relative,
  startIdOf: (ticks: number) => string,
): ProcessRef => ({ pid, name, start_id: startIdOf(startTicks), user: null })
