import type { ProcessStatus } from '@taskmanager/contracts'
import { instantOf } from '../filetime.ts'
import { isPartOfKernel } from '../processes/facts.ts'
import {
  STATUS_OF_THREADS,
  type ListedThread,
  type ProcessList,
} from '../processes/process-list.ts'
import { relativeAt, withoutStrangers, type WindowsRelative } from '../processes/relatives.ts'

/** All that the list tells of one process. Bytes, and units of 100 ns. */
export interface ListedProcess {
  identity: WindowsRelative
  toldParentPid: number
  isKernel: boolean
  startedAtMs: number | null
  status: ProcessStatus
  threads: ListedThread[]
  sessionId: number
  handles: number
  basePriority: number
  userTime: number
  kernelTime: number
  workingSet: number
  /** 0 where the system does not tell. */
  privateWorkingSet: number
  commit: number
  peakWorkingSet: number
  virtualSize: number
  pageFaults: number
  readBytes: number
  writeBytes: number
}

export interface Instant {
  /** null: it is not there. */
  process: ListedProcess | null
  /** Everybody, each with the parent that lives. */
  relatives: ReadonlyMap<number, WindowsRelative>
  /** Some process has read or written: a system that does not count it (Wine) has zeros for all. */
  tellsIo: boolean
}

/** Goes through a list that stands before its first entry. */
export function readInstant(list: ProcessList, pid: number): Instant {
  const relatives = new Map<number, WindowsRelative>()
  let process: ListedProcess | null = null
  let tellsIo = false
  while (list.advance()) {
    if (list.readBytes > 0 || list.writeBytes > 0) tellsIo = true
    const identity = relativeAt(list)
    if (identity === null) continue
    relatives.set(identity.pid, identity)
    if (identity.pid === pid) process = listedAt(list, identity)
  }
  withoutStrangers(relatives)
  return { process, relatives, tellsIo }
}

function listedAt(list: ProcessList, identity: WindowsRelative): ListedProcess {
  const { pid, parentPid, startLow, startHigh } = list
  return {
    identity,
    toldParentPid: parentPid,
    isKernel: isPartOfKernel({ pid, parentPid, name: list.name() }),
    startedAtMs: instantOf(startLow, startHigh),
    status: STATUS_OF_THREADS[list.threadStates()],
    threads: Array.from({ length: list.threads }, (_, index) => list.thread(index)),
    sessionId: list.sessionId,
    handles: list.handles,
    basePriority: list.basePriority,
    userTime: list.userTime,
    kernelTime: list.kernelTime,
    workingSet: list.workingSet,
    privateWorkingSet: list.privateWorkingSet,
    commit: list.commit,
    readBytes: list.readBytes,
    writeBytes: list.writeBytes,
    ...list.amounts(),
  }
}
