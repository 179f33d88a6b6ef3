import type { IconName } from '../../components/icon.tsx'
import { kindIcon } from '../../components/kind-icon.ts'
import {
  figuresOfHit,
  fitOf,
  type PaletteQuery,
  type RunningHit,
} from '../../lib/palette-search.ts'
import { fold } from '../../lib/fold.ts'
import type { LiveProcesses } from '../../stores/live-processes.ts'

/** One line of the palette. */
export interface PaletteItem {
  readonly id: string
  readonly icon: IconName
  readonly title: string
  /** Dim words after the title: what it is, or why it is off. */
  readonly detail?: string | undefined
  readonly keys?: readonly string[]
  /** It stays in sight and says why it cannot run. */
  readonly isOff?: boolean
  /** A program: its figures stand at the right, Tab lists what can be done to it. */
  readonly hit?: RunningHit
  /** More words it is found by. */
  readonly also?: string
  readonly run: () => void
  /** What it leads to in place of running. */
  readonly choices?: PaletteGroup
}

export interface PaletteGroup {
  readonly title: string
  readonly items: readonly PaletteItem[]
}

/** Programs as lines; `open` shows the details of one. */
export function runningItems(
  hits: readonly RunningHit[],
  live: LiveProcesses,
  open: (hit: RunningHit) => void,
): PaletteItem[] {
  return hits.map((hit) => ({
    id: hit.id,
    icon: kindIcon(figuresOfHit(hit).kind),
    title: figuresOfHit(hit).name,
    detail: detailOf(hit, live),
    hit,
    run: () => open(hit),
  }))
}

/** `PID 4711, 42 processes` of an app, `PID 690, root` of one process. */
function detailOf(hit: RunningHit, live: LiveProcesses): string {
  const main = mainProcess(hit, live)
  const pid = hit.kind === 'process' ? hit.row.pid : main?.pid
  const hint = hit.kind === 'process' ? hit.hint : undefined
  const count = hit.kind === 'app' && hit.app.process_count > 1 ? hit.app.process_count : null
  return [
    pid === undefined ? null : `PID ${pid}`,
    hint ?? (count === null ? (main?.user ?? null) : `${count} processes`),
  ]
    .filter((part) => part !== null)
    .join(', ')
}

/** The process itself; of an app its oldest, which started the others. */
export function mainProcess(hit: RunningHit, live: LiveProcesses) {
  return hit.kind === 'process' ? hit.row : live.rows.get(hit.app.pids[0] ?? -1)
}

/** Those that fit the words, best first, with their best fit. Without words all of them, in their own order. */
export function fittingItems(items: readonly PaletteItem[], { words }: PaletteQuery) {
  const fits = items.map((item) => ({
    item,
    fit: fitOf(words, fold(item.title), () => fold(item.also ?? '')),
  }))
  const found = fits.filter(({ fit }) => fit > 0)
  if (words.length > 0) found.sort((a, b) => b.fit - a.fit)
  return { items: found.map(({ item }) => item), best: found[0]?.fit ?? 0 }
}
