/**
 * Processes that this page had suspended to be ended, until they end or it is taken back. A page that is loaded anew has
 * none: they are suspended rows then, and Resume takes them back as Undo does.
 *
 *   addEndings(keys, { endsAtMs, toastId })
 *   endingText(endings, () => ['70.boot-5'], nowMs)      'ending in 7 s', or null
 */
import { createStore } from '../lib/create-store.ts'
import { closeToast } from './toasts.ts'

export interface PendingEnd {
  readonly endsAtMs: number
  /** The toast that offers to take it back. */
  readonly toastId: number
}

/** By `<pid>.<start_id>`. */
export type Endings = ReadonlyMap<string, PendingEnd>

export const endings = createStore<Endings>(new Map())

export function addEndings(keys: readonly string[], end: PendingEnd): void {
  endings.set(new Map([...endings.get(), ...keys.map((key) => [key, end] as const)]))
}

/** They ended, or were taken back: a toast that stands for none any more goes. */
export function removeEndings(keys: readonly string[]): void {
  const before = endings.get()
  const gone = keys.flatMap((key) => before.get(key) ?? [])
  if (gone.length === 0) return
  const left = new Map([...before].filter(([key]) => !keys.includes(key)))
  endings.set(left)
  const shown = new Set([...left.values()].map(({ toastId }) => toastId))
  for (const { toastId } of gone) if (!shown.has(toastId)) closeToast(toastId)
}

/** Whole seconds that are left, never less than none. */
export const secondsLeft = (endsAtMs: number, nowMs: number): number =>
  Math.max(0, Math.ceil((endsAtMs - nowMs) / 1000))

/** The first of them that waits for its end, in words; null when none does. */
export function endingText(
  all: Endings,
  keys: () => readonly string[],
  nowMs: number,
): string | null {
  if (all.size === 0) return null
  for (const key of keys()) {
    const end = all.get(key)
    if (end === undefined) continue
    const left = secondsLeft(end.endsAtMs, nowMs)
    return left === 0 ? 'ending' : `ending in ${left} s`
  }
  return null
}
