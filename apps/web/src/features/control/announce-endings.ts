import { ApiError } from '@taskmanager/client'
import type { LoggedAction } from '@taskmanager/contracts'
import type { Target } from '../../stores/commands.ts'
import { addEndings, endings, removeEndings } from '../../stores/endings.ts'
import { toPageTime } from '../../stores/live-stats.ts'
import { api } from '../../stores/services.ts'
import { showToast } from '../../stores/toasts.ts'
import { tellLogged, type Told } from './outcome-text.ts'
import { keyOfProcess } from '../../lib/process-key.ts'

/** The log is asked a moment after the end, and once more when the service has surely stopped looking (3 s). */
const ASK_AFTER_MS = [400, 3600] as const
/** Of the log; an app has no more processes that end at once. */
const LINES = 300
/** The service's own clock may be read a little before its timer is due. */
const EARLY_MS = 1000

/** Those that an outcome is about, in the order of their targets. */
export interface Outcomes {
  readonly told: readonly Told[]
  readonly targets: readonly Target[]
}

interface LaterOptions {
  readonly undo: (targets: readonly Target[]) => void
  /** What became of them when their time had come. */
  readonly tell: (outcomes: Outcomes) => void
}

/** Offers to take back the ends that wait, counting down, and tells later what came of them. Answers the other outcomes. */
export function announceEndings({ told, targets }: Outcomes, options: LaterOptions): Outcomes {
  const waits = (one: Told) => one.result === 'ending' && one.endsAtMs !== undefined
  const ending = targets.filter((_, at) => told[at] !== undefined && waits(told[at]))
  const settled = targets.filter((_, at) => isSettled(told[at]))
  removeEndings(settled.map(keyOfProcess))
  if (ending.length === 0) return { told, targets }
  const endsAtMs = Math.max(...told.map((one) => one.endsAtMs ?? 0))
  const untilMs = toPageTime(endsAtMs)
  const [first] = ending
  const what =
    ending.length === 1 && first !== undefined
      ? `${first.name} (PID ${first.pid})`
      : `${ending.length} processes`
  const toastId = showToast({
    kind: 'info',
    text: `Suspended ${what}.`,
    untilMs,
    action: { label: 'Undo', run: () => options.undo(ending) },
  })
  addEndings(ending.map(keyOfProcess), { endsAtMs: untilMs, toastId })
  later(untilMs + ASK_AFTER_MS[0], async () => {
    const left = await tellEnded(ending, endsAtMs, options)
    if (left.length === 0) return
    later(untilMs + ASK_AFTER_MS[1], async () => {
      removeEndings((await tellEnded(left, endsAtMs, options)).map(keyOfProcess))
    })
  })
  return {
    told: told.filter((one) => !waits(one)),
    targets: targets.filter((_, at) => told[at] === undefined || !waits(told[at])),
  }
}

const isSettled = (told: Told | undefined): boolean =>
  told !== undefined && SETTLED.has(told.result ?? '')

/** It waits for its end no longer. */
const SETTLED: ReadonlySet<string> = new Set([
  'resumed',
  'terminated',
  'still_running',
  'gone',
  'already_dead',
])

function later(atMs: number, run: () => Promise<void>): void {
  setTimeout(() => void run(), Math.max(0, atMs - Date.now()))
}

/** Tells what the log says of those that were not taken back; answers those it does not know yet. */
async function tellEnded(
  targets: readonly Target[],
  endsAtMs: number,
  { tell }: LaterOptions,
): Promise<readonly Target[]> {
  const waiting = targets.filter((target) => endings.get().has(keyOfProcess(target)))
  if (waiting.length === 0) return []
  const lines = await endLines(endsAtMs - EARLY_MS)
  const known = waiting.filter((target) => lines.has(keyOfProcess(target)))
  removeEndings(known.map(keyOfProcess))
  const told = known.flatMap((target) => lines.get(keyOfProcess(target)) ?? [])
  if (told.length > 0) tell({ told: told.map(tellLogged), targets: known })
  return waiting.filter((target) => !known.includes(target))
}

/** Empty where the log cannot be had: the list shows what became of them. */
async function endLines(sinceMs: number): Promise<ReadonlyMap<string, LoggedAction>> {
  try {
    const { actions } = await api.getActions({ limit: LINES })
    const ends = actions.filter(({ action, time_ms: at }) => action === 'end' && at >= sinceMs)
    return new Map(
      ends.flatMap((line) => {
        const { pid, start_id } = line
        return pid === null || start_id === null ? [] : [[keyOfProcess({ pid, start_id }), line]]
      }),
    )
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return new Map()
  }
}
