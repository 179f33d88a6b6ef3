import type { AppRow, ProcessRow } from '@taskmanager/contracts'
import type { FilterContext } from '../../lib/filter-fields.ts'
import type { Filter } from '../../lib/filter.ts'
import { foldChildren } from '../../lib/process-tree.ts'
import { compareSortable, type Sort } from '../../lib/sort.ts'
import { APP_COLUMN_BY_ID } from './app-columns.ts'
import { figuresOfApp, type BesideApps } from './app-figures.ts'

interface Line {
  readonly key: string
  readonly depth: number
  readonly isParent: boolean
  readonly isOpen: boolean
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

export interface AppLinesInput extends BesideApps {
  readonly apps: Iterable<AppRow>
  readonly filter: Filter
  readonly filterContext: FilterContext
  readonly sort: Sort
  /** Names of open apps. */
  readonly open: ReadonlySet<string>
  readonly unfolded: ReadonlySet<string>
  /** Sort values of the moment the order was held, by app id; `null`: not held. */
  readonly held: ReadonlyMap<string, number | string | null> | null
}

const FOREGROUND: ReadonlySet<AppRow['kind']> = new Set(['app', 'terminal'])

/** Sections "Apps" and "Background", each sorted; an open app is followed by its processes. */
export function appLines(input: AppLinesInput): AppLine[] {
  const { filter, filterContext, rows } = input
  const shown = filter.isEmpty
    ? [...input.apps]
    : [...input.apps].filter((app) => filter.matchesApp(app, rows, filterContext))
  const sections = [
    ['Apps', shown.filter((app) => FOREGROUND.has(app.kind))],
    ['Background', shown.filter((app) => !FOREGROUND.has(app.kind))],
  ] as const
  const lines: AppLine[] = []
  for (const [title, apps] of sections) {
    if (apps.length === 0) continue
    lines.push({ kind: 'section', key: `section:${title}`, title, count: apps.length })
    for (const app of sortedApps(apps, input)) lines.push(...linesOfApp(app, input))
  }
  return lines
}

/** The apps among the lines, whether open or not. */
export function shownApps(lines: readonly AppLine[]): AppRow[] {
  return lines.flatMap((line) => (line.kind === 'app' ? [line.app] : []))
}

/** What an app sorts by; a mean is not needed, sums are calm. */
export function appSortValue(app: AppRow, sort: Sort, beside: BesideApps): number | string | null {
  return APP_COLUMN_BY_ID.get(sort.column)?.value(figuresOfApp(app, beside)) ?? null
}

/** What each sorts by is summed once, not at every comparison. */
function sortedApps(apps: readonly AppRow[], input: AppLinesInput): AppRow[] {
  const { sort, held } = input
  const compare = compareSortable(
    sort.descending,
    APP_COLUMN_BY_ID.get(sort.column)?.displayUnit ?? 1,
  )
  const sortable = apps.map((app) => ({
    app,
    value: held?.has(app.id) === true ? (held.get(app.id) ?? null) : appSortValue(app, sort, input),
    name: app.name,
    pid: app.pids[0] ?? 0,
  }))
  return sortable.toSorted(compare).map(({ app }) => app)
}

function linesOfApp(app: AppRow, input: AppLinesInput): AppRowLine[] {
  const isParent = app.process_count > 1
  const isOpen = isParent && input.open.has(app.name)
  const line: AppRowLine = { kind: 'app', key: `app:${app.id}`, app, depth: 0, isParent, isOpen }
  if (!isOpen) return [line]
  const rows = app.pids.flatMap((pid) => input.rows.get(pid) ?? [])
  const sorted = rows.toSorted(
    (a, b) =>
      Math.round((b.cpu_percent ?? 0) * 10) - Math.round((a.cpu_percent ?? 0) * 10) ||
      a.name.localeCompare(b.name) ||
      a.pid - b.pid,
  )
  const { shown, folded } = input.unfolded.has(app.id)
    ? { shown: sorted, folded: [] }
    : foldChildren(sorted)
  const child = { app, depth: 1, isParent: false, isOpen: false } as const
  return [
    line,
    ...shown.map(
      (row) => ({ kind: 'process', key: `${row.pid}.${row.start_id}`, row, ...child }) as const,
    ),
    ...(folded.length > 0
      ? [{ kind: 'more', key: `more:${app.id}`, rows: folded, ...child } as const]
      : []),
  ]
}
