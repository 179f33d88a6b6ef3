import type { AppRow, ProcessRow } from '@taskmanager/contracts'
import type { Figures } from '../../lib/process-tree.ts'
import { compareSortable, type Sort, type Sortable } from '../../lib/sort.ts'
import { APP_COLUMN_BY_ID } from './app-columns.ts'
import { figuresOfApp, smoothFigures, type AppFigures, type BesideApps } from './app-figures.ts'
import { keyOfProcess } from '../../lib/process-key.ts'

/** What the order of apps and of their processes is made from. */
export interface AppOrder extends BesideApps {
  readonly sort: Sort
  /** Means of three samples of one process. */
  readonly meansOf: (row: ProcessRow) => Figures
}

export const keyOfApp = (app: AppRow): string => `app:${app.id}`

/** A mean is not needed, sums are calm. */
export function sortableOfApp(app: AppRow, order: AppOrder): Sortable {
  return sortable(figuresOfApp(app, order), app.pids[0] ?? 0, order)
}

export function sortableOfRow(row: ProcessRow, order: AppOrder): Sortable {
  return sortable(smoothFigures(row, order.meansOf(row), order), row.pid, order)
}

/** The order of the moment in which it was held. */
export interface HeldOrder {
  /** It was there: who comes later waits, who comes and goes meanwhile never has a place. */
  readonly hasApp: (app: AppRow) => boolean
  readonly hasRow: (row: ProcessRow) => boolean
  /** As it was asked for first: of what was shown as the order was held, or of an app when it was opened later. */
  readonly ofApp: (app: AppRow, order: AppOrder) => Sortable
  readonly ofRow: (row: ProcessRow, order: AppOrder) => Sortable
}

/** Holds the order of what is there. Made from thousands of processes under a pointer that moves: nothing is summed. */
export function holdOrder(
  apps: Iterable<AppRow>,
  rows: ReadonlyMap<number, ProcessRow>,
  endedRows: Iterable<ProcessRow>,
): HeldOrder {
  const appKeys = new Set(Array.from(apps, keyOfApp))
  const endedKeys = new Set(Array.from(endedRows, keyOfProcess))
  const frozen = new Map<string, Sortable>()
  const first = (key: string, make: () => Sortable): Sortable => {
    const known = frozen.get(key) ?? make()
    frozen.set(key, known)
    return known
  }
  return {
    hasApp: (app) => appKeys.has(keyOfApp(app)),
    hasRow: (row) =>
      rows.get(row.pid)?.start_id === row.start_id || endedKeys.has(keyOfProcess(row)),
    ofApp: (app, order) => first(keyOfApp(app), () => sortableOfApp(app, order)),
    ofRow: (row, order) => first(keyOfProcess(row), () => sortableOfRow(row, order)),
  }
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
