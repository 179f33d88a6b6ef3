import type { AppRow, ProcessRow } from '@taskmanager/contracts'
import type { FilterContext } from '../../lib/filter-fields.ts'
import type { Filter } from '../../lib/filter.ts'
import { foldChildren } from '../../lib/process-tree.ts'
import {
  inOrder,
  keyOfApp,
  sortableOfApp,
  sortableOfRow,
  type AppOrder,
  type HeldOrder,
} from './app-order.ts'
import { keyOfProcess } from '../../lib/process-key.ts'

interface Line {
  readonly key: string
  readonly depth: number
  readonly isParent: boolean
  readonly isOpen: boolean
  /** Still shown, struck through. */
  readonly isEnded: boolean
}

/** A line the keyboard can be on. */
export type AppRowLine = Line &
  (
    | { readonly kind: 'app'; readonly app: AppRow }
    | { readonly kind: 'process'; readonly app: AppRow; readonly row: ProcessRow }
    | { readonly kind: 'more'; readonly app: AppRow; readonly rows: readonly ProcessRow[] }
  )

/** One line of the page of apps. */
export type AppLine =
  | {
      readonly kind: 'section'
      readonly key: string
      readonly title: string
      readonly count: number
    }
  | AppRowLine

export interface AppLinesInput extends AppOrder {
  /** Those that ended and are still shown among them. */
  readonly apps: Iterable<AppRow>
  /** Ids of those of `apps` that ended. */
  readonly endedApps: ReadonlySet<string>
  /** Processes that ended and are still shown. */
  readonly endedRows: readonly ProcessRow[]
  readonly filter: Filter
  readonly filterContext: FilterContext
  /** Names of open apps. */
  readonly open: ReadonlySet<string>
  readonly unfolded: ReadonlySet<string>
  /** `null`: not held. */
  readonly held: HeldOrder | null
}

export interface AppLines {
  readonly lines: readonly AppLine[]
  /** New apps, and new processes of open ones, that wait until the order is let go. */
  readonly waiting: number
}

/** Of an app that has ended: by then its pids may be those of others. */
export const NO_ROWS: ReadonlyMap<number, ProcessRow> = new Map()
const FOREGROUND: ReadonlySet<AppRow['kind']> = new Set(['app', 'terminal'])

/** Sections "Apps" and "Background", each sorted; an open app is followed by its processes. */
export function appLines(input: AppLinesInput): AppLines {
  const { filter, filterContext, rows, held, endedApps } = input
  const isEnded = ({ id }: AppRow) => endedApps.has(id)
  const rowsOf = (app: AppRow) => (isEnded(app) ? NO_ROWS : rows)
  const shown = filter.isEmpty
    ? [...input.apps]
    : [...input.apps].filter((app) => filter.matchesApp(app, rowsOf(app), filterContext))
  const standing = shown.filter((app) => held?.hasApp(app) ?? true)
  const sections = [
    ['Apps', standing.filter((app) => FOREGROUND.has(app.kind))],
    ['Background', standing.filter((app) => !FOREGROUND.has(app.kind))],
  ] as const
  const lines: AppLine[] = []
  let waiting = shown.filter((app) => !isEnded(app)).length
  const sortableOf = (app: AppRow) => held?.ofApp(app, input) ?? sortableOfApp(app, input)
  for (const [title, apps] of sections) {
    if (apps.length === 0) continue
    const count = apps.filter((app) => !isEnded(app)).length
    waiting -= count
    lines.push({ kind: 'section', key: `section:${title}`, title, count })
    for (const app of inOrder(apps, input, sortableOf)) {
      const branch = linesOfApp(app, isEnded(app), input)
      lines.push(...branch.lines)
      waiting += branch.waiting
    }
  }
  return { lines, waiting }
}

/** The apps among the lines that still run, whether open or not. */
export function shownApps(lines: readonly AppLine[]): AppRow[] {
  return lines.flatMap((line) => (line.kind === 'app' && !line.isEnded ? [line.app] : []))
}

interface Branch {
  readonly lines: readonly AppRowLine[]
  readonly waiting: number
}

function linesOfApp(app: AppRow, isEnded: boolean, input: AppLinesInput): Branch {
  const { held } = input
  // By now its pids may be those of others.
  const living = isEnded ? [] : app.pids.flatMap((pid) => input.rows.get(pid) ?? [])
  const standing = living.filter((row) => held?.hasRow(row) ?? true)
  const isNamed = input.open.has(app.name)
  const gone = isNamed ? goneOf(app, input) : []
  const isParent = standing.length + gone.length > 1
  const isOpen = isParent && isNamed
  const line = {
    kind: 'app',
    key: keyOfApp(app),
    app,
    depth: 0,
    isParent,
    isOpen,
    isEnded,
  } as const
  if (!isOpen) return { lines: [line], waiting: 0 }
  const goneKeys = new Set(gone.map(keyOfProcess))
  const sorted = inOrder(
    [...standing, ...gone],
    input,
    (row) => held?.ofRow(row, input) ?? sortableOfRow(row, input),
  )
  const { shown, folded } = input.unfolded.has(app.id)
    ? { shown: sorted, folded: [] }
    : foldChildren(sorted)
  const rest = folded.filter((row) => !goneKeys.has(keyOfProcess(row)))
  const child = { app, depth: 1, isParent: false, isOpen: false } as const
  const lines: AppRowLine[] = [
    line,
    ...shown.map((row) => {
      const key = keyOfProcess(row)
      return { kind: 'process', key, row, isEnded: goneKeys.has(key), ...child } as const
    }),
    ...(rest.length > 0
      ? [{ kind: 'more', key: `more:${app.id}`, rows: rest, isEnded: false, ...child } as const]
      : []),
  ]
  return { lines, waiting: living.length - standing.length }
}

/** Its processes that ended and are still shown. */
function goneOf(app: AppRow, { endedRows, rows, held }: AppLinesInput): ProcessRow[] {
  const isGone = ({ pid, start_id: startId }: ProcessRow) => rows.get(pid)?.start_id !== startId
  return endedRows.filter(
    (row) => row.app_id === app.id && isGone(row) && (held?.hasRow(row) ?? true),
  )
}
