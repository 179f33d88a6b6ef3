import { cellText, type Column } from './columns.ts'
import type { RowContext } from './process-row.tsx'
import type { ViewRow } from './process-view.ts'

/** The shown columns of these lines as tab-separated text, headers first. */
export function rowsAsText(
  columns: readonly Column[],
  lines: readonly ViewRow[],
  context: Pick<RowContext, 'nowMs' | 'cpuFactor'>,
): string {
  if (lines.length === 0) return ''
  const shown = columns.filter((column) => column.id !== 'spark')
  const titles = shown.map(({ title, unit }) => (unit === undefined ? title : `${title} ${unit}`))
  const rows = lines.map((line) =>
    shown.map((column) => oneLine(cellText(column, line.row, line.figures, context))),
  )
  return [titles, ...rows].map((cells) => cells.join('\t')).join('\n')
}

const oneLine = (text: string): string => text.replaceAll(/[\t\r\n]+/g, ' ')
