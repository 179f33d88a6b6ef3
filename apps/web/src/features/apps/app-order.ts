import type { AppRow, ProcessRow } from '@taskmanager/contracts'
import type { Figures } from '../../lib/process-tree.ts'
import { compareSortable, type Sort, type Sortable } from '../../lib/sort.ts'
import { APP_COLUMN_BY_ID } from './app-columns.ts'
import { figuresOfApp, smoothFigures, type AppFigures, type BesideApps } from './app-figures.ts'

/** What the order of apps and of their processes is made from. */
export interface AppOrder extends BesideApps {
  readonly sort: Sort
  /** Means of three samples of one process. */
  readonly meansOf: (row: ProcessRow) => Figures
}

/** What lines sort by, by the key of the line. */
export type Sortables = ReadonlyMap<string, Sortable>

export const keyOfApp = (app: AppRow): string => `app:${app.id}`
export const keyOfRow = (row: ProcessRow): string => `${row.pid}.${row.start_id}`

/** A mean is not needed, sums are calm. */
export function sortableOfApp(app: AppRow, order: AppOrder): Sortable {
  return sortable(figuresOfApp(app, order), app.pids[0] ?? 0, order)
}

export function sortableOfRow(row: ProcessRow, order: AppOrder): Sortable {
  return sortable(smoothFigures(row, order.meansOf(row), order), row.pid, order)
}

/** What everything sorts by at this moment, shown or not: an app may be opened while the order is held. */
export function sortablesOf(
  apps: Iterable<AppRow>,
  rows: Iterable<ProcessRow>,
  order: AppOrder,
): Sortables {
  const all = new Map<string, Sortable>()
  for (const app of apps) all.set(keyOfApp(app), sortableOfApp(app, order))
  for (const row of rows) all.set(keyOfRow(row), sortableOfRow(row, order))
  return all
}

/** What each sorts by is made once, not at every comparison. */
export function inOrder<Item>(
  items: readonly Item[],
  { sort }: AppOrder,
  sortableOf: (item: Item) => Sortable,
): Item[] {
  const unit = APP_COLUMN_BY_ID.get(sort.column)?.displayUnit ?? 1
  const compare = compareSortable(sort.descending, unit)
  return items
    .map((item) => ({ item, by: sortableOf(item) }))
    .toSorted((a, b) => compare(a.by, b.by))
    .map(({ item }) => item)
}

function sortable(figures: AppFigures, pid: number, { sort }: AppOrder): Sortable {
  const value = APP_COLUMN_BY_ID.get(sort.column)?.value(figures) ?? null
  return { value, name: figures.name, pid }
}
