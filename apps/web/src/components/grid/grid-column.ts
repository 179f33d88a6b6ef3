/** A column of a list, as header, widths and chooser see it. */
export interface GridColumn<Id extends string = string> {
  readonly id: Id
  readonly title: string
  /** Said once, in the header. */
  readonly unit?: string
  readonly width: number
  /** Somebody made it narrower than its numbers may need. */
  readonly isNarrow?: boolean
  readonly isText: boolean
  readonly hue?: 'cpu' | 'mem' | 'disk' | 'net' | 'gpu'
  /** Differences below this show as the same figure. */
  readonly displayUnit: number
  /** The lowest leave first when space ends. */
  readonly priority: number
  /** Shown until somebody chooses. */
  readonly standard: boolean
  readonly sortable: boolean
}

export interface HeaderTotal {
  readonly text: string
  readonly unit?: string
  /** 0-1; `null` draws no bar. */
  readonly share: number | null
  readonly hint?: string
}

/** By column id. */
export type HeaderTotals = Readonly<Record<string, HeaderTotal | undefined>>

const NAME_LEAST = 220

/** The columns that fit into `room` pixels; the name and the sorted one stay longest. */
export function fittingColumns<Column extends GridColumn>(
  all: readonly Column[],
  room: number,
  sortColumn: string,
): readonly Column[] {
  if (room <= 0) return all
  const rank = (column: Column) => (column.id === sortColumn ? 50 : column.priority)
  const kept = [...all]
  const needed = () =>
    kept.reduce((sum, column) => sum + (column.id === 'name' ? NAME_LEAST : column.width), 0)
  while (needed() > room && kept.length > 1) {
    const least = kept.reduce((best, column) => (rank(column) < rank(best) ? column : best))
    kept.splice(kept.indexOf(least), 1)
  }
  return kept
}

/** Lines as tab-separated text, headers first; what is drawn and not written is left out. */
export function gridText<Column extends GridColumn, Line>(
  columns: readonly Column[],
  lines: readonly Line[],
  cellText: (column: Column, line: Line) => string,
): string {
  if (lines.length === 0) return ''
  const shown = columns.filter((column) => column.id !== 'spark')
  const titles = shown.map(({ title, unit }) => (unit === undefined ? title : `${title} ${unit}`))
  const rows = lines.map((line) => shown.map((column) => oneLine(cellText(column, line))))
  return [titles, ...rows].map((cells) => cells.join('\t')).join('\n')
}

const oneLine = (text: string): string => text.replaceAll(/[\t\r\n]+/g, ' ')
