import { rawTitle, type ExportTable } from '../../lib/export-table.ts'
import type { AppColumn } from './app-columns.ts'
import { figuresOfApp, type AppFigures, type BesideApps } from './app-figures.ts'
import { shownApps, type AppLine } from './app-lines.ts'

/** The apps that are shown, each as the sum of its processes. */
export function appsExport(
  columns: readonly AppColumn[],
  lines: readonly AppLine[],
  beside: BesideApps,
): ExportTable {
  const shown = columns.filter(({ id }) => id !== 'spark')
  const apps = shownApps(lines).map((app) => figuresOfApp(app, beside))
  return {
    name: 'apps',
    columns: shown.map((column) => ({
      key: column.id,
      title: column.id === 'age' ? 'Started' : rawTitle(column),
    })),
    rows: apps.map((figures) => shown.map((column) => bareValue(column, figures))),
  }
}

function bareValue(column: AppColumn, figures: AppFigures): string | number | null {
  const { startedAtMs } = figures
  if (column.id !== 'age') return column.value(figures)
  return startedAtMs === null ? null : new Date(startedAtMs).toISOString()
}
