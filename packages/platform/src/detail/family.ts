import { readdir } from 'node:fs/promises'
import path from 'node:path'
import type { ProcessRef } from '@taskmanager/contracts'
import { readOnce } from '../linux/kept-descriptors.ts'
import { parseProcPidStat, ProcStatRecord } from '../linux/parse-stat.ts'
import { ProcParseError } from '../read-result.ts'
import { SlicedWork } from '../sliced-work.ts'
import { cleanName } from '../text/clean.ts'

export interface Relative {
  pid: number
  ppid: number
  name: string
  startTicks: number
}

const record = new ProcStatRecord()
const buffer = Buffer.allocUnsafe(4096)

/**
 * Every process with its parent, in one pass; those that vanish meanwhile are missing. The files are memory, not disk:
 * they are read synchronously, a few milliseconds at a time. None is left out for its time: a family without some of its
 * members would be a wrong one.
 */
export async function readRelatives(procRoot: string): Promise<Map<number, Relative>> {
  const relatives = new Map<number, Relative>()
  const work = new SlicedWork()
  for (const name of await readdir(procRoot)) {
    if (!/^[1-9]\d*$/.test(name)) continue
    await work.goesOn()
    const relative = readRelative(procRoot, Number(name))
    if (relative !== null) relatives.set(relative.pid, relative)
  }
  return relatives
}

function readRelative(procRoot: string, pid: number): Relative | null {
  try {
    const length = readOnce(path.join(procRoot, String(pid), 'stat'), buffer)
    parseProcPidStat(buffer, length, record)
    const name = cleanName(buffer.subarray(record.commStart, record.commEnd))
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
