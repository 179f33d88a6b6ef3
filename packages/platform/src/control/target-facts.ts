import path from 'node:path'
import type { ProcessStatus } from '@taskmanager/contracts'
import { STATUS_BY_CODE } from '../process-table.ts'
import { cleanName } from '../text/clean.ts'
import { isKernelThread, parseProcPidStat, ProcStatRecord } from '../linux/parse-stat.ts'
import { parseIds } from '../linux/parse-status.ts'
import { readInNeed } from '../linux/spare-descriptors.ts'
import { ProcParseError, readResultOf } from '../read-result.ts'
import { ownStarters, starterReason } from './own-starters.ts'

/** What decides whether and how a process may be acted on. Source: proc_pid_stat(5), proc_pid_status(5). */
export interface TargetFacts {
  comm: string
  status: ProcessStatus
  ppid: number
  isKernel: boolean
  /** The leader is dead and no other thread lives: only its parent can remove it. */
  isZombie: boolean
  nice: number
  starttimeTicks: number
  session: number
  /** Device number of the controlling terminal; 0: none. */
  tty: number
}

const record = new ProcStatRecord()

/** The facts, or null when there is no such process. One small read of memory: no disk, no child, no name service. */
export function readTarget(procRoot: string, pid: number): TargetFacts | null {
  let bytes: Buffer
  try {
    bytes = readInNeed(path.join(procRoot, String(pid), 'stat'))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Ended, which is normal; or hidden from us (hidepid), and what cannot be seen cannot be told from it.
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM') return null
    throw error
  }
  if (isBeingCollected(bytes)) return null
  parseProcPidStat(bytes, bytes.length, record)
  const status = STATUS_BY_CODE[record.status] ?? 'unknown'
  return {
    comm: cleanName(bytes.subarray(record.commStart, record.commEnd)),
    status,
    ppid: record.ppid,
    isKernel: isKernelThread(record.flags),
    isZombie: status === 'zombie' && record.threads <= 1,
    nice: record.nice,
    starttimeTicks: record.starttimeTicks,
    session: record.session,
    tty: record.tty,
  }
}

/** The same for a list, which leaves out what it cannot understand or read, as it does what has ended. */
export function readTargetOrNull(procRoot: string, pid: number): TargetFacts | null {
  try {
    return readTarget(procRoot, pid)
  } catch (error) {
    if (!(error instanceof ProcParseError)) readResultOf(error)
    return null
  }
}

/** State X: its parent collects it at this moment. There is nothing left of it, and its group and session are told as -1. */
function isBeingCollected(stat: Buffer): boolean {
  return stat[stat.lastIndexOf(')') + 2] === 0x58
}

/** Owner and namespaces; nulls where not readable. `tgid` differs from the pid when it is a mere thread. */
export function readOwner(procRoot: string, pid: number) {
  const text = readText(path.join(procRoot, String(pid), 'status')) ?? ''
  const inner = parseIds(text, 'NSpid')
  return {
    uid: parseIds(text, 'Uid')[0] ?? null,
    tgid: parseIds(text, 'Tgid')[0] ?? null,
    isContainerInit: inner.length > 1 && inner.at(-1) === 1,
  }
}

/**
 * The full name where the kernel cut it at 15 characters: the file name of the program that starts alike. Of one that
 * waits for a disk it stays cut: its arguments may not be had before that has come.
 */
export function fullName(
  procRoot: string,
  pid: number,
  { comm, status }: Pick<TargetFacts, 'comm' | 'status'>,
): string {
  if (comm.length < 15 || status === 'disk-sleep') return comm
  const first = readText(path.join(procRoot, String(pid), 'cmdline'))?.split('\0')[0] ?? ''
  const base = path.basename(first)
  return base.startsWith(comm) ? cleanName(base) : comm
}

const MARK = 'TASKMANAGER_RUN_DIR'

/** Why nobody may act on it here, whatever their rights; null when they may. By facts the process cannot choose. */
export function protectedReason(procRoot: string, pid: number, facts: TargetFacts): string | null {
  if (pid === 1) return 'PID 1 runs the whole system. It cannot be ended here.'
  if (facts.isKernel) return `${facts.comm} (PID ${pid}) is a part of the kernel.`
  if (pid === process.pid) return 'This is the service that would have to answer.'
  const starters = ownStarters()
  const isSibling =
    facts.ppid === starters.launcherPid &&
    pid !== starters.parentPid &&
    (facts.status === 'disk-sleep' || sharesRunDirectory(procRoot, pid))
  return isSibling ? `PID ${pid} is a service of Task Manager Pro.` : starterReason(pid, starters)
}

/**
 * A child of our launcher that was given our run directory. The environment is compared and thrown away: it often
 * holds secrets.
 */
function sharesRunDirectory(procRoot: string, pid: number): boolean {
  const own = process.env[MARK]
  if (own === undefined) return false
  const environment = readText(path.join(procRoot, String(pid), 'environ')) ?? ''
  return environment.split('\0').includes(`${MARK}=${own}`)
}

function readText(file: string): string | null {
  try {
    return readInNeed(file).toString()
  } catch {
    return null // not permitted, or ended
  }
}
