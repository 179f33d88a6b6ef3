import type { ProcessStatus } from '@taskmanager/contracts'

/** KTHREAD_STATE. Ready, standby and deferred ready wait for a CPU alone, which psutil calls running too. */
const STATUS_OF_STATE = new Map<number, ProcessStatus>([
  [1, 'running'],
  [2, 'running'],
  [3, 'running'],
  [4, 'dead'],
  [6, 'sleeping'], // its stack is paged out
  [7, 'running'],
  [8, 'sleeping'],
])
const WAITING = 5

/** KWAIT_REASON, by its numbers. Source: wdm.h. */
const REASONS =
  'Executive FreePage PageIn PoolAllocation DelayExecution Suspended UserRequest WrExecutive WrFreePage WrPageIn WrPoolAllocation WrDelayExecution WrSuspended WrUserRequest WrEventPair WrQueue WrLpcReceive WrLpcReply WrVirtualMemory WrPageOut WrRendezvous WrKeyedEvent WrTerminated WrProcessInSwap WrCpuRateControl WrCalloutStack WrKernel WrResource WrPushLock WrMutex WrQuantumEnd WrDispatchInt WrPreempted WrYieldExecution WrFastMutex WrGuardedMutex WrRundown WrAlertByThreadId WrDeferredPreempt WrPhysicalFault WrIoRing WrMdlCache WrRcu'.split(
    ' ',
  )
const SUSPENDED: ReadonlySet<string | null> = new Set(['Suspended', 'WrSuspended'])

interface ThreadDoes {
  status: ProcessStatus
  /** Why it waits, as Windows names it; null: it does not, or the reason is not known here. */
  waits: string | null
}

/** What a thread does, by the numbers that the list of processes has of it. */
export function threadDoes({
  state,
  waitReason,
}: {
  state: number
  waitReason: number
}): ThreadDoes {
  if (state !== WAITING) return { status: STATUS_OF_STATE.get(state) ?? 'unknown', waits: null }
  const waits = REASONS[waitReason] ?? null
  return { status: SUSPENDED.has(waits) ? 'stopped' : 'sleeping', waits }
}
