import type { ProcessStatus, ThreadInfo } from '@taskmanager/contracts'
import { cleanName } from '../../text/clean.ts'
import { needBytes, textEnd, u64At } from '../bytes.ts'

const ID_SIZE = 8
/** Bytes of `struct proc_threadinfo`. */
export const THREAD_INFO_SIZE = 112
const NAME = 48
const NAME_LENGTH = 64

/** `TH_STATE_…` of sys/proc_info.h. */
const STATES: Readonly<Record<number, ProcessStatus>> = {
  1: 'running',
  2: 'stopped',
  3: 'sleeping',
  4: 'disk-sleep',
  5: 'dead',
}

/** `proc_pidinfo(PROC_PIDLISTTHREADIDS)`: ids as debuggers and `sample` show them. Source: sys/proc_info_private.h. */
export function parseThreadIds(bytes: Buffer): number[] {
  const count = Math.floor(bytes.length / ID_SIZE)
  return Array.from({ length: count }, (_, index) => u64At(bytes, index * ID_SIZE))
}

/**
 * `proc_pidinfo(PROC_PIDTHREADID64INFO)`. Its times are nanoseconds, other than those of the process, which are ticks.
 * A thread without a name has an empty one. Source: sys/proc_info.h, `fill_taskthreadinfo` of xnu.
 * @throws ProcParseError when it is cut
 */
export function parseThreadInfo(tid: number, bytes: Buffer): ThreadInfo {
  needBytes('proc_threadinfo', bytes, THREAD_INFO_SIZE)
  return {
    tid,
    name: cleanName(bytes.subarray(NAME, textEnd(bytes, NAME, NAME_LENGTH))),
    status: STATES[bytes.readUInt32LE(24)] ?? 'unknown',
    cpu_time_ms: (u64At(bytes, 0) + u64At(bytes, 8)) / 1e6,
    started_at_ms: null,
    nice: null,
    processor: null,
    wait_channel: null,
    system_call: null,
  }
}
