import { constants } from 'node:os'
import type { ProcessExit } from '@taskmanager/contracts'
import type { EndedProcess } from '@taskmanager/platform'

/** First of the names that share a number: SIGABRT, not SIGIOT. */
const SIGNALS = new Map(
  Object.entries(constants.signals)
    .toReversed()
    .map(([name, number]) => [number, name]),
)
const FIRST_REAL_TIME = 34

/** How a process ended as the wire has it; null where the system does not tell. Source: wait(2), waitstatus. */
export function presentExit({ pid, startId, waitStatus }: EndedProcess): ProcessExit | null {
  if (waitStatus === null) return null
  const signal = waitStatus & 0x7f
  return {
    pid,
    start_id: startId,
    exit_code: signal === 0 ? (waitStatus >> 8) & 0xff : null,
    signal: signal === 0 ? null : (SIGNALS.get(signal) ?? realTimeSignal(signal)),
  }
}

/** As signal(7) counts them: the C library keeps the first two for itself. */
const realTimeSignal = (signal: number): string =>
  signal < FIRST_REAL_TIME ? `SIG${signal}` : `SIGRTMIN+${signal - FIRST_REAL_TIME}`
