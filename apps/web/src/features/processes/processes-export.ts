import type { ProcessRow } from '@taskmanager/contracts'
import type { AskedIndex } from '../../lib/asked-index.ts'
import { rawTitle, type ExportTable } from '../../lib/export-table.ts'
import { gpuUseOf, type GpuUses } from '../../lib/gpu-use.ts'
import { networkUseOf, type NetworkUses } from '../../lib/network-use.ts'
import { figureOf, figuresOf } from '../../lib/process-tree.ts'
import { compareSortable, type Sort } from '../../lib/sort.ts'
import { COLUMN_BY_ID, plainSortValue, type Column } from './columns.ts'
import { keyOf, type ProcessView } from './process-view.ts'

interface ExportInput {
  readonly columns: readonly Column[]
  readonly view: ProcessView
  readonly sort: Sort
  readonly gpu: GpuUses | null
  readonly asked: AskedIndex | null
  readonly network: NetworkUses | null
}

/** Every process that the filter leaves, folded or not, with its own figures: sums of branches would count twice. */
export function processesExport(input: ExportInput): ExportTable {
  const { columns, view, sort, gpu, asked, network } = input
  const pid = COLUMN_BY_ID.get('pid')
  const shown = columns.filter(({ id }) => id !== 'spark' && id !== 'pid')
  const saved = pid === undefined ? shown : shown.toSpliced(1, 0, pid)
  const valueOf = (column: Column, row: ProcessRow): string | number | null => {
    if (column.field === 'started_at_ms')
      return row.started_at_ms === null ? null : new Date(row.started_at_ms).toISOString()
    const one = asked?.get(keyOf(row))
    if (column.figure === undefined) return plainSortValue(column, row, one)
    const use = gpu === null ? null : gpuUseOf(gpu, [row.pid], row.unknown)
    const traffic = network === null ? null : networkUseOf(network, row)
    return figureOf(figuresOf(row, use, one ?? null, traffic), column.figure)
  }
  const sortColumn = COLUMN_BY_ID.get(sort.column)
  const compare = compareSortable(sort.descending, sortColumn?.displayUnit ?? 1)
  const rows = view.matched
    .map((row) => {
      const value = sortColumn === undefined ? null : sortValue(sortColumn, row, valueOf)
      return { row, sortable: { value, name: row.name, pid: row.pid } }
    })
    .toSorted((a, b) => compare(a.sortable, b.sortable))
  return {
    name: 'processes',
    columns: saved.map((column) => ({
      key: column.id,
      title: column.id === 'age' ? 'Started' : rawTitle(column),
    })),
    rows: rows.map(({ row }) => saved.map((column) => valueOf(column, row))),
  }
}

/** Ages grow as starts fall. */
function sortValue(
  column: Column,
  row: ProcessRow,
  valueOf: (column: Column, row: ProcessRow) => string | number | null,
): string | number | null {
  return column.field === 'started_at_ms' ? plainSortValue(column, row) : valueOf(column, row)
}
